from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError


class BankRetentionRule(models.Model):
    """How long the law wants records to be kept, counted from a date on them."""

    _name = "bank.retention.rule"
    _description = "Retention Rule"
    _order = "model_name, id"
    _rec_name = "basis"

    model_id = fields.Many2one(
        comodel_name="ir.model",
        string="Records",
        required=True,
        ondelete="cascade",
        domain=[("transient", "=", False), ("abstract", "=", False)],
    )
    model_name = fields.Char(related="model_id.model", store=True)
    basis = fields.Char(string="Legal Basis", required=True)
    years = fields.Integer(required=True, default=10)
    start_field = fields.Char(
        required=True,
        default="create_date",
        help="The date from which the years count; empty on a record: still open.",
    )
    company_id = fields.Many2one(comodel_name="res.company", index=True)
    active = fields.Boolean(default=True)

    _years_check = models.Constraint("CHECK(years >= 0)", "Years: records are kept for a positive number of years.")

    @api.constrains("model_id", "start_field")
    def _check_start_field(self):
        for rule in self:
            model = self.env.get(rule.model_id.model)
            field = model._fields.get(rule.start_field) if model is not None else None
            if field is None or not field.store or field.type not in ("date", "datetime"):
                raise ValidationError(
                    self.env._(
                        "Start Field: %(model)s has no stored date with this name. Enter a technical name such as "
                        "closed_on or create_date.",
                        model=rule.model_id.name,
                    )
                )

    @api.model
    def _evaluate(self, partner):
        """Return ``(keep_until, open_count)``: the last day on which records of ``partner`` have to be kept.

        :return: the day, or False where no rule applies; and how many records have not begun to count: they are open
        """
        rules = self.search([("company_id", "in", (False, partner.company_id.id))])
        days, open_count = [], 0
        for rule in rules:
            for record in rule._records_of(partner):
                start = fields.Date.to_date(record[rule.start_field])
                if start:
                    days.append(start + relativedelta(years=rule.years))
                else:
                    open_count += 1
        return max(days, default=False), open_count

    def _records_of(self, partner):
        """Return the records of the rule's model that belong to ``partner``."""
        model = self.env[self.model_name].with_context(active_test=False)
        paths = (
            ["party_ids.partner_id"]
            if self.model_name == "bank.holding"
            else [
                name
                for name, field in model._fields.items()
                if field.store and field.type == "many2one" and field.comodel_name == "res.partner"
            ]
        )
        if self.model_name == "res.partner":
            return partner
        found = model.browse()
        for path in paths:
            found |= model.search([(path, "=", partner.id)])
        return found
