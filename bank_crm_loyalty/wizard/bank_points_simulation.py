from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from odoo.addons.bank_crm.models.finance.figures.steps import Steps

from ..tools.earning.judgement import Judgement

MOST_WINNERS = 20


class BankPointsSimulation(models.TransientModel):
    """What a version of a rule would give, or would have given, for the facts of a past month: nothing is booked.

    Drafts are simulated as if they decided the month. Campaigns count as they were; their budgets are not asked.
    """

    _name = "bank.points.simulation"
    _description = "Simulation of an Earning Rule"

    rule_id = fields.Many2one(comodel_name="bank.points.rule", string="Version", required=True, ondelete="cascade")
    month = fields.Date(required=True, default=lambda self: self._last_month(), help="Any day of the month.")
    month_label = fields.Char(compute="_compute_month_label")
    is_done = fields.Boolean(readonly=True)
    points = fields.Integer(readonly=True)
    campaign_points = fields.Integer(string="of them by Campaigns", readonly=True)
    facts = fields.Integer(string="Facts that Earn", readonly=True)
    customers = fields.Integer(readonly=True)
    average = fields.Float(string="Points per Customer", compute="_compute_average", digits=(16, 1))
    currency_id = fields.Many2one(related="rule_id.currency_id")
    cost = fields.Monetary(readonly=True, help="Points at the cost of a point of the programme.")
    booked_points = fields.Integer(string="Really Earned", readonly=True, help="What the rule gave for this month.")
    tier_ids = fields.One2many(
        comodel_name="bank.points.simulation.line", inverse_name="simulation_id", domain=[("kind", "=", "tier")],
        string="By Tier", readonly=True,
    )  # fmt: skip
    winner_ids = fields.One2many(
        comodel_name="bank.points.simulation.line", inverse_name="simulation_id", domain=[("kind", "=", "winner")],
        string="Most Points", readonly=True,
    )  # fmt: skip

    @api.model
    def _last_month(self):
        return self.env["bank.run"]._today().replace(day=1) - relativedelta(months=1)

    @api.depends("month")
    def _compute_month_label(self):
        for simulation in self:
            simulation.month_label = f"{simulation.month:%Y-%m}" if simulation.month else ""

    @api.depends("points", "customers")
    def _compute_average(self):
        for simulation in self:
            simulation.average = simulation.points / simulation.customers if simulation.customers else 0

    def action_simulate(self):
        """Judge the facts of the month and show what the version gives.

        :raises AccessError: the role does not decide about rules
        :raises UserError: the month is not over
        """
        self.ensure_one()
        self.check_access("write")
        self.rule_id._check_may_configure()
        self.rule_id.check_access("read")
        if self.month.replace(day=1) > self._last_month():
            raise UserError(self.env._("Month: it is not over yet. Choose a past month."))
        # sudo: bank.points.simulation - sums leave it; the names of winners only as far as the user may see them
        self.sudo()._simulate(self.env.user)
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
            "target": "new",
            "name": self.env._("Simulation"),
        }

    def _simulate(self, user):
        self.env.flush_all()
        first = self.month.replace(day=1)
        last = first + relativedelta(months=1, days=-1)
        rule = self.rule_id
        with Steps(self.env.cr) as steps:
            judgement = Judgement(steps, _Undated(rule, first, last), self._customers())
            judgement.of_days(first, last)
            steps.stage(
                "result",
                SQL(
                    """SELECT *, base_points + campaign_wanted AS points FROM %s
                        WHERE base_points + campaign_wanted > 0""",
                    judgement.items,
                ),
            )
            self._write_sums(steps.result, first, last)
            self._write_lines(steps.result, user)

    def _customers(self):
        return SQL(
            "SELECT id FROM res_partner WHERE is_bank_customer AND (company_id IS NULL OR company_id = %s)",
            self.rule_id.company_id.id,
        )

    def _write_sums(self, result, first, last):
        [(points, by_campaign, facts, customers)] = self.env.execute_query(
            SQL(
                """SELECT COALESCE(sum(points), 0)::bigint, COALESCE(sum(campaign_wanted), 0)::bigint, count(*),
                          count(DISTINCT partner_id) FROM %s""",
                result,
            )
        )
        [(booked,)] = self.env.execute_query(
            SQL(
                """SELECT COALESCE(sum(points), 0)::bigint FROM bank_points_earning
                    WHERE program_id = %s AND rule_code = %s AND value_on BETWEEN %s AND %s""",
                self.rule_id.program_id.id,
                self.rule_id.code,
                first,
                last,
            )
        )
        self.write(
            {
                "is_done": True,
                "points": points,
                "campaign_points": by_campaign,
                "facts": facts,
                "customers": customers,
                "cost": points * self.rule_id.program_id.point_cost,
                "booked_points": booked,
            }
        )

    def _write_lines(self, result, user):
        lines = self.env["bank.points.simulation.line"]
        lines.search([("simulation_id", "=", self.id)]).unlink()
        tiers = self.env.execute_query_dict(
            SQL(
                """SELECT 'tier' AS kind, partner.tier_id, count(DISTINCT partner.id) AS customers,
                          sum(result.points)::bigint AS points
                     FROM %s result JOIN res_partner partner ON partner.id = result.partner_id
                     LEFT JOIN bank_tier tier ON tier.id = partner.tier_id
                    GROUP BY partner.tier_id, tier.sequence ORDER BY tier.sequence DESC NULLS LAST""",
                result,
            )
        )
        winners = self.env.execute_query_dict(
            SQL(
                """SELECT 'winner' AS kind, result.partner_id, partner.tier_id, 1 AS customers,
                          sum(result.points)::bigint AS points
                     FROM %s result JOIN res_partner partner ON partner.id = result.partner_id
                    WHERE result.partner_id IN (%s)
                    GROUP BY result.partner_id, partner.tier_id ORDER BY points DESC, result.partner_id LIMIT %s""",
                result,
                self._visible(user),
                MOST_WINNERS,
            )
        )
        lines.create([{"simulation_id": self.id, **row} for row in [*tiers, *winners]])

    def _visible(self, user):
        """Return the query of the customers whom a user may see by name."""
        domain = [("is_bank_customer", "=", True)]
        if user.has_group("bank_crm_loyalty.group_loyalty_manager"):
            query = self.env["res.partner"]._search([*domain, ("is_restricted", "=", False)])
        else:
            query = self.env["res.partner"].with_user(user)._search(domain)
        return query.select()


class _Undated:
    """A version of a rule as if it decided a given time."""

    def __init__(self, rule, first, last):
        self._rule = rule
        self.valid_from, self.valid_to = first, last

    def __getattr__(self, name):
        return getattr(self._rule, name)


class BankPointsSimulationLine(models.TransientModel):
    """A number of a simulation: of one tier, or of one of those who earn most."""

    _name = "bank.points.simulation.line"
    _description = "Number of a Simulation of Points"
    _order = "kind, points desc, id"

    simulation_id = fields.Many2one(
        comodel_name="bank.points.simulation", required=True, readonly=True, index=True, ondelete="cascade"
    )
    kind = fields.Selection(selection=[("tier", "Tier"), ("winner", "Winner")], required=True, readonly=True)
    tier_id = fields.Many2one(comodel_name="bank.tier", readonly=True)
    partner_id = fields.Many2one(comodel_name="res.partner", string="Customer", readonly=True)
    customers = fields.Integer(readonly=True)
    points = fields.Integer(readonly=True)
