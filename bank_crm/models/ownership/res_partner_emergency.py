from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL


class ResPartner(models.Model):
    """Customers that are open to a user for some minutes (``bank.access.grant``)."""

    _inherit = "res.partner"

    emergency_user_ids = fields.Many2many(
        comodel_name="res.users",
        compute="_compute_emergency_user_ids",
        compute_sudo=True,
        search="_search_emergency_user_ids",
        groups="bank_crm.group_bank_staff",
        export_string_translation=False,
        help="Who may read this customer right now because of an emergency.",
    )

    def _compute_emergency_user_ids(self):
        domain = [("partner_id", "in", self.ids), ("is_active", "=", True)]
        grants = self.env["bank.access.grant"].search(domain).grouped("partner_id")
        for partner in self:
            partner.emergency_user_ids = grants.get(partner._origin, self.env["bank.access.grant"]).user_id

    @api.model
    def _search_emergency_user_ids(self, operator, value):
        user_ids = [user_id for user_id in value if user_id] if operator == "in" else []
        if not user_ids or len(user_ids) != len(value):
            return NotImplemented
        # sudo: bank.access.grant - only the condition; which contacts may be found is for the rules of contacts
        grant = self.env["bank.access.grant"].sudo()

        def to_sql(model, alias, query):
            return SQL(
                "%s = ANY(ARRAY(SELECT %s FROM %s WHERE %s = ANY(%s) AND %s > %s))",
                model._field_to_sql(alias, "id", query),
                grant._field_to_sql(grant._table, "partner_id"),
                SQL.identifier(grant._table),
                grant._field_to_sql(grant._table, "user_id"),
                user_ids,
                grant._field_to_sql(grant._table, "expires_at"),
                fields.Datetime.now(),
            )

        return Domain.custom(to_sql=to_sql)

    def web_read(self, specification):
        """Opening the form of a customer under a grant is counted in the grant."""
        if len(self) == 1 and self.id and self.env.user.has_group("bank_crm.group_relationship_manager"):
            self.env["bank.access.grant"]._log_opening(self)
        return super().web_read(specification)

    web_read._readonly = False  # it may write the log, so it gets a cursor that can (see odoo.api.readonly)
