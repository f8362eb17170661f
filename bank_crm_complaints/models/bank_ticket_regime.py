from odoo import api, fields, models, tools


class BankTicketRegime(models.Model):
    """A body of rules about how soon tickets are answered: a law, a regulator's handbook, or the bank's own service.

    A ticket has any number of them at once; each brings its clocks (``bank.ticket.clock.rule``).  A ticket without a
    regime has no clock.
    """

    _name = "bank.ticket.regime"
    _description = "Regime of Deadlines"
    _order = "sequence, code, id"
    _rec_names_search = ["code", "name"]

    name = fields.Char(required=True, translate=True)
    code = fields.Char(
        required=True, copy=False, help="Short name for other systems, e.g. CN-NFRA. It stays as it is."
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    country_id = fields.Many2one(comodel_name="res.country", index="btree_not_null")
    authority = fields.Char(translate=True, help="Who made the rules and watches over them.")
    is_statutory = fields.Boolean(string="Legal", default=True, help="Law; else a promise of the bank itself.")
    valid_from = fields.Date()
    valid_to = fields.Date()
    version = fields.Char(help="State of the text, e.g. the date of the last change.")
    calendar_id = fields.Many2one(
        comodel_name="resource.calendar",
        string="Business Days",
        ondelete="restrict",
        help="Business days and holidays in the meaning of this regime. Empty: those of the branch or the company.",
    )
    applies_to = fields.Selection(
        selection=[("complaint", "Complaints"), ("all", "All kinds of tickets")], required=True, default="complaint"
    )
    is_default = fields.Boolean(
        string="By Country",
        help="Applies without being chosen to the tickets of branches in this country; without a country, to all.",
    )
    company_ids = fields.Many2many(
        comodel_name="res.company",
        string="Always For",
        help="Applies without being chosen to all tickets of these companies, wherever their branches are.",
    )
    rule_ids = fields.One2many(comodel_name="bank.ticket.clock.rule", inverse_name="regime_id", string="Clocks")
    rule_count = fields.Integer(string="Number of Clocks", compute="_compute_rule_count")
    note = fields.Text(string="Notes", translate=True)

    _code_uniq = models.UniqueIndex("(code)", "Code: another regime has this code. Choose another one.")
    _valid_check = models.Constraint(
        "CHECK(valid_to IS NULL OR valid_from IS NULL OR valid_from <= valid_to)",
        "Valid to: the regime would end before it begins. Correct one of the dates.",
    )

    def _compute_rule_count(self):
        rules = self.env["bank.ticket.clock.rule"]
        counts = dict(rules._read_group([("regime_id", "in", self.ids)], ["regime_id"], ["__count"]))
        for regime in self:
            regime.rule_count = counts.get(regime, 0)

    @api.depends("code", "name")
    def _compute_display_name(self):
        for regime in self:
            regime.display_name = f"{regime.code}: {regime.name}" if regime.code else regime.name

    @api.model_create_multi
    def create(self, vals_list):
        regimes = super().create(vals_list)
        self.env.registry.clear_cache()
        return regimes

    def write(self, vals):
        result = super().write(vals)
        self.env.registry.clear_cache()
        return result

    def unlink(self):
        self.env.registry.clear_cache()
        return super().unlink()

    # ------------------------------------------------------------------
    # Which regimes apply
    # ------------------------------------------------------------------

    @api.model
    @tools.ormcache()
    def _defaults(self):
        """Return what applies without being chosen: ``(id, country id, is by country, company ids, applies to, valid
        from, valid to)``."""
        # sudo: bank.ticket.regime - which rules apply does not depend on who registers the ticket
        regimes = self.sudo().search(["|", ("is_default", "=", True), ("company_ids", "!=", False)])
        return tuple(
            (
                regime.id,
                regime.country_id.id,
                regime.is_default,
                frozenset(regime.company_ids.ids),
                regime.applies_to,
                regime.valid_from or None,
                regime.valid_to or None,
            )
            for regime in regimes
        )

    @api.model
    def _default_for(self, vals_list):
        """Return the regimes of tickets that name none, in the order of ``vals_list``.

        The country is that of the branch, else of the company.  The number of queries does not depend on the number of
        tickets.

        :param vals_list: values of ``bank.ticket``: ``company_id``, ``branch_id``, ``kind``, ``received_at``
        :return: list of lists of ids
        """
        defaults = self._defaults()
        countries = self._countries_of(vals_list)
        return [
            [
                regime_id
                for regime_id, country_id, by_country, company_ids, applies_to, valid_from, valid_to in defaults
                if applies_to in ("all", vals.get("kind") or "complaint")
                and self._is_within(vals.get("received_at"), valid_from, valid_to)
                and (
                    (vals.get("company_id") or self.env.company.id) in company_ids
                    or (by_country and country_id in (False, country))
                )
            ]
            for vals, country in zip(vals_list, countries, strict=True)
        ]

    @api.model
    def _is_within(self, moment, valid_from, valid_to):
        day = (fields.Datetime.to_datetime(moment) or fields.Datetime.now()).date()
        return (not valid_from or valid_from <= day) and (not valid_to or day <= valid_to)

    @api.model
    def _countries_of(self, vals_list):
        # sudo: bank.branch, res.company - only their country, for whoever registers a ticket (customers too)
        branch_ids = {vals["branch_id"] for vals in vals_list if vals.get("branch_id")}
        branches = self.env["bank.branch"].sudo().browse(branch_ids)
        by_branch = {branch.id: branch.country_id.id for branch in branches}
        companies = self.env["res.company"].sudo()
        countries, by_company = [], {}
        for vals in vals_list:
            country_id = by_branch.get(vals.get("branch_id"))
            if not country_id:  # (the address of a company is a query of its own)
                company_id = vals.get("company_id") or self.env.company.id
                if company_id not in by_company:
                    by_company[company_id] = companies.browse(company_id).country_id.id
                country_id = by_company[company_id]
            countries.append(country_id)
        return countries

    def action_view_rules(self):
        """Open the clocks of the regime."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.display_name,
            "res_model": "bank.ticket.clock.rule",
            "view_mode": "list,form",
            "domain": [("regime_id", "=", self.id)],
            "context": {"default_regime_id": self.id},
        }
