from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL


class ResPartner(models.Model):
    """Ways to ask for one's own customers that the database answers from its indexes.

    The access rule of contacts is a list of alternatives. PostgreSQL looks each of them up in an index and joins the
    results, but only if every one of them can be looked up; a single sub-query among them makes it read all contacts.
    """

    _inherit = "res.partner"

    looked_after_by_ids = fields.Many2many(
        comodel_name="res.users",
        compute="_compute_looked_after_by_ids",
        compute_sudo=True,
        search="_search_looked_after_by_ids",
        groups="bank_crm.group_bank_staff",
        help="Everybody with an active assignment: relationship manager, backups and specialists.",
    )
    is_in_my_scope = fields.Boolean(
        compute="_compute_is_in_my_scope",
        search="_search_is_in_my_scope",
        groups="bank_crm.group_bank_staff",
        help="Whether the user's roles open this contact to him, if it is a customer.",
    )

    _colleague_idx = models.Index("(id) WHERE partner_share IS NOT TRUE")
    _no_bank_customer_idx = models.Index("(complete_name, id DESC) WHERE is_bank_customer IS NOT TRUE")

    @api.depends("assignment_ids.user_id", "assignment_ids.date_to")
    def _compute_looked_after_by_ids(self):
        for partner in self:
            active = partner.assignment_ids.filtered(lambda assignment: not assignment.date_to)
            partner.looked_after_by_ids = active.user_id

    @api.model
    def _search_looked_after_by_ids(self, operator, value):
        user_ids = [user_id for user_id in value if user_id] if operator == "in" else []
        if not user_ids or len(user_ids) != len(value):
            return NotImplemented
        # sudo: bank.assignment - only the condition; which contacts may be found is for the rules of contacts
        assignment = self.env["bank.assignment"].sudo()
        table = assignment._table

        def to_sql(model, alias, query):
            return SQL(
                "%s = ANY(ARRAY(SELECT %s FROM %s WHERE %s = ANY(%s) AND %s IS NULL))",
                model._field_to_sql(alias, "id", query),
                assignment._field_to_sql(table, "partner_id"),
                SQL.identifier(table),
                assignment._field_to_sql(table, "user_id"),
                user_ids,
                assignment._field_to_sql(table, "date_to"),
            )

        return Domain.custom(to_sql=to_sql)

    @api.depends_context("uid")
    def _compute_is_in_my_scope(self):
        scope = self.filtered_domain(self.env.user._bank_scope_domain())
        for partner in self:
            partner.is_in_my_scope = partner in scope

    @api.model
    def _search_is_in_my_scope(self, operator, value):
        if operator != "in":
            return NotImplemented
        domain = self.env.user._bank_scope_domain()
        return domain if True in value else ~domain
