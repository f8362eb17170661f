import datetime

from odoo import api, fields, models
from odoo.exceptions import UserError

from .bank_ticket import FINAL_STATES, STAFF
from .bank_ticket_states import ANSWERS

# What a follow-up takes over from the ticket that it refers to.
FOLLOW_UP_FIELDS = (
    "kind",
    "subject",
    "company_id",
    "partner_id",
    "is_anonymous",
    "contact_name",
    "contact_email",
    "contact_phone",
    "lang",
    "branch_id",
    "team_id",
    "user_id",
    "severity",
    "confidentiality",
    "channel_id",
    "product_taxon_id",
    "cause_taxon_id",
    "holding_id",
    "complained_branch_id",
)


class BankTicket(models.Model):
    """Opening a closed ticket again, and what the customer writes after the closing.

    Nothing that arrives opens a ticket: neither an auto-reply nor "thanks" nor a real protest.  It puts the ticket on
    the list of those that a person looks at.
    """

    _inherit = "bank.ticket"

    reopen_count = fields.Integer(string="Times Reopened", readonly=True, copy=False, groups=STAFF)
    reopen_asked_at = fields.Datetime(
        string="Wrote after Closing",
        readonly=True,
        copy=False,
        groups=STAFF,
        help="The customer wrote after the ticket was closed, and nobody has decided yet whether to open it again.",
    )
    followup_of_id = fields.Many2one(
        comodel_name="bank.ticket",
        string="Follow-up of",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
    )

    _reopen_asked_idx = models.Index("(reopen_asked_at) WHERE reopen_asked_at IS NOT NULL")

    @api.model
    def _guarded_fields(self):
        return {*super()._guarded_fields(), "reopen_count", "reopen_asked_at", "followup_of_id"}

    # ------------------------------------------------------------------
    # Opening again
    # ------------------------------------------------------------------

    def _reopen(self, reason):
        """Take closed matters up again.

        Within the company's number of days the ticket itself is opened, with its receipt; later a new ticket is made
        that refers to it, received now.

        :param reason: words of staff, kept with the closing
        :return: the tickets on which work goes on, in the order of these
        :raises UserError: ``[ticket_open]``, ``[ticket_merged]``, ``[reopen_limit]``, ``[reason_missing]``
        """
        self._check_may_work()
        reason = self._check_reason(reason)
        self._lock_rows()
        self._check_may_reopen()
        late = self.filtered(lambda ticket: not ticket._is_within_reopen_days())
        (self - late)._open_again(reason)
        followups = late._follow_up(reason)
        result = {**{ticket.id: ticket for ticket in self - late}, **dict(zip(late.ids, followups, strict=True))}
        return self.browse(result[ticket_id].id for ticket_id in self.ids)

    def _is_within_reopen_days(self):
        self.ensure_one()
        days = datetime.timedelta(days=self.company_id.sudo().bank_ticket_reopen_days)  # sudo: res.company - a setting
        return bool(self.closed_at) and fields.Datetime.now() <= self.closed_at + days

    def _check_may_reopen(self):
        self._check_is_closed()
        for ticket in self:
            limit = ticket.company_id.sudo().bank_ticket_reopen_limit  # sudo: res.company - a setting
            if ticket._is_within_reopen_days() and ticket.reopen_count >= limit:
                raise UserError(
                    self.env._(
                        "[reopen_limit] %(number)s was opened again %(count)s times, which is as often as it may be. "
                        "Use “New Follow-up” instead.",
                        number=ticket.number,
                        count=ticket.reopen_count,
                    )
                )

    def _check_is_no_source(self):
        """Tickets that were merged into another one are taken out of it again instead; extended where merging is."""

    def _open_again(self, reason, **data):
        """Lead closed tickets back into investigation; the outcome stays with the closing and is decided anew."""
        if not self:
            return
        self._end_closures(reason)
        for count, tickets in self.sudo().grouped("reopen_count").items():  # sudo: bank.ticket - a field of staff
            tickets._unguarded().write({"reopen_count": count + 1, **self._prepare_open_again()})
        self._set_state("investigating", reopened=True, **data)
        self._tell_customers("ticket.reopened")
        self._fire("reopened")

    @api.model
    def _prepare_open_again(self):
        """Return what is emptied when a ticket is opened again; topics of the addon extend it."""
        return {
            "outcome": False,
            "outcome_reason": False,
            "relief": False,
            "reopen_asked_at": False,
            "responded_at": False,
        }

    def action_investigate(self):
        if closed := self.filtered(lambda ticket: not ticket.is_open)[:1]:
            raise UserError(
                self.env._(
                    "[ticket_closed] %(number)s is closed. Use “Reopen”, which asks why.", number=closed.number
                )
            )
        return super().action_investigate()

    def _on_letter_bounced(self, letter):
        """A closed ticket whose answer came back is not answered: it is opened again."""
        answers = letter.filtered(lambda record: record.kind_id.code in ANSWERS)
        closed = answers.ticket_id.filtered(lambda ticket: ticket.state == "closed")
        closed._open_again(self.env._("The letter with the answer came back."), cause="letter_bounced")
        return super()._on_letter_bounced(letter)

    # ------------------------------------------------------------------
    # Follow-ups
    # ------------------------------------------------------------------

    def _follow_up(self, reason):
        """Return new tickets, received now, that refer to these closed ones."""
        if not self:
            return self
        followups = self._create_like({"received_at": fields.Datetime.now()}, "followup_of_id")
        self._unguarded().write({"reopen_asked_at": False})
        self._log_links("followed_up", followups, reason=reason)
        return followups

    def _follow_up_by_hand(self, reason):
        """Leave closed tickets closed, whether or not they could be opened again, and go on with new ones.

        :raises UserError: ``[ticket_open]``, ``[ticket_merged]``, ``[reason_missing]``
        """
        self._check_may_work()
        reason = self._check_reason(reason)
        self._check_is_closed()
        return self._follow_up(reason)

    def _check_is_closed(self):
        for ticket in self:
            if ticket.is_open:
                raise UserError(
                    self.env._("[ticket_open] %(number)s is open. Leave it out.", number=ticket.number)
                )
            ticket._check_is_no_source()

    def _create_like(self, values, link):
        """Return new tickets that take over who and what is concerned from these, one for each.

        :param values: for all of them
        :param link: field that leads from the new ticket to the old one
        """
        vals_list = [
            {
                **{name: ticket._fields[name].convert_to_write(ticket[name], ticket) for name in FOLLOW_UP_FIELDS},
                **values,
                link: ticket.id,
            }
            for ticket in self
        ]
        tickets = self._unguarded().create(vals_list).with_env(self.env)
        for ticket, source in zip(tickets, self, strict=True):
            ticket._inherit_secrecy(source)
            if not source.user_id.active:
                ticket.user_id = False
        return tickets

    def _inherit_secrecy(self, source):
        """Keep from whoever is complained of what comes out of a ticket about him."""
        # sudo: bank.ticket - names that the user may not see are kept secret by being taken over
        if employees := source.sudo().complained_user_ids:
            self.sudo().complained_user_ids = employees

    def _log_links(self, kind, others, **data):
        """Write into the history of each ticket which other one came out of it."""
        number_of = dict(zip(self.ids, others.mapped("number"), strict=True))
        self._log(kind, data=lambda ticket: {"ticket": number_of[ticket.id], **data})

    # ------------------------------------------------------------------
    # After the closing
    # ------------------------------------------------------------------

    def _on_customer_message(self, at=None):
        result = super()._on_customer_message(at=at)
        if closed := self.filtered(lambda ticket: ticket.state in FINAL_STATES):
            closed._customer_wrote_after_closing(at=at)
        return result

    def _customer_wrote_after_closing(self, at=None):
        """The customer wrote about closed tickets: put them on the list of those that ask to be opened again.

        Their state stays.  The handler, or else the team's leader, gets one activity, however often the customer
        writes.  Mail that a machine sent does not come here.

        :param at: naive UTC, default now
        """
        at = self._moment(at)
        # sudo: bank.ticket - fields of staff; whoever writes here is the customer
        tickets = self.sudo().filtered(lambda ticket: not ticket.is_open and not ticket.reopen_asked_at)
        tickets._unguarded().write({"reopen_asked_at": at})
        tickets.with_env(self.env)._log("reopen_asked", at=at)
        responsible = tickets.grouped(lambda ticket: ticket.user_id or ticket.team_id.leader_id)
        for user, group in responsible.items():
            if user.active:
                group.with_context(mail_activity_quick_update=True).activity_schedule(
                    "mail.mail_activity_data_todo",
                    user_id=user.id,
                    summary=self.with_context(lang=user.lang).env._("The customer wrote after the ticket was closed"),
                )

    def action_dismiss_reopening(self):
        """Leave tickets closed although the customer wrote after the closing."""
        self._check_may_work()
        asked = self.filtered("reopen_asked_at")
        asked._unguarded().write({"reopen_asked_at": False})
        asked._log("reopen_declined")
        asked._fire("closed")  # what the message had promised is not owed any more
        return True
