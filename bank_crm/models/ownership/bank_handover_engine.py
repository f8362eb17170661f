import logging
import time

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

_logger = logging.getLogger(__name__)


class BankHandover(models.Model):
    """How a hand-over is carried out.

    A small one is one transaction, at once. A large one is worked on by the scheduler in batches of customers; each
    batch is one transaction that moves its customers with everything that is open about them and notes it on their
    lines. So a killed server leaves every customer either moved or not, and the next one goes on with those not moved.
    """

    _inherit = "bank.handover"

    BATCH_SIZE = 1000  # of the scheduler; the parameter bank_crm.handover_batch overrides it
    AT_ONCE = 200  # customers that are moved while the user waits

    # ------------------------------------------------------------------
    # Start
    # ------------------------------------------------------------------

    def action_start(self):
        """Begin to move the customers of an approved hand-over; a small one is over when this returns."""
        for handover in self:
            if handover.state != "approved":
                raise UserError(self.env._("[not_approved] Only an approved hand-over can begin. Approve it first."))
            handover._check_approver()
            if handover.date_from > handover._today():
                raise UserError(
                    self.env._(
                        "From Day: it begins by itself on %(day)s.", day=fields.Date.to_string(handover.date_from)
                    )
                )
            handover._as_engine()._begin("running", "pending")
        return True

    def action_return_now(self):
        """End a leave early: the customers return at once."""
        for handover in self:
            if handover.state != "done" or handover.kind != "leave":
                raise UserError(self.env._("Only a leave that is under way can return."))
            if not handover._may_approve(self.env.user) and self.env.user != handover.from_user_id:
                handover._check_approver()
            handover._as_engine()._begin("returning", "moved")
        return True

    def _as_engine(self):
        """State and customers are changed for the user, who has been checked; the events bear his name."""
        self.ensure_one()
        # sudo: bank.handover, bank.assignment, res.partner - decided by who may approve, see _check_approver
        return self.sudo()._unguarded()

    def _begin(self, state, line_state):
        """Set ``state`` and move the customers whose line is in ``line_state``, now or by the scheduler."""
        total = self._count_todo(line_state)
        self.write({"state": state, "total": total, "processed": 0, "error": False})
        if total <= self.AT_ONCE:
            while self._move_batch():
                pass
        else:
            self.env.ref("bank_crm.ir_cron_handover")._trigger()

    def _count_todo(self, line_state):
        return self.env["bank.handover.line"].search_count([("handover_id", "=", self.id), ("state", "=", line_state)])

    # ------------------------------------------------------------------
    # Scheduler
    # ------------------------------------------------------------------

    @api.model
    def _cron_work(self):
        """Begin what is due, go on with what has begun, and let leaves that are over return."""
        commit_progress = self.env["ir.cron"]._commit_progress
        handovers = self.search([("state", "in", ("approved", "running", "done", "returning"))], order="id")
        for handover in handovers._unguarded():
            handover = handover.with_user(handover.approved_by_id or self.env.user).sudo()  # sudo: as _as_engine
            handover._begin_if_due()
            if not commit_progress():
                return
            if handover.state in ("running", "returning") and not handover._work(commit_progress):
                return

    def _begin_if_due(self):
        today = self._today()
        if self.state == "approved" and self.date_from <= today:
            self._begin_later("running", "pending")
        elif self.state == "done" and self.kind == "leave" and self.date_to < today:
            self._begin_later("returning", "moved")

    def _begin_later(self, state, line_state):
        self.write({"state": state, "total": self._count_todo(line_state), "processed": 0, "error": False})

    def _work(self, commit_progress):
        """Move batch after batch. Return whether there is time left."""
        commit_progress(remaining=max(self.total - self.processed, 0))
        while True:
            try:
                moved = self._move_batch()
            except Exception as error:  # noqa: BLE001 - whatever it is, it is noted and the others go on
                self.env.cr.rollback()
                self._note_failure(error)
                commit_progress(remaining=0)
                return True
            in_time = commit_progress(moved)
            if not moved:
                return True
            if not in_time:
                return False

    def _note_failure(self, error):
        """The reason names no customer: messages of the database may quote personal data. The next run tries again."""
        _logger.exception("Hand-over %s failed after %s customers", self.id, self.processed)
        self.error = self.env._(
            "%(kind)s after %(count)s customers; the server log has the details. It is tried again by itself.",
            kind=type(error).__name__,
            count=self.processed,
        )

    # ------------------------------------------------------------------
    # A batch
    # ------------------------------------------------------------------

    def _move_batch(self):
        """Move the next customers and note it on their lines; nothing else of the transaction is left half done.

        :return: number of lines that were worked on; 0 when none was left or another process is at it
        """
        self.ensure_one()
        if not self._lock():
            return 0
        started = time.monotonic()
        is_return = self.state == "returning"
        lines = self._next_lines("moved" if is_return else "pending")
        if not lines:
            self.write({"state": "returned" if is_return else "done"})
            return 0
        moved = self._move_back(lines) if is_return else self._move_on(lines)
        done, undone = ("returned", "kept") if is_return else ("moved", "skipped")
        self._note_lines([line[0] for line in lines if line[1] in moved], done)
        self._note_lines([line[0] for line in lines if line[1] not in moved], undone)
        self.write(
            {
                "processed": self.processed + len(lines),
                "seconds": self.seconds + time.monotonic() - started,
                "error": False,
            }
        )
        return len(lines)

    def _next_lines(self, state):
        """Return rows (line, customer, receiver, the receiver's home branch, role)."""
        return self.env.execute_query(
            SQL(
                """SELECT line.id, line.partner_id, line.to_user_id, taker.bank_branch_id, line.role
                     FROM bank_handover_line line JOIN res_users taker ON taker.id = line.to_user_id
                    WHERE line.handover_id = %s AND line.state = %s ORDER BY line.id LIMIT %s""",
                self.id,
                state,
                self._batch_size(),
            )
        )

    @api.model
    def _batch_size(self):
        # sudo: ir.config_parameter - a number that the administrator sets
        return int(self.env["ir.config_parameter"].sudo().get_param("bank_crm.handover_batch", self.BATCH_SIZE))

    def _move_on(self, lines):
        """From the giver to the receivers. Return the ids of the customers that were moved."""
        giver, is_leave = self.from_user_id.id, self.kind == "leave"
        keeps = is_leave and self.keep_credit
        moved = self.env["bank.owner.move"]._move(
            [(partner, giver, taker, branch) for _line, partner, taker, branch, role in lines if role == "primary"],
            day=self._today(),
            reason=self._reason(),
            source="handover",
            move_branch=self.move_branch and not is_leave,
            kept_credit=100 if keeps else 0,
            credit_until=self.date_to if keeps else None,
        )
        moved |= self._move_stand_ins(
            [(partner, giver, taker) for _l, partner, taker, _b, role in lines if role != "primary"]
        )
        self._plan_joint_visits([line[0] for line in lines if line[1] in moved])
        return moved

    def _move_back(self, lines):
        """From the stand-ins back to the giver, as far as they still have the customers."""
        giver = self.from_user_id
        if not giver.active:
            return set()
        moved = self.env["bank.owner.move"]._move(
            [(partner, taker, giver.id, None) for _line, partner, taker, _branch, role in lines if role == "primary"],
            day=self._today(),
            reason=self._reason(),
            source="handover",
        )
        return moved | self._move_stand_ins(
            [(partner, taker, giver.id) for _line, partner, taker, _branch, role in lines if role != "primary"]
        )

    def _reason(self):
        # The customers' history is read by many: it tells the kind, not the private reason of an absence.
        label = dict(self._fields["kind"]._description_selection(self.env))[self.kind]
        return self.env._("Hand-over (%(kind)s)", kind=label)

    def _move_stand_ins(self, moves):
        """Move active backup and specialist assignments: rows (customer, giver, taker).

        A taker who looks after the customer anyway gets no second assignment.
        """
        if not moves:
            return set()
        ended = self.env.execute_query(
            SQL(
                """UPDATE bank_assignment assignment
                      SET date_to = GREATEST(date_from, %(day)s), write_uid = %(uid)s, write_date = %(now)s
                     FROM %(moves)s
                    WHERE assignment.partner_id = move.partner_id AND assignment.user_id = move.giver_id
                      AND assignment.role <> 'primary' AND assignment.date_to IS NULL
                RETURNING assignment.partner_id, move.taker_id, assignment.role, assignment.branch_id,
                          assignment.company_id, assignment.credit_pct""",
                day=self._today(),
                uid=self.env.uid,
                now=self.env.cr.now(),
                moves=self._stand_in_rows(moves),
            )
        )
        if ended:
            self.env.execute_query(
                SQL(
                    """INSERT INTO bank_assignment (partner_id, user_id, role, branch_id, company_id, credit_pct,
                              date_from, reason, source, create_uid, create_date, write_uid, write_date)
                       SELECT begun.*, %(day)s, %(reason)s, 'handover', %(uid)s, %(now)s, %(uid)s, %(now)s
                         FROM unnest(%(columns)s)
                              AS begun(partner_id, user_id, role, branch_id, company_id, credit_pct)
                        WHERE NOT EXISTS (SELECT 1 FROM bank_assignment other
                                           WHERE other.partner_id = begun.partner_id AND other.user_id = begun.user_id
                                             AND other.date_to IS NULL)
                    RETURNING 1""",
                    day=self._today(),
                    reason=self._reason(),
                    uid=self.env.uid,
                    now=self.env.cr.now(),
                    columns=self._stand_in_columns(ended),
                )
            )
            self.env["bank.owner.move"]._move_work([(*move, None, None) for move in moves])
            self.env.invalidate_all(flush=False)
        return {row[0] for row in ended}

    @staticmethod
    def _stand_in_rows(moves):
        columns = [list(column) for column in zip(*moves, strict=True)]
        return SQL("unnest(%s::int[], %s::int[], %s::int[]) AS move(partner_id, giver_id, taker_id)", *columns)

    @staticmethod
    def _stand_in_columns(rows):
        columns = [list(column) for column in zip(*rows, strict=True)]
        types = ("int", "int", "varchar", "int", "int", "numeric")
        return SQL(", ").join(SQL("%s::" + kind + "[]", column) for kind, column in zip(types, columns, strict=True))

    def _plan_joint_visits(self, line_ids):
        """Give the receivers a task on the customer for the day of the joint visit."""
        lines = self.env["bank.handover.line"].search([("id", "in", line_ids), ("joint_visit_on", "!=", False)])
        if not lines:
            return
        activity_type = self.env.ref("mail.mail_activity_data_meeting", raise_if_not_found=False)
        # The receivers are not mailed one by one.
        self.env["mail.activity"].with_context(mail_activity_quick_update=True).create(
            [
                {
                    "res_model_id": self.env["ir.model"]._get_id("res.partner"),
                    "res_id": line.partner_id.id,
                    "user_id": line.to_user_id.id,
                    "activity_type_id": activity_type.id if activity_type else False,
                    "date_deadline": line.joint_visit_on,
                    "summary": self.env._("Joint visit with %(name)s", name=self.from_user_id.name),
                }
                for line in lines
            ]
        )

    def _note_lines(self, line_ids, state):
        if line_ids:
            self.env.execute_query(
                SQL(
                    """UPDATE bank_handover_line SET state = %s, moved_at = %s, write_uid = %s, write_date = %s
                        WHERE id = ANY(%s) RETURNING 1""",
                    state,
                    self.env.cr.now(),
                    self.env.uid,
                    self.env.cr.now(),
                    line_ids,
                )
            )
            self.env["bank.handover.line"].invalidate_model(flush=False)
