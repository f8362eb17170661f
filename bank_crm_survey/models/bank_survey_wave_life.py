from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from .bank_survey_wave_sampling import KEY_FIELDS, STRATUM_FIELDS

# What makes the sample: fixed as soon as it is drawn.
PLAN_FIELDS = {
    "program_id", "partner_domain", "seed", "sampling", "sample_size", "sample_percent", "stratify_by", "top_up",
}  # fmt: skip
RELEASED = ("sending", "open")
# Invitations that a button moves itself; the rest is left to the job of waves, so that no button takes long.
AT_ONCE = 2000


class BankSurveyWave(models.Model):
    """The life of a wave: draft → drawing the sample → frozen → sending → open → closed."""

    _inherit = "bank.survey.wave"

    seed = fields.Char(tracking=True)
    is_drawing = fields.Boolean(
        readonly=True, copy=False, default=False, help="The server is drawing customers for this wave."
    )
    draw_error = fields.Char(readonly=True, copy=False)

    @api.model
    def _guarded_fields(self):
        return super()._guarded_fields() | {"is_drawing", "draw_error"}

    @api.constrains("partner_domain")
    def _check_wave_domain(self):
        for wave in self:
            self.env["bank.survey.program"]._check_partner_domain(
                wave.partner_domain, wave._fields["partner_domain"]._description_string(self.env)
            )

    def write(self, vals):
        if PLAN_FIELDS & set(vals) and not self._is_unguarded():
            self._check_state(("draft",), self.env._("change how its sample is drawn"))
        return super().write(vals)

    def _check_state(self, states, what):
        """:raises UserError: a wave is not in one of ``states``"""
        labels = dict(self._fields["state"]._description_selection(self.env))
        for wave in self:
            if wave.state not in states:
                raise UserError(
                    self.env._(
                        "Wave “%(wave)s” is in the state “%(state)s”: to %(what)s, it has to be in: %(allowed)s.",
                        wave=wave.name,
                        state=labels[wave.state],
                        what=what,
                        allowed=", ".join(labels[state] for state in states),
                    )
                )

    # ------------------------------------------------------------------
    # Buttons
    # ------------------------------------------------------------------

    def action_draw(self):
        """Have the sample drawn; the form shows how far the server is."""
        self.check_access("write")
        self._check_state(("draft", "sampling"), self.env._("draw its sample"))
        self._check_strata()
        self._unguarded().write({"state": "sampling", "is_drawing": True, "draw_error": False})
        self._wake_up()
        return True

    def action_top_up(self):
        """Have more customers drawn in place of those who were turned down since."""
        self.check_access("write")
        self._check_state(("frozen", *RELEASED), self.env._("draw more customers"))
        if not all(self.mapped("top_up")):
            raise UserError(self.env._("Top Up: this wave is drawn without replacing customers who are not asked."))
        self.stratum_ids._recount()
        self._unguarded().write({"is_drawing": True, "draw_error": False})
        self._wake_up()
        return True

    def _wake_up(self):
        # sudo: ir.cron - whoever may draw a sample may start this one job
        self.env.ref("bank_crm_survey.ir_cron_survey_sampling").sudo()._trigger()

    def action_release(self):
        """Let the invitations of a frozen sample go out."""
        self.check_access("write")
        self._check_state(("frozen",), self.env._("be released"))
        today = self.env["bank.run"]._today()
        for wave in self:
            if wave.is_drawing:
                raise UserError(self.env._("The sample is still being drawn. Release the wave when it is complete."))
            if wave.program_id.state != "running":
                raise UserError(
                    self.env._("Programme: “%(name)s” is not running. Start it first.", name=wave.program_id.name)
                )
            if wave.closes_on and wave.closes_on < today:
                raise UserError(self.env._("Closes On: this day is over. Choose a later one, then release the wave."))
        self._unguarded().write({"state": "sending"})
        self._settle()
        return True

    def _settle(self):
        """Bring invitations into line with the state of these waves: the first ones now, many by the job of waves."""
        moved = [wave._settle_some() for wave in self]
        if any(number >= AT_ONCE for number in moved):
            # sudo: ir.cron - whoever may release or close a wave may start this one job
            self.env.ref("bank_crm_survey.ir_cron_survey_waves").sudo()._trigger()

    def _settle_some(self):
        self.ensure_one()
        return self._end_invitations(AT_ONCE) if self.state == "closed" else self._queue(AT_ONCE)

    def _queue(self, limit=None):
        """Put drawn customers into the outbox, in one statement; return how many."""
        now = fields.Datetime.now()
        rows = self._move(
            ("drawn",),
            SQL("state = 'queued', send_after = GREATEST(send_after, %s, %s)", self.send_at or now, now),
            limit,
        )
        # sudo: bank.survey.contact.state - server code alone writes it; the user may release the wave
        self.env["bank.survey.contact.state"].sudo()._claim([partner_id for partner_id, _state in rows], now)
        if rows:
            # sudo: ir.cron - whoever may release a wave may start the outbox
            self.env.ref("bank_crm_survey.ir_cron_survey_send").sudo()._trigger()
        return len(rows)

    def _end_invitations(self, limit=None):
        """End invitations that nobody has begun, in one statement; return how many.

        Answers that were begun are closed by their own job.
        """
        rows = self._move(
            ("drawn", "queued", "sent"),
            SQL(
                """state = CASE WHEN state = 'sent' THEN 'expired' ELSE 'suppressed' END,
                   suppress_reason = CASE WHEN state = 'sent' THEN suppress_reason ELSE 'wave_closed' END,
                   next_reminder_at = NULL"""
            ),
            limit,
        )
        # sudo: bank.survey.contact.state - see _queue
        states = self.env["bank.survey.contact.state"].sudo()
        states._recount([partner_id for partner_id, state in rows if state == "suppressed"])
        return len(rows)

    def _move(self, states, changes, limit):
        """Change invitations of this wave that are in one of ``states``; return ``[(partner_id, new state)]``."""
        self.env["bank.survey.invitation"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """UPDATE bank_survey_invitation SET %(changes)s, write_uid = %(uid)s, write_date = %(now)s
                    WHERE id IN (SELECT id FROM bank_survey_invitation WHERE wave_id = %(wave)s AND state IN %(states)s
                                  ORDER BY partner_id LIMIT %(limit)s) RETURNING partner_id, state""",
                changes=changes,
                uid=self.env.uid,
                now=fields.Datetime.now(),
                wave=self.id,
                states=states,
                limit=limit,
            )
        )
        self.env["bank.survey.invitation"].invalidate_model()
        return rows

    def action_close(self):
        """Take no more answers: what was not sent is not sent any more, what was not begun runs out."""
        self.check_access("write")
        self._check_state(RELEASED, self.env._("be closed"))
        self._unguarded().write({"state": "closed", "closed_at": fields.Datetime.now(), "is_drawing": False})
        self._settle()
        self.stratum_ids._recount()
        self._compute_weights()
        return True

    def action_back_to_draft(self):
        """Take the sample back, to plan it anew; nobody has been asked yet."""
        self.check_access("write")
        self._check_state(("sampling", "frozen"), self.env._("go back to draft"))
        for wave in self:
            wave._undo_sample()
        return True

    def _undo_sample(self):
        self._lock_against_drawing()
        self.env["bank.survey.invitation"].flush_model()
        rows = self.env.execute_query(
            SQL("DELETE FROM bank_survey_invitation WHERE wave_id = %s RETURNING partner_id", self.id)
        )
        self.env["bank.survey.invitation"].invalidate_model()
        # sudo: bank.survey.contact.state - see _queue
        self.env["bank.survey.contact.state"].sudo()._recount([row[0] for row in rows])
        strata = self.stratum_ids._unguarded()
        found = strata.filtered("is_found")
        found.unlink()
        for stratum in strata - found:
            stratum.write(
                {
                    "target": stratum.target if stratum.is_fixed else 0,
                    "is_fixed": False,
                    "population": 0,
                    "drawn": 0,
                    "invited": 0,
                    "completed": 0,
                    "last_rank": 0,
                }
            )
        values = dict.fromkeys(("survey_id", "population_digest", "frozen_at", "draw_error", "is_drawing"), False)
        self._unguarded().write({**values, "state": "draft", "population_size": 0})

    def action_simulate(self):
        """Open the simulator for this wave."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("bank_crm_survey.bank_survey_simulation_action")
        action["context"] = {"default_program_id": self.program_id.id, "default_wave_id": self.id}
        return action

    def _lock_against_drawing(self):
        """A run that is drawing for this wave ends first, or fails and finds nothing to draw."""
        # sudo: bank.run - runs are made and ended by the engine
        runs = self.env["bank.run"].sudo().search([("survey_wave_id", "in", self.ids), ("state", "=", "running")])
        runs.write({"state": "failed", "error": self.env._("The wave was set back to draft.")})

    def _check_strata(self):
        """:raises UserError: a stratum was planned by what does not divide the population"""
        for wave in self:
            wanted = set(STRATUM_FIELDS[wave.stratify_by])
            for stratum in wave.stratum_ids.filtered(lambda stratum: not stratum.is_found):
                given = {name for name in KEY_FIELDS if stratum[name]}
                if given - wanted:
                    raise UserError(
                        self.env._(
                            "Strata: “%(stratum)s” does not fit how customers are divided. Change “Stratify By”, or "
                            "take the stratum out.",
                            stratum=stratum.display_name,
                        )
                    )
