from odoo import api, fields, models
from odoo.tools import SQL


class BankOwnerMove(models.AbstractModel):
    """Moves customers from one owner to another, with everything that is open about them, in a few statements.

    Hand-overs and the distribution of the unowned pool use it. It is set-based: the number of statements does not
    depend on the number of customers. The caller has checked that it may be done; all of it happens in the caller's
    transaction, so a customer is never half moved.
    """

    _name = "bank.owner.move"
    _description = "Move of Customers Between Owners"

    @api.model
    def _move(self, moves, day, reason, source, move_branch=False, kept_credit=0, credit_until=None):
        """Move customers and what is open about them.

        :param moves: rows ``(customer, giver, taker, branch)`` of ids. The giver may be None: the customer has no
            relationship manager. The branch is the one where he goes when he has none yet or ``move_branch`` is set
        :param day: date of the move
        :param kept_credit: percentage of the results that stays with the giver until ``credit_until``
        :return: set of the ids of the customers that were moved; the others do not belong to the giver any more
        """
        if not moves:
            return set()
        self.env.flush_all()
        moves = self._lock_owned(moves, move_branch)
        if moves:
            self._end_primaries(moves, day, kept_credit, credit_until)
            assignments = self._begin_primaries(moves, day, reason, source, 100 - kept_credit)
            self._mirror(moves)
            self._record_events(moves, assignments, reason)
            self._move_work(moves)
        self.env.invalidate_all(flush=False)
        return {move[0] for move in moves}

    @api.model
    def _rows(self, moves):
        """Return the moves as a relation for a FROM clause."""
        columns = [list(column) for column in zip(*moves, strict=True)]
        return SQL(
            """unnest(%s::int[], %s::int[], %s::int[], %s::int[], %s::int[])
               AS move(partner_id, giver_id, taker_id, branch_id, old_branch_id)""",
            *columns,
        )

    @api.model
    def _lock_owned(self, moves, move_branch):
        """Return the moves whose customer still belongs to the giver, with the branches after and before."""
        wanted = {move[0]: move for move in moves}
        owned = self.env.execute_query(
            SQL(
                """SELECT id, relationship_manager_id, branch_id FROM res_partner
                    WHERE id = ANY(%s) AND is_bank_customer ORDER BY id FOR UPDATE""",
                sorted(wanted),
            )
        )
        locked = []
        for partner_id, owner_id, branch_id in owned:
            _partner_id, giver_id, taker_id, target_id = wanted[partner_id]
            if owner_id == giver_id:
                after = self._branch_after(target_id, branch_id, move_branch)
                locked.append((partner_id, giver_id, taker_id, after, branch_id))
        return locked

    @staticmethod
    def _branch_after(target, present, move_branch):
        return target if target and (move_branch or not present) else present

    # ------------------------------------------------------------------
    # Owners
    # ------------------------------------------------------------------

    @api.model
    def _end_primaries(self, moves, day, kept_credit, credit_until):
        self.env.execute_query(
            SQL(
                """UPDATE bank_assignment
                      SET date_to = GREATEST(date_from, %(day)s), credit_until = %(until)s,
                          credit_pct = CASE WHEN %(until)s::date IS NULL THEN credit_pct ELSE %(credit)s END,
                          write_uid = %(uid)s, write_date = %(now)s
                    WHERE partner_id = ANY(%(partners)s) AND role = 'primary' AND date_to IS NULL RETURNING 1""",
                day=day,
                credit=kept_credit,
                until=credit_until or None,
                uid=self.env.uid,
                now=self.env.cr.now(),
                partners=[move[0] for move in moves],
            )
        )

    @api.model
    def _begin_primaries(self, moves, day, reason, source, credit):
        """:return: ``{customer: assignment}``"""
        return dict(
            self.env.execute_query(
                SQL(
                    """INSERT INTO bank_assignment (partner_id, user_id, branch_id, role, date_from, reason, source,
                              company_id, credit_pct, create_uid, create_date, write_uid, write_date)
                       SELECT move.partner_id, move.taker_id, move.branch_id, 'primary', %(day)s, %(reason)s,
                              %(source)s, partner.company_id, %(credit)s, %(uid)s, %(now)s, %(uid)s, %(now)s
                         FROM %(moves)s JOIN res_partner partner ON partner.id = move.partner_id
                        ORDER BY move.partner_id
                    RETURNING partner_id, id""",
                    day=day,
                    reason=reason or None,
                    source=source,
                    credit=credit,
                    uid=self.env.uid,
                    now=self.env.cr.now(),
                    moves=self._rows(moves),
                )
            )
        )

    @api.model
    def _mirror(self, moves):
        self.env.execute_query(
            SQL(
                """UPDATE res_partner SET relationship_manager_id = move.taker_id, branch_id = move.branch_id,
                          write_uid = %s, write_date = %s
                     FROM %s WHERE res_partner.id = move.partner_id RETURNING 1""",
                self.env.uid,
                self.env.cr.now(),
                self._rows(moves),
            )
        )

    @api.model
    def _record_events(self, moves, assignments, reason):
        self.env["bank.customer.event"]._record_select(
            "owner.changed",
            SQL(
                """SELECT move.partner_id, 'bank.assignment', assignment.id,
                          jsonb_build_object('from', %s, 'to', %s, 'reason', %s::text)
                     FROM %s
                     JOIN unnest(%s::int[], %s::int[]) AS assignment(partner_id, id)
                          ON assignment.partner_id = move.partner_id
                     LEFT JOIN res_users giver ON giver.id = move.giver_id
                     LEFT JOIN res_partner giver_name ON giver_name.id = giver.partner_id
                     LEFT JOIN res_users taker ON taker.id = move.taker_id
                     LEFT JOIN res_partner taker_name ON taker_name.id = taker.partner_id
                     LEFT JOIN bank_branch old_branch ON old_branch.id = move.old_branch_id
                     LEFT JOIN bank_branch branch ON branch.id = move.branch_id""",
                self._owner_label("giver_name", "old_branch"),
                self._owner_label("taker_name", "branch"),
                reason or None,
                self._rows(moves),
                list(assignments),
                list(assignments.values()),
            ),
        )

    @api.model
    def _owner_label(self, person, branch):
        """Return SQL for e.g. ``Li Na (VIP Centre)``, as ``bank.assignment._owner_label``."""
        person, branch = SQL.identifier(person, "name"), SQL.identifier(branch, "name")
        return SQL("COALESCE(%s || ' (' || %s || ')', %s, %s)", person, branch, person, branch)

    # ------------------------------------------------------------------
    # What is open
    # ------------------------------------------------------------------

    @api.model
    def _move_work(self, moves):
        """Move the open work of the givers about these customers; addons with work of their own extend it."""
        moves = [move for move in moves if move[1] and move[2]]
        if moves:
            self._move_opportunities(moves)
            self._move_meetings(moves)
            for model, condition in self._activity_documents():
                self._move_activities(moves, model, condition)

    @api.model
    def _activity_documents(self):
        """Return ``[(model, SQL condition)]``: which records ``document`` of a model are about the customer."""
        return [
            ("res.partner", SQL("document.id = move.partner_id")),
            ("crm.lead", SQL("document.partner_id = move.partner_id")),
            ("bank.identity.document", SQL("document.partner_id = move.partner_id")),
        ]

    @api.model
    def _move_activities(self, moves, model, condition):
        self.env.execute_query(
            SQL(
                """UPDATE mail_activity activity SET user_id = move.taker_id, user_tz = taker_name.tz,
                          write_uid = %(uid)s, write_date = %(now)s
                     FROM %(moves)s
                     JOIN %(table)s document ON %(condition)s
                     JOIN res_users taker ON taker.id = move.taker_id
                     JOIN res_partner taker_name ON taker_name.id = taker.partner_id
                    WHERE activity.res_model = %(model)s AND activity.res_id = document.id AND activity.active
                      AND activity.user_id = move.giver_id
                RETURNING 1""",
                uid=self.env.uid,
                now=self.env.cr.now(),
                moves=self._rows(moves),
                table=SQL.identifier(self.env[model]._table),
                condition=condition,
                model=model,
            )
        )

    @api.model
    def _move_opportunities(self, moves):
        """Open ones: active and neither won nor lost."""
        self.env.execute_query(
            SQL(
                """UPDATE crm_lead lead SET user_id = move.taker_id, date_open = %(now)s, write_uid = %(uid)s,
                          write_date = %(now)s
                     FROM %(moves)s
                    WHERE lead.partner_id = move.partner_id AND lead.user_id = move.giver_id AND lead.active
                      AND COALESCE(lead.won_status, 'pending') = 'pending'
                RETURNING 1""",
                uid=self.env.uid,
                now=self.env.cr.now(),
                moves=self._rows(moves),
            )
        )

    @api.model
    def _move_meetings(self, moves):
        """Future meetings of the giver with these customers: the taker organises or attends them in his place.

        A meeting with several customers goes to the taker of the first one.
        """
        rows = self.env.execute_query(
            SQL(
                """WITH move AS (SELECT * FROM %(moves)s),
                   giver AS (SELECT id, partner_id FROM res_users WHERE id IN (SELECT giver_id FROM move)),
                   future AS (
                       SELECT id, res_model, res_id FROM calendar_event WHERE active AND start >= %(now)s
                          AND (user_id IN (SELECT id FROM giver)
                               OR id IN (SELECT calendar_event_id FROM calendar_event_res_partner_rel
                                          WHERE res_partner_id IN (SELECT partner_id FROM giver)))),
                   about AS (
                       SELECT future.id, row.res_partner_id AS partner_id
                         FROM future JOIN calendar_event_res_partner_rel row ON row.calendar_event_id = future.id
                        UNION
                       SELECT future.id, row.partner_id
                         FROM future JOIN calendar_attendee row ON row.event_id = future.id
                        UNION
                       SELECT id, res_id FROM future WHERE res_model = 'res.partner')
                   SELECT DISTINCT ON (about.id, move.giver_id) about.id, move.giver_id, move.taker_id
                     FROM move JOIN about ON about.partner_id = move.partner_id
                    ORDER BY about.id, move.giver_id, move.partner_id""",
                moves=self._rows(moves),
                now=fields.Datetime.now(),
            )
        )
        if rows:
            meetings = SQL(
                """(SELECT meeting.event_id, meeting.giver_id, meeting.taker_id, giver.partner_id AS giver_partner_id,
                           taker.partner_id AS taker_partner_id, person.name AS taker_name
                      FROM unnest(%s::int[], %s::int[], %s::int[]) AS meeting(event_id, giver_id, taker_id)
                      JOIN res_users giver ON giver.id = meeting.giver_id
                      JOIN res_users taker ON taker.id = meeting.taker_id
                      JOIN res_partner person ON person.id = taker.partner_id) AS meeting""",
                *[list(column) for column in zip(*rows, strict=True)],
            )
            self._move_organizers(meetings)
            self._move_attendees(meetings)

    @api.model
    def _move_organizers(self, meetings):
        self.env.execute_query(
            SQL(
                """UPDATE calendar_event event SET user_id = meeting.taker_id, write_uid = %s, write_date = %s
                     FROM %s WHERE event.id = meeting.event_id AND event.user_id = meeting.giver_id RETURNING 1""",
                self.env.uid,
                self.env.cr.now(),
                meetings,
            )
        )

    @api.model
    def _move_attendees(self, meetings):
        """Whoever takes part already is not asked twice."""
        for table, event, partner in (
            ("calendar_attendee", "event_id", "partner_id"),
            ("calendar_event_res_partner_rel", "calendar_event_id", "res_partner_id"),
        ):
            names = {
                "table": SQL.identifier(table),
                "event": SQL.identifier(event),
                "partner": SQL.identifier(partner),
                "meetings": meetings,
            }
            self.env.execute_query(
                SQL(
                    """DELETE FROM %(table)s row USING %(meetings)s
                        WHERE row.%(event)s = meeting.event_id AND row.%(partner)s = meeting.giver_partner_id
                          AND EXISTS (SELECT 1 FROM %(table)s other WHERE other.%(event)s = meeting.event_id
                                                                      AND other.%(partner)s = meeting.taker_partner_id)
                    RETURNING 1""",
                    **names,
                )
            )
            extra = SQL(", common_name = meeting.taker_name") if table == "calendar_attendee" else SQL()
            self.env.execute_query(
                SQL(
                    """UPDATE %(table)s row SET %(partner)s = meeting.taker_partner_id%(extra)s FROM %(meetings)s
                        WHERE row.%(event)s = meeting.event_id AND row.%(partner)s = meeting.giver_partner_id
                    RETURNING 1""",
                    extra=extra,
                    **names,
                )
            )
