from odoo import api, fields, models
from odoo.tools import SQL

# An invitation in these states is a contact, or will be one: drawn customers are reserved for their wave.
CONTACT_STATES = ("drawn", "queued", "sent", "started", "completed", "partial", "expired", "refused")


class BankSurveyContactState(models.Model):
    """When a customer was asked, answered and declined last: one row for each customer who was ever chosen.

    The row is updated whenever the customer is chosen for an invitation. So two waves, or a wave and another system,
    that choose him at the same moment conflict in the database: the later one fails with a ``SerializationFailure``,
    begins again and then sees the invitation of the first. What contact rules count are the invitations themselves.
    """

    _name = "bank.survey.contact.state"
    _description = "Survey Contacts of a Customer"
    _inherit = ["bank.customer.bound.mixin"]
    _rec_name = "partner_id"
    _order = "last_invited_at desc nulls last, id desc"

    partner_id = fields.Many2one(
        comodel_name="res.partner", string="Customer", required=True, readonly=True, ondelete="cascade"
    )  # indexed by _partner_uniq
    claimed_at = fields.Datetime(string="Chosen Last", readonly=True)
    last_invited_at = fields.Datetime(string="Asked Last", readonly=True)
    last_answered_at = fields.Datetime(string="Answered Last", readonly=True)
    last_refused_at = fields.Datetime(string="Declined Last", readonly=True)

    _partner_uniq = models.UniqueIndex("(partner_id)", "This customer has a row already.")

    @api.model
    def _claim(self, partner_ids, invited_at=None):
        """Take hold of customers before they are invited, in one statement and in ascending order (no deadlocks).

        :param partner_ids: ids of customers
        :param invited_at: naive UTC, also noted as the time of the last invitation; None when they are only drawn
        :raises psycopg2.errors.SerializationFailure: somebody else has chosen one of them at the same moment. The RPC
            layer tries again by itself; jobs have to roll back and try again
        """
        self._note("claimed_at", partner_ids, fields.Datetime.now(), last_invited_at=invited_at)

    @api.model
    def _note_answers(self, partner_ids, answered_at=None):
        """Keep when these customers answered; ``partner_ids`` may be ``{id: time}``."""
        self._note("last_answered_at", partner_ids, answered_at or fields.Datetime.now())

    @api.model
    def _note_refusals(self, partner_ids, refused_at=None):
        """Keep that these customers declined an invitation; contact rules leave them in peace for a while."""
        self._note("last_refused_at", partner_ids, refused_at or fields.Datetime.now())

    @api.model
    def _note(self, name, partner_ids, at, last_invited_at=None):
        """Write times of many customers; a time never goes back.

        :param partner_ids: ids, or ``{id: time}`` where each has a time of his own instead of ``at``
        """
        if not partner_ids:
            return
        self.flush_model()
        ids = sorted(set(partner_ids))
        own_times = [partner_ids[id_] for id_ in ids] if isinstance(partner_ids, dict) else [at] * len(ids)
        times = {name: SQL("own.at"), **({"last_invited_at": last_invited_at} if last_invited_at else {})}
        columns = [SQL.identifier(column) for column in times]
        updates = [
            SQL("%s = GREATEST(%s, EXCLUDED.%s)", column, SQL.identifier(self._table, column_name), column)
            for column, column_name in zip(columns, times, strict=True)
        ]
        self.env.execute_query(
            SQL(
                """INSERT INTO bank_survey_contact_state
                               (partner_id, create_uid, create_date, write_uid, write_date, %(columns)s)
                   SELECT own.id, %(uid)s, %(now)s, %(uid)s, %(now)s, %(values)s
                     FROM unnest(%(ids)s::int[], %(own_times)s::timestamp[]) AS own(id, at) ORDER BY own.id
                       ON CONFLICT (partner_id) DO UPDATE SET %(updates)s, write_date = %(now)s
                RETURNING 1""",
                columns=SQL(", ").join(columns),
                values=SQL(", ").join(SQL("%s::timestamp", value) for value in times.values()),
                updates=SQL(", ").join(updates),
                uid=self.env.uid,
                now=fields.Datetime.now(),
                ids=ids,
                own_times=own_times,
            )
        )
        self.invalidate_model()

    @api.model
    def _recount(self, partner_ids):
        """Find the time of the last invitation anew, after invitations were taken back."""
        self.flush_model()
        self.env["bank.survey.invitation"].flush_model()
        self.env.execute_query(
            SQL(
                """
                WITH held AS (
                    SELECT id, partner_id FROM bank_survey_contact_state
                     WHERE partner_id = ANY(%(ids)s) ORDER BY partner_id FOR NO KEY UPDATE),
                last AS (
                    SELECT partner_id, max(COALESCE(sent_at, GREATEST(send_after, create_date))) AS invited_at
                      FROM bank_survey_invitation
                     WHERE partner_id = ANY(%(ids)s) AND state = ANY(%(states)s) AND state != 'drawn'
                     GROUP BY partner_id)
                UPDATE bank_survey_contact_state AS state SET last_invited_at = last.invited_at
                  FROM held LEFT JOIN last ON last.partner_id = held.partner_id
                 WHERE held.id = state.id AND state.last_invited_at IS DISTINCT FROM last.invited_at RETURNING 1
                """,
                ids=sorted(set(partner_ids)),
                states=list(CONTACT_STATES),
            )
        )
        self.invalidate_model()

    @api.model
    def _history(self, partner_ids, since, but_for=()):
        """Return the rows of invitations that count as contacts, the latest first; one query.

        :param since: naive UTC; what was sent and answered before is left out
        :param but_for: ids of invitations that do not count, such as the one that is about to be sent
        :return: ``[(partner_id, program_id, kind, channel, invited_at, completed_at, is_recovery)]``
        """
        invitations = self.env["bank.survey.invitation"]
        invitations.flush_model()
        self.env["bank.survey.program"].flush_model(["kind", "anonymity"])
        invited_at = SQL("COALESCE(invitation.sent_at, GREATEST(invitation.send_after, invitation.create_date))")
        # Of anonymous answers the month alone is known: peace is counted from its last day.
        completed_at = SQL(
            """CASE WHEN program.anonymity = 'anonymous'
                    THEN date_trunc('month', invitation.completed_at) + interval '1 month' - interval '1 day'
                    ELSE invitation.completed_at END"""
        )
        return self.env.execute_query(
            SQL(
                """SELECT invitation.partner_id, invitation.program_id, program.kind, invitation.channel,
                          %(invited_at)s, %(completed_at)s, invitation.is_recovery
                     FROM bank_survey_invitation invitation
                     JOIN bank_survey_program program ON program.id = invitation.program_id
                    WHERE invitation.partner_id = ANY(%(ids)s) AND invitation.state = ANY(%(states)s)
                      AND (%(invited_at)s > %(since)s OR %(completed_at)s > %(since)s)
                      AND invitation.id != ALL(%(but_for)s)
                    ORDER BY %(invited_at)s DESC, invitation.id DESC""",
                invited_at=invited_at,
                completed_at=completed_at,
                ids=list(partner_ids),
                states=list(CONTACT_STATES),
                since=since,
                but_for=list(but_for),
            )
        )

    @api.model
    def _answers_and_refusals(self, partner_ids):
        """Return ``{partner_id: (last_answered_at, last_refused_at)}``; one query."""
        self.flush_model()
        rows = self.env.execute_query(
            SQL(
                """SELECT partner_id, last_answered_at, last_refused_at FROM bank_survey_contact_state
                    WHERE partner_id = ANY(%s) AND COALESCE(last_answered_at, last_refused_at) IS NOT NULL""",
                list(partner_ids),
            )
        )
        return {partner_id: (answered_at, refused_at) for partner_id, answered_at, refused_at in rows}
