from collections import Counter

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..models.bank_survey_program_inviting import Occasion
from ..tools.sampling import allocate, size_of_sample

MOST_JUDGED = 20_000
MOST_LISTED = 1_000
ASKED = "asked"


class BankSurveySimulation(models.TransientModel):
    """Who would be asked, if a wave were drawn or a programme reacted now: numbers by reason and by stratum.

    Nothing is written, nobody is reserved. Of very many customers the first ones in the order of the draw are judged,
    which is a fair sample of them.
    """

    _name = "bank.survey.simulation"
    _description = "Who Would Be Asked"

    program_id = fields.Many2one(
        comodel_name="bank.survey.program", string="Programme", required=True, ondelete="cascade"
    )
    wave_id = fields.Many2one(
        comodel_name="bank.survey.wave", ondelete="cascade", domain="[('program_id', '=', program_id)]"
    )
    at = fields.Datetime(string="Asked On", required=True, default=fields.Datetime.now)
    population = fields.Integer(readonly=True)
    judged = fields.Integer(string="Customers Judged", readonly=True)
    asked = fields.Integer(string="May Be Asked", readonly=True)
    wanted = fields.Integer(string="To Invite", readonly=True)
    is_partial = fields.Boolean(compute="_compute_is_partial")
    reason_ids = fields.One2many(
        comodel_name="bank.survey.simulation.line", inverse_name="simulation_id", domain=[("kind", "=", "reason")],
        string="By Reason", readonly=True,
    )  # fmt: skip
    stratum_ids = fields.One2many(
        comodel_name="bank.survey.simulation.line", inverse_name="simulation_id", domain=[("kind", "=", "stratum")],
        string="By Stratum", readonly=True,
    )  # fmt: skip

    @api.depends("population", "judged")
    def _compute_is_partial(self):
        for simulation in self:
            simulation.is_partial = simulation.judged < simulation.population

    @api.onchange("wave_id")
    def _onchange_wave_id(self):
        if self.wave_id:
            self.program_id = self.wave_id.program_id

    def action_simulate(self):
        """Judge the customers, and show the numbers."""
        self.ensure_one()
        self.check_access("write")
        self.program_id.check_access("read")
        self.wave_id.check_access("read")
        if self.wave_id and self.wave_id.program_id != self.program_id:
            raise UserError(self.env._("Wave: it belongs to another programme. Choose one of this programme."))
        # sudo: bank.survey.simulation, res.partner - numbers alone leave; the list behind them is opened as the user
        self.sudo()._simulate()
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
            "target": "new",
            "name": self.env._("Who Would Be Asked"),
        }

    def _simulate(self):
        wave = self.wave_id or self.env["bank.survey.wave"].new(
            {"program_id": self.program_id.id, "partner_domain": "[]", "stratify_by": "none", "seed": "-"}
        )
        customers = self._customers(wave)
        partners = self.env["res.partner"].browse(row[0] for row in customers)
        # As if the wave were drawn anew: those whom it has drawn already do not stand in its way.
        occasion = Occasion(wave=self.wave_id or None, touchpoint_ref=f"simulation {self.id}")
        rulings = self.program_id._rulings_of_occasion(
            partners, occasion, at=self.at, but_for=self.wave_id.invitation_ids.ids
        )
        reasons = {id_: ruling.reason or ASKED for id_, ruling in rulings.items()}
        self.write({"judged": len(customers), "asked": sum(reason == ASKED for reason in reasons.values())})
        self.env["bank.survey.simulation.line"].search([("simulation_id", "=", self.id)]).unlink()
        self._write_reasons(reasons)
        self._write_strata(wave, customers, reasons)
        self.invalidate_recordset()

    def _customers(self, wave):
        """Return ``[(partner_id, tier_id, branch_id, value_class)]`` of those who are judged; note the population."""
        self.env["res.partner"].flush_model()
        population = wave._select_population()
        [[self.population]] = self.env.execute_query(SQL("SELECT count(*) FROM (%s) AS population", population))
        return self.env.execute_query(
            SQL(
                """SELECT id, tier_id, branch_id, value_class FROM (%s) AS population
                    ORDER BY md5(%s || ':' || id) COLLATE "C", id LIMIT %s""",
                population,
                wave.seed or "-",
                MOST_JUDGED,
            )
        )

    def _write_reasons(self, reasons):
        by_reason = {}
        for partner_id, reason in reasons.items():
            by_reason.setdefault(reason, []).append(partner_id)
        self.env["bank.survey.simulation.line"].create(
            [
                {"simulation_id": self.id, "kind": "reason", "code": code, "number": len(ids), "partners": ids}
                for code, ids in sorted(by_reason.items(), key=lambda item: (item[0] != ASKED, -len(item[1])))
            ]
        )

    def _write_strata(self, wave, customers, reasons):
        """Write how many of each stratum there are, may be asked, and would be invited."""
        sizes, asked = Counter(), Counter()
        for partner_id, *key in customers:
            sizes[tuple(key)] += 1
            asked[tuple(key)] += reasons[partner_id] == ASKED
        keys = sorted(sizes, key=lambda key: tuple(str(part or "") for part in key))
        scale = self.population / len(customers) if customers else 1
        numbers = [round(sizes[key] * scale) for key in keys]
        planned = {
            (stratum.tier_id.id or None, stratum.branch_id.id or None, stratum.value_class or None): stratum.target
            for stratum in wave.stratum_ids
            if stratum.target and (wave.state == "draft" or stratum.is_fixed)
        }
        fixed = {index: planned[key] for index, key in enumerate(keys) if key in planned}
        total = size_of_sample(wave.sampling, self.population, wave.sample_size, wave.sample_percent)
        targets = allocate(total, numbers, fixed)
        self.wanted = sum(targets)
        strata = self.env["bank.survey.stratum"]
        self.env["bank.survey.simulation.line"].create(
            [
                {
                    "simulation_id": self.id,
                    "kind": "stratum",
                    "code": strata.new({"tier_id": key[0], "branch_id": key[1], "value_class": key[2]}).display_name,
                    "number": sizes[key],
                    "asked": asked[key],
                    "target": target,
                }
                for key, target in zip(keys, targets, strict=True)
            ]
        )


class BankSurveySimulationLine(models.TransientModel):
    """A number of a simulation: of one reason, or of one stratum."""

    _name = "bank.survey.simulation.line"
    _description = "Number of a Simulation"
    _order = "id"

    simulation_id = fields.Many2one(
        comodel_name="bank.survey.simulation", required=True, readonly=True, index=True, ondelete="cascade"
    )
    kind = fields.Selection(selection=[("reason", "Reason"), ("stratum", "Stratum")], required=True, readonly=True)
    code = fields.Char(readonly=True)
    label = fields.Char(compute="_compute_label")
    number = fields.Integer(string="Customers", readonly=True)
    asked = fields.Integer(string="May Be Asked", readonly=True)
    target = fields.Integer(string="To Invite", readonly=True)
    partners = fields.Json(readonly=True, groups="base.group_system")

    @api.depends("code", "kind")
    @api.depends_context("lang")
    def _compute_label(self):
        labels = self.env["bank.survey.invitation"]._suppress_labels()
        partners = self.env["res.partner"]
        for line in self:
            if line.kind == "stratum":
                line.label = line.code
            elif line.code == ASKED:
                line.label = self.env._("Would be asked")
            else:
                line.label = labels.get(line.code) or partners._contact_reason_label(line.code)

    def action_view_customers(self):
        """Open the customers behind this number: those whom the user may see, 1,000 at most."""
        self.ensure_one()
        self.check_access("read")
        # sudo: bank.survey.simulation.line - ids for a domain; the list shows whom the user may see
        ids = (self.sudo().partners or [])[:MOST_LISTED]
        return {
            "type": "ir.actions.act_window",
            "name": self.label,
            "res_model": "res.partner",
            "views": [(False, "list"), (False, "form")],
            "domain": [("id", "in", self.env["res.partner"].search([("id", "in", ids)]).ids)],
        }
