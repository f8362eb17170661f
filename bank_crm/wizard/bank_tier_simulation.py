from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ..models.tier.engine import Ladder, Walk

MOST_LINES = 2000  # customers who move, the greatest first
MOST_GROUPS = 200  # branches, managers
GROUPS = (
    "bank_crm.group_bank_admin",
    "bank_crm.group_compliance",
    "bank_crm.group_operations",
    "bank_crm.group_auditor",
)


class BankTierSimulation(models.TransientModel):
    """What a policy would have done: customers begin on the tiers of some months ago and go through the months since.

    Nothing is written but this record and its lines. Months below are counted from the first simulated month on. The
    figures are of the whole company; the list of customers shows whom the reader may see.

    ``result`` is ``{"tiers": [{id, name, color}], "cells": [{from, to, count, assets}], "months": [{month, upgraded,
    downgraded, watched}], "branches": [{id, name, up, down, assets}], "managers": [...], "currency_id"}``; id 0 stands
    for none.
    """

    _name = "bank.tier.simulation"
    _description = "Simulation of a Tier Policy"
    _inherit = ["bank.guarded.mixin"]
    _rec_name = "policy_id"

    policy_id = fields.Many2one(comodel_name="bank.tier.policy", required=True, ondelete="cascade")
    month_count = fields.Selection(
        selection=[(str(count), str(count)) for count in range(1, 13)],
        string="Closed Months",
        required=True,
        default="6",
    )
    currency_id = fields.Many2one(related="policy_id.currency_id")
    first_month = fields.Date(readonly=True)
    last_month = fields.Date(readonly=True)
    customer_count = fields.Integer(string="Customers Judged", readonly=True)
    up_count = fields.Integer(string="Higher than Now", readonly=True)
    down_count = fields.Integer(string="Lower than Now", readonly=True)
    watch_count = fields.Integer(string="Watched at the End", readonly=True)
    cost_now = fields.Monetary(string="Benefits a Year, Now", readonly=True)
    cost_then = fields.Monetary(string="Benefits a Year, Simulated", readonly=True)
    cost_change = fields.Monetary(string="Change", readonly=True)
    result = fields.Json(readonly=True)
    is_done = fields.Boolean(readonly=True)
    line_ids = fields.One2many(
        comodel_name="bank.tier.simulation.line", inverse_name="simulation_id", string="Who Moves", readonly=True
    )

    @api.model
    def _guarded_fields(self):
        return set(self._fields) - {"policy_id", "month_count", *models.MAGIC_COLUMNS}

    def action_simulate(self):
        """Go through the last closed months under the policy; the form then shows who would be where."""
        self.ensure_one()
        if not any(map(self.env.user.has_group, GROUPS)):
            raise AccessError(
                self.env._("[simulation_not_allowed] Administrators, operations, compliance and auditors simulate.")
            )
        self.check_access("write")
        self.policy_id.check_access("read")
        policy = self.policy_id
        policy._check_complete()
        months = self._closed_months(policy.company_id)
        if not months:
            raise UserError(self.env._("[no_months] No month of customers has been closed yet. Wait for the night."))
        # sudo: bank.tier.simulation - the figures of a whole company; customers are shown by the rules of the lines
        process = self.with_company(policy.company_id).sudo()._unguarded()
        process._simulate(months)
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "name": self.env._("Simulation"),
            "views": [(False, "form")],
        }

    def _closed_months(self, company):
        """Return the chosen number of closed months that have figures, the earliest first."""
        today = self.env["bank.run"].with_company(company)._today()
        rows = self.env.execute_query(
            SQL(
                """SELECT month::date FROM generate_series(%s::date - interval '12 months', %s, '1 month') AS month
                    WHERE EXISTS (SELECT 1 FROM bank_customer_month figures WHERE figures.company_id = %s
                                     AND figures.month = month.month::date AND figures.state = 'closed')
                    ORDER BY month DESC LIMIT %s""",
                today.replace(day=1),
                today.replace(day=1),
                company.id,
                int(self.month_count),
            )
        )
        return sorted(row[0] for row in rows)

    def _simulate(self, months):
        policy, ladder = self.policy_id, Ladder(self.policy_id)
        self.env["bank.tier.standing"]._flush_sources()
        with Walk(self.env) as walk:
            walk.begin(self._select_start(months[0]))
            course = []
            for month in months:
                walk.step(policy, ladder, month)
                course.append(self._month_counts(walk, month))
            self.line_ids.unlink()
            self._store(walk, months, course)

    def _select_start(self, month):
        """Customers on the tiers that they had on the first day, by their history."""
        return SQL(
            """
            SELECT partner.id AS partner_id,
                   (SELECT history.to_tier_id FROM bank_tier_history history
                     WHERE history.partner_id = partner.id AND history.changed_on <= %(month)s
                     ORDER BY history.changed_on DESC, history.id DESC LIMIT 1) AS tier_id,
                   0 AS bad_months, NULL::numeric AS best_bad_amount, NULL::int AS currency_id,
                   TRUE AS is_first, NULL::date AS last_month
              FROM res_partner partner
             WHERE partner.is_bank_customer AND (partner.company_id IS NULL OR partner.company_id = %(company)s)
            """,
            month=month,
            company=self.env.company.id,
        )

    def _month_counts(self, walk, month):
        row = self.env.execute_query(
            SQL(
                """SELECT count(*) FILTER (WHERE state = 'upgraded'), count(*) FILTER (WHERE state = 'downgraded'),
                          count(*) FILTER (WHERE state = 'watch') FROM %s""",
                walk.found,
            )
        )[0]
        return {"month": month.isoformat(), "upgraded": row[0], "downgraded": row[1], "watched": row[2]}

    # ------------------------------------------------------------------
    # Results
    # ------------------------------------------------------------------

    def _store(self, walk, months, course):
        ends = walk.note(self._select_ends(walk))
        cells = self._cells(ends)
        result = {
            "tiers": self._tiers(cells),
            "cells": cells,
            "months": course,
            "branches": self._groups(ends, "branch_id", "bank.branch"),
            "managers": self._groups(ends, "relationship_manager_id", "res.users"),
            "currency_id": self.currency_id.id,
        }
        costs, totals = self._costs(), self._totals(ends)
        now = sum(cell["count"] * costs.get(cell["from"], 0) for cell in cells)
        then = sum(cell["count"] * costs.get(cell["to"], 0) for cell in cells)
        self.write(
            {
                "result": result,
                "is_done": True,
                "first_month": months[0],
                "last_month": months[-1],
                "customer_count": sum(cell["count"] for cell in cells),
                "up_count": sum(group["up"] for group in totals),
                "down_count": sum(group["down"] for group in totals),
                "watch_count": course[-1]["watched"],
                "cost_now": now,
                "cost_then": then,
                "cost_change": then - now,
            }
        )
        self._store_lines(ends)

    def _select_ends(self, walk):
        """Where customers are now and where the policy would have them, with their last figures."""
        return SQL(
            """
            SELECT found.partner_id, partner.tier_id AS now_id, found.tier_id AS then_id,
                   CASE WHEN found.is_shown THEN found.amount ELSE found.own_amount END AS amount,
                   partner.branch_id, partner.relationship_manager_id,
                   COALESCE(now.sequence, -1) AS now_sequence, simulated.sequence AS then_sequence
              FROM %s AS found
              JOIN res_partner partner ON partner.id = found.partner_id
              JOIN bank_tier simulated ON simulated.id = found.tier_id
              LEFT JOIN bank_tier now ON now.id = partner.tier_id
            """,
            walk.found,
        )

    def _cells(self, ends):
        rows = self.env.execute_query(
            SQL("SELECT now_id, then_id, count(*), sum(amount) FROM %s AS ends GROUP BY 1, 2 ORDER BY 1, 2", ends)
        )
        return [
            {"from": now or 0, "to": then or 0, "count": count, "assets": float(amount or 0)}
            for now, then, count, amount in rows
        ]

    def _tiers(self, cells):
        used = {cell[key] for cell in cells for key in ("from", "to")} | set(self.policy_id.level_ids.tier_id.ids)
        tiers = self.env["bank.tier"].with_context(active_test=False).browse(used - {0}).sorted("sequence")
        none = [{"id": 0, "name": self.env._("No Tier"), "color": 0}] if 0 in used else []
        return none + [{"id": tier.id, "name": tier.name, "color": tier.color} for tier in tiers]

    def _totals(self, ends, key=None):
        key = key or SQL("0")
        rows = self.env.execute_query(
            SQL(
                """
                SELECT %(key)s AS key, count(*) FILTER (WHERE then_sequence > now_sequence) AS up,
                       count(*) FILTER (WHERE then_sequence < now_sequence) AS down, count(*) AS count,
                       COALESCE(sum(amount) FILTER (WHERE then_sequence != now_sequence), 0) AS assets
                  FROM %(ends)s AS ends GROUP BY 1 ORDER BY 2 + 3 DESC, 1 LIMIT %(most)s
                """,
                key=key,
                ends=ends,
                most=MOST_GROUPS,
            )
        )
        return [
            {"id": key or 0, "up": up, "down": down, "count": count, "assets": float(assets)}
            for key, up, down, count, assets in rows
        ]

    def _groups(self, ends, column, model):
        groups = self._totals(ends, SQL.identifier(column))
        names = (
            self.env[model].with_context(active_test=False).browse([group["id"] for group in groups if group["id"]])
        )
        labels = {record.id: record.display_name for record in names}
        return [{**group, "name": labels.get(group["id"], self.env._("None"))} for group in groups]

    def _costs(self):
        """Return ``{tier id: what its benefits cost for one customer in a year}`` where benefits know their costs."""
        if "cost_per_year" not in self.env["bank.benefit"]._fields:
            return {}
        company, today = self.env.company, fields.Date.context_today(self)
        costs = {}
        for tier in self.env["bank.tier"].with_context(active_test=False).search(Domain.TRUE):
            for benefit in tier.benefit_ids:
                currency = benefit["currency_id"] if "currency_id" in benefit._fields else self.currency_id
                amount = (currency or self.currency_id)._convert(
                    benefit["cost_per_year"], self.currency_id, company, today, round=False
                )
                costs[tier.id] = costs.get(tier.id, 0) + amount
        return costs

    def _store_lines(self, ends):
        self.env.execute_query(
            SQL(
                """
                INSERT INTO bank_tier_simulation_line (simulation_id, partner_id, from_tier_id, to_tier_id, is_up,
                       amount, branch_id, relationship_manager_id, create_uid, create_date, write_uid, write_date)
                SELECT %(id)s, partner_id, now_id, then_id, then_sequence > now_sequence, amount, branch_id,
                       relationship_manager_id, %(uid)s, %(now)s, %(uid)s, %(now)s
                  FROM %(ends)s AS ends WHERE now_id IS DISTINCT FROM then_id
                 ORDER BY amount DESC, partner_id LIMIT %(most)s
             RETURNING 1
                """,
                id=self.id,
                uid=self.env.uid,
                now=self.env.cr.now(),
                ends=ends,
                most=MOST_LINES,
            )
        )
        self.invalidate_recordset(["line_ids"])

    def action_view_lines(self):
        """Open the customers who would move, as a list that can be filtered."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Who Moves"),
            "res_model": "bank.tier.simulation.line",
            "views": [(False, "list"), (False, "pivot")],
            "domain": [("simulation_id", "=", self.id)],
        }
