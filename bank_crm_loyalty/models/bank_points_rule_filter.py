from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL

from odoo.addons.bank_crm.models.finance.bank_product_family import PRODUCT_CLASSES


class BankPointsRuleFilter(models.Model):
    """Which transactions count: those that fit a line of "counts", or all where there is none, and no line of
    "does not count". A transaction fits a line if it fits everything that the line names."""

    _name = "bank.points.rule.filter"
    _description = "Condition of an Earning Rule"
    _inherit = ["bank.points.rule.line.mixin"]
    _order = "rule_id, is_excluded, id"
    _rec_name = "transaction_kind"

    is_excluded = fields.Selection(
        selection=[("no", "Counts"), ("yes", "Does not Count")], string="What", required=True, default="no"
    )
    transaction_kind = fields.Selection(selection="_selection_transaction_kind", string="Kind")
    product_class = fields.Selection(selection=PRODUCT_CLASSES, string="Class of Product")
    product_id = fields.Many2one(comodel_name="bank.product", index="btree_not_null", ondelete="restrict")
    channel = fields.Char(help="As core banking writes it.")
    words = fields.Char(string="Text Contains", help="In the text or the counterparty; upper and lower case alike.")

    @api.model
    def _selection_transaction_kind(self):
        return self.env["bank.transaction"]._fields["kind"]._description_selection(self.env)

    @api.constrains("rule_id", "transaction_kind", "product_class", "product_id", "channel", "words")
    def _check_names_something(self):
        for line in self:
            if not any((line.transaction_kind, line.product_class, line.product_id, line.channel, line.words)):
                raise ValidationError(
                    self.env._("Conditions: name at least a kind, a product, a channel or a text in each line.")
                )

    def _condition(self):
        """Return what the transactions have to fulfil, over the aliases ``posting`` and ``product``."""
        wanted = self.filtered(lambda line: line.is_excluded == "no")
        unwanted = self - wanted
        parts = [SQL("(%s)", SQL(" OR ").join(line._fits() for line in wanted))] if wanted else []
        parts += [SQL("NOT (%s)", line._fits()) for line in unwanted]
        return SQL(" AND ").join(parts) if parts else SQL("TRUE")

    def _fits(self):
        """Return the condition of one line; it is never unknown, so that its negation holds for empty texts."""
        parts = []
        if self.transaction_kind:
            parts.append(SQL("posting.kind = %s", self.transaction_kind))
        if self.product_class:
            parts.append(SQL("product.product_class = %s", self.product_class))
        if self.product_id:
            parts.append(SQL("product.id = %s", self.product_id.id))
        if self.channel:
            parts.append(SQL("COALESCE(posting.channel, '') = %s", self.channel))
        if self.words:
            parts.append(
                SQL(
                    "strpos(lower(concat_ws(' ', posting.text, posting.counterparty)), %s) > 0",
                    self.words.lower(),
                )
            )
        return SQL(" AND ").join(parts)
