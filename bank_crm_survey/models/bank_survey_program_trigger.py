import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL

from .bank_survey_invitation_sending import CONFLICTS, MOST_CONFLICTS

_logger = logging.getLogger(__name__)

BATCH = 500
# Events get their number when they are written and appear when their transaction ends, so a lower number may appear
# after a higher one. The cursor stays this far behind; what lies between is read again, and invites nobody twice.
SETTLED_AFTER = timedelta(minutes=30)
# What other systems tell much later is no occasion any more.
OLDEST = timedelta(days=30)
# Sources that last: each event about one is an occasion of its own.
LASTING_SOURCES = ("res.partner", "bank.financial.profile", "res.users")


class BankSurveyProgram(models.Model):
    """Programmes that react to what happens to customers: they read the customers' events, whoever wrote them.

    ``last_event_id`` is the cursor: what happened before the programme was started, or while it was paused, is not
    asked about.
    """

    _inherit = "bank.survey.program"

    trigger_kind = fields.Selection(
        selection="_trigger_kinds", string="Ask After", help="What happens to a customer and has him asked."
    )
    trigger_delay_hours = fields.Integer(string="Hours Later", default=24, help="How long after it he is asked.")
    trigger_payload_key = fields.Char(
        string="Only Where", help="Key of the event's details, such as “kind”. Empty: always."
    )
    trigger_payload_values = fields.Char(string="Is One Of", help="Values with commas, such as “complaint, inquiry”.")
    last_event_id = fields.Integer(readonly=True, copy=False, default=0, export_string_translation=False)

    _delay_check = models.Constraint(
        "CHECK(trigger_delay_hours >= 0 AND trigger_delay_hours <= 2160)",
        "Hours Later: enter 0 to 2,160 hours (90 days).",
    )

    @api.model
    def _trigger_kinds(self):
        """Return the kinds of events; those of surveys are left out: an answer must not ask again."""
        labels = self.env["bank.customer.event"]._kind_labels()
        return [(kind, str(label)) for kind, label in labels.items() if not kind.startswith("survey.")]

    @api.constrains("trigger_payload_key", "trigger_payload_values", "trigger_kind", "kind")
    def _check_trigger(self):
        for program in self:
            if program.trigger_kind and program.kind != "transactional":
                raise ValidationError(
                    self.env._(
                        "Ask After: only a transactional programme reacts to what happens. Choose this kind, or empty "
                        "the field."
                    )
                )
            if bool(program.trigger_payload_key) != bool(program._payload_values()):
                raise ValidationError(self.env._("Only Where, Is One Of: fill in both or none of them."))
            if (program.trigger_kind or "").startswith("survey."):
                raise ValidationError(
                    self.env._("Ask After: surveys cannot have customers asked again. Choose another.")
                )

    def _payload_values(self):
        parts = (self.trigger_payload_values or "").replace("，", ",").split(",")
        return [part.strip() for part in parts if part.strip()]

    def action_start(self):
        """Let invitations go out; what happened until now is not asked about."""
        result = super().action_start()
        for program in self.filtered("trigger_kind"):
            program._unguarded().last_event_id = self._newest_event_id()
        return result

    @api.onchange("kind")
    def _onchange_kind(self):
        if self.kind != "transactional":
            self.trigger_kind = False

    def write(self, vals):
        result = super().write(vals)
        if vals.get("trigger_kind"):
            # Another trigger begins with what happens from now on.
            running = self.filtered(lambda program: program.state == "running")
            running._unguarded().write({"last_event_id": self._newest_event_id()})
        return result

    @api.model
    def _newest_event_id(self):
        [[newest]] = self.env.execute_query(SQL("SELECT COALESCE(max(id), -1) FROM bank_customer_event"))
        return newest

    # ------------------------------------------------------------------
    # Reading events
    # ------------------------------------------------------------------

    @api.model
    def _cron_trigger(self):
        """Invite after what has happened; called again by the scheduler until nothing is left."""
        domain = [("state", "=", "running"), ("trigger_kind", "!=", False)]
        commit_progress = self.env["ir.cron"]._commit_progress
        programs = self.search(domain, order="id")
        commit_progress(remaining=len(programs))
        for program_id in programs.ids:
            if not self.browse(program_id)._work_on_events(commit_progress):
                return
        commit_progress(remaining=0)

    def _work_on_events(self, commit_progress):
        """Read the events of one programme; tell whether there is time for more."""
        self.ensure_one()
        conflicts, position, seconds_left = 0, None, True
        while seconds_left:
            try:
                position = self._work_on_event_batch(position)
                self.env.flush_all()
            except CONFLICTS:
                self.env.cr.rollback()
                conflicts += 1
                if conflicts > MOST_CONFLICTS:
                    break
                continue
            except Exception:
                self.env.cr.rollback()
                _logger.exception("Reading the events for survey programme %s failed", self.id)
                break
            seconds_left = commit_progress(0 if position else 1)
            if not position:
                break
        return seconds_left

    def _work_on_event_batch(self, position):
        """Invite for one batch of events; return where the next one begins, None at the end.

        :param position: number of the last event read, None: the cursor
        """
        if not self.last_event_id:  # made running by other code than the button: it begins now, too
            self._unguarded().last_event_id = self._newest_event_id()
            return None
        last = self.last_event_id if position is None else position
        rows = self._read_events(last)
        if fresh := self._without_invited(rows):
            self._invite_for(fresh)
        self._move_cursor(rows)
        return rows[-1][0] if len(rows) == BATCH else None

    def _read_events(self, last):
        """Return ``[(id, partner_id, occurred_at, source_model, source_id, is_settled)]``, ascending."""
        self.env["bank.customer.event"].flush_model()
        now = fields.Datetime.now()
        condition = SQL("TRUE")
        if self.trigger_payload_key:
            condition = SQL("event.payload ->> %s = ANY(%s)", self.trigger_payload_key, self._payload_values())
        return self.env.execute_query(
            SQL(
                """SELECT event.id, event.partner_id, event.occurred_at, event.source_model, event.source_id,
                          event.create_date < %(settled)s
                     FROM bank_customer_event event
                    WHERE event.id > %(last)s AND event.kind = %(kind)s AND event.occurred_at > %(oldest)s
                      AND %(condition)s
                    ORDER BY event.id LIMIT %(batch)s""",
                settled=now - SETTLED_AFTER,
                last=last,
                kind=self.trigger_kind,
                oldest=now - OLDEST,
                condition=condition,
                batch=BATCH,
            )
        )

    @api.model
    def _occasion(self, event_id, source_model, source_id):
        """Return what the customer is asked about: the record behind the event, where it is an occasion."""
        if source_model and source_id and source_model not in LASTING_SOURCES:
            return f"{source_model},{source_id}"
        return f"bank.customer.event,{event_id}"

    def _without_invited(self, rows):
        """Return the events, the first one of each customer and occasion, for which nobody has been invited."""
        occasions = {}
        for row in rows:
            occasions.setdefault((row[1], self._occasion(row[0], row[3], row[4])), row)
        if not occasions:
            return {}
        self.env["bank.survey.invitation"].flush_model(["program_id", "wave_id", "partner_id", "touchpoint_ref"])
        known = set(
            self.env.execute_query(
                SQL(
                    """SELECT partner_id, touchpoint_ref FROM bank_survey_invitation
                        WHERE program_id = %s AND wave_id IS NULL AND partner_id = ANY(%s)
                          AND touchpoint_ref = ANY(%s)""",
                    self.id,
                    list({partner_id for partner_id, _ref in occasions}),
                    list({ref for _partner_id, ref in occasions}),
                )
            )
        )
        return {key: row for key, row in occasions.items() if key not in known}

    def _invite_for(self, fresh):
        """Invite for ``{(partner_id, occasion): event}``; a customer with several events takes several rounds."""
        within = self._ids_within(self.env["res.partner"].browse({partner_id for partner_id, _ref in fresh}))
        waiting = {key: row for key, row in fresh.items() if key[0] in within}
        products = self._products_of(waiting.values())
        while waiting:
            turn = {}
            for (partner_id, ref), row in waiting.items():
                turn.setdefault(partner_id, (ref, row))
            self._invite_turn(turn, products)
            waiting = {key: row for key, row in waiting.items() if turn[key[0]][0] != key[1]}

    def _invite_turn(self, turn, products):
        """Invite for ``{partner_id: (occasion, event)}``."""
        delay = timedelta(hours=self.trigger_delay_hours)
        moments = {partner_id: row[2] + delay for partner_id, (_ref, row) in turn.items()}
        invitations = self._invite_partners(
            self.env["res.partner"].browse(turn),
            touchpoint_ref={partner_id: ref for partner_id, (ref, _row) in turn.items()},
            event_by_partner={partner_id: row[0] for partner_id, (_ref, row) in turn.items()},
            product={
                partner_id: products.get(row[4]) if row[3] == "bank.holding" else None
                for partner_id, (_ref, row) in turn.items()
            },
            send_after=max(min(moments.values()), fields.Datetime.now()),
        )
        for invitation in invitations:
            moment = moments[invitation.partner_id.id]
            if invitation.state == "queued" and moment > (invitation.send_after or fields.Datetime.now()):
                invitation.send_after = moment

    def _products_of(self, rows):
        """Return ``{holding id: product id}`` of the events that are about a holding."""
        ids = [row[4] for row in rows if row[3] == "bank.holding" and row[4]]
        # sudo: bank.holding - the product goes into the snapshot of the invitation
        holdings = self.env["bank.holding"].sudo().with_context(active_test=False).search([("id", "in", ids)])
        return {holding.id: holding.product_id.id for holding in holdings}

    def _move_cursor(self, rows):
        settled = [row[0] for row in rows if row[5]]
        if settled and max(settled) > self.last_event_id:
            self._unguarded().last_event_id = max(settled)
