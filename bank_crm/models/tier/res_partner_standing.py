from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

STANDING_FIELDS = {
    "tier_standing_id",
    "tier_standing_ids",
    "tier_override_ids",
    "tier_override_id",
    "tier_state",
    "tier_currency_id",
    "tier_months_below",
    "tier_next_id",
    "tier_next_short",
    "tier_downgrade_on",
    "tier_outlook",
    "is_tier_watched",
    "is_tier_at_risk",
}


class ResPartner(models.Model):
    """Where a customer stands under the tier policy, and where he is heading.

    The forecast goes on with the running month's figures as they are: a customer who stays below his level is
    downgraded after the months that the policy gives him.
    """

    _inherit = "res.partner"

    tier_standing_ids = fields.One2many(comodel_name="bank.tier.standing", inverse_name="partner_id")
    tier_override_ids = fields.One2many(comodel_name="bank.tier.override", inverse_name="partner_id")
    tier_override_id = fields.Many2one(
        comodel_name="bank.tier.override", string="Manual Tier", compute="_compute_tier_override_id"
    )
    tier_standing_id = fields.Many2one(
        comodel_name="bank.tier.standing", string="Last Standing", compute="_compute_tier_standing_id"
    )
    tier_state = fields.Selection(
        selection=lambda self: self.env["bank.tier.standing"]._fields["state"]._description_selection(self.env),
        string="Standing",
        compute="_compute_tier_outlook",
        help="Of the last month that was judged.",
    )
    tier_months_below = fields.Integer(string="Months Below", compute="_compute_tier_outlook")
    tier_next_id = fields.Many2one(comodel_name="bank.tier", string="Next Tier", compute="_compute_tier_outlook")
    tier_next_short = fields.Monetary(
        string="Short of the Next Tier",
        compute="_compute_tier_outlook",
        currency_field="tier_currency_id",
        help="By the last month that was judged.",
    )
    tier_currency_id = fields.Many2one(
        comodel_name="res.currency", string="Currency of the Policy", compute="_compute_tier_outlook"
    )
    tier_downgrade_on = fields.Date(
        string="Downgrade Expected",
        compute="_compute_tier_outlook",
        help="The day from which he would be on a lower tier if his assets stay where they are this month.",
    )
    tier_outlook = fields.Char(string="Outlook", compute="_compute_tier_outlook")
    is_tier_watched = fields.Boolean(
        string="Watched", compute="_compute_is_tier_watched", search="_search_is_tier_watched"
    )
    is_tier_at_risk = fields.Boolean(
        string="Tier at Risk",
        compute="_compute_is_tier_watched",
        search="_search_is_tier_at_risk",
        help="One more month below his level, and he is downgraded.",
    )
    is_tier_by_policy = fields.Boolean(compute="_compute_is_tier_by_policy")
    is_tier_fixed = fields.Boolean(
        compute="_compute_is_tier_fixed", help="The user does not write the tier, or a policy decides on it."
    )

    @api.model
    def _is_for_bank_staff(self, field):
        return field.name in STANDING_FIELDS or super()._is_for_bank_staff(field)

    def _compute_is_tier_by_policy(self):
        # sudo: bank.tier.policy - only whether there is one
        policies = self.env["bank.tier.policy"].sudo()
        by_company = {company: bool(policies._now_for(company)) for company in self.company_id | self.env.company}
        for partner in self:
            partner.is_tier_by_policy = by_company[partner.company_id or self.env.company]

    @api.depends("is_tier_by_policy")
    @api.depends_context("uid")
    def _compute_is_tier_fixed(self):
        may_write = self._has_field_access(self._fields["tier_id"], "write")
        for partner in self:
            partner.is_tier_fixed = partner.is_tier_by_policy or not may_write

    @api.depends("tier_override_ids.is_in_force")
    def _compute_tier_override_id(self):
        found = self.env["bank.tier.override"].search(
            [("partner_id", "in", self.ids), ("state", "=", "approved"), ("is_in_force", "=", True)]
        )
        by_partner = {override.partner_id.id: override for override in found}
        for partner in self:
            partner.tier_override_id = by_partner.get(partner._origin.id, False)

    @api.depends("tier_standing_ids")
    def _compute_tier_standing_id(self):
        """The last judged month; one query, whatever the number of customers."""
        standings = self.env["bank.tier.standing"]
        standings.flush_model()
        rows = self.env.execute_query(
            SQL(
                """SELECT partner.id, standing.id FROM unnest(%s::int[]) AS partner(id)
                     JOIN LATERAL (SELECT id FROM bank_tier_standing standing
                                    WHERE standing.partner_id = partner.id AND standing.is_open IS NOT TRUE
                                    ORDER BY standing.month DESC LIMIT 1) AS standing ON TRUE""",
                self._origin.ids,
            )
        )
        last = dict(rows)
        readable = standings.browse(last.values())._filtered_access("read")
        for partner in self:
            standing = standings.browse(last.get(partner._origin.id))
            partner.tier_standing_id = standing if standing in readable else False

    @api.depends("tier_standing_id")
    def _compute_is_tier_watched(self):
        for partner in self:
            standing = partner.tier_standing_id
            partner.is_tier_watched = standing.state == "watch"
            partner.is_tier_at_risk = standing.months_left == 1 and standing.state in ("below", "watch")

    @api.model
    def _search_is_tier_watched(self, operator, value):
        return self._search_last_standing(operator, value, Domain("state", "=", "watch"))

    @api.model
    def _search_is_tier_at_risk(self, operator, value):
        return self._search_last_standing(
            operator, value, Domain("state", "in", ("below", "watch")) & Domain("months_left", "=", 1)
        )

    @api.model
    def _search_last_standing(self, operator, value, condition):
        """Return the customers with such a standing in the last month that was judged in their company."""
        if operator != "in":
            return NotImplemented
        # sudo: bank.tier.standing - only the condition; which contacts may be found is for the rules of contacts
        standings = self.env["bank.tier.standing"].sudo()
        domain = Domain.FALSE
        for company in self.env.companies:
            last = standings.search(
                [("company_id", "=", company.id), ("is_open", "=", False)], order="month desc", limit=1
            )
            if last:
                domain |= Domain("company_id", "=", company.id) & Domain("month", "=", last.month)
        found = Domain("id", "in", standings._search(domain & condition).subselect("partner_id"))
        return found if True in value else ~found

    # ------------------------------------------------------------------
    # Outlook
    # ------------------------------------------------------------------

    @api.depends("tier_standing_id", "tier_id")
    @api.depends_context("lang")
    def _compute_tier_outlook(self):
        running = self._running_figures()
        for partner in self:
            # sudo: bank.tier.standing, bank.customer.month - of customers whom the reader sees; the standing was
            # checked when it was found
            standing = partner.tier_standing_id.sudo()
            partner.tier_months_below = standing.bad_months if standing.state in ("below", "watch") else 0
            partner.tier_state = standing.state
            partner.tier_currency_id = standing.currency_id
            partner.tier_next_id = standing.next_tier_id
            partner.tier_next_short = standing.next_short
            partner.tier_downgrade_on = standing and standing._downgrade_on(running.get(partner._origin.id))
            partner.tier_outlook = standing._outlook(partner.tier_downgrade_on) if standing else False

    def _running_figures(self):
        """Return ``{customer id: his figures of the month that runs}``."""
        # sudo: bank.customer.month - see _compute_tier_outlook
        found = (
            self.env["bank.customer.month"]
            .sudo()
            .search([("partner_id", "in", self._origin.ids), ("state", "=", "open")])
        )
        return {figures.partner_id.id: figures for figures in found}

    def action_request_tier(self):
        """Open the request of a manual tier for this customer."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Manual Tier"),
            "res_model": "bank.tier.override",
            "views": [(False, "form")],
            "context": {"default_partner_id": self.id},
        }

    def action_view_standings(self):
        """Open the standings of this customer, month by month."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("bank_crm.bank_tier_standing_action")
        return {**action, "domain": [("partner_id", "=", self.id)], "context": {}}
