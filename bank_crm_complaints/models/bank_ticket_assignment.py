from odoo import api, fields, models
from odoo.fields import Domain

from .bank_ticket_member import SEVERITY_WEIGHTS

# How many waiting tickets are looked at until one fits the skills of whoever asks for the next.
LOOK_AHEAD = 100


class BankTicket(models.Model):
    """How tickets find a handler: by skill, load, presence, and without a conflict of interest."""

    _inherit = "bank.ticket"

    @api.model
    def _prepare_registrations(self, vals_list):
        vals_list = super()._prepare_registrations(vals_list)
        by_company = {}
        for vals in vals_list:
            if not vals.get("team_id"):
                by_company.setdefault(vals["company_id"], []).append(vals)
        for company_id, group in by_company.items():
            teams = self.env["bank.ticket.team"]._for_kinds(company_id)
            for vals in group:
                vals["team_id"] = teams[vals.get("kind") or "complaint"]
        return vals_list

    def _after_registration(self):
        result = super()._after_registration()
        # sudo: bank.ticket - the team's own rule gives the handler, whoever registers the ticket
        waiting = self.sudo().filtered(lambda ticket: ticket.team_id.assigns_at_once and not ticket.user_id)
        waiting._assign_by_skill()
        return result

    def action_assign_by_skill(self):
        """Give the chosen tickets that wait a handler of their team each, and say how many found one."""
        self.check_access("write")
        waiting = self.filtered(lambda ticket: ticket.is_open and not ticket.user_id)
        assigned = waiting._assign_by_skill()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success" if assigned or not waiting else "warning",
                "message": self.env._(
                    "%(assigned)s of %(waiting)s tickets found a handler.",
                    assigned=len(assigned),
                    waiting=len(waiting),
                ),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def _assign_by_skill(self):
        """Give each ticket the present, skilled member of its team who carries least for what he can carry.

        The most urgent tickets choose first; who has reached his capacity gets none. One write for each handler, one
        message to each handler for all of his new tickets.

        :returns: the tickets that found a handler
        """
        members = self.team_id.member_ids
        if not members:
            return self.browse()
        loads = members._loads(members.user_id)
        absent = members._absent_users()
        chosen = {}
        for ticket in self.sorted(self._urgency):
            member = ticket._best_member(ticket.team_id.member_ids, loads, absent)
            if member:
                user = member.user_id
                chosen[user] = chosen.get(user, self.browse()) | ticket
                loads[user.id] = loads.get(user.id, 0) + ticket._weight()
        for user, tickets in chosen.items():
            tickets.write({"user_id": user.id})
            tickets._tell_handler(user)
        return self.browse().union(*chosen.values())

    @api.model
    def _urgency(self, ticket):
        """Sort key: the next legal deadline first, then the service deadline, then the older ticket."""
        far = fields.Datetime.to_datetime("9999-12-31")
        return (ticket.next_statutory_due_at or far, ticket.next_service_due_at or far, ticket.id)

    def _best_member(self, members, loads, absent):
        # sudo: bank.ticket - who is complained of is compared, never told
        own = self.sudo()
        fit = [
            member
            for member in members
            if member.user_id not in absent
            and member.capacity
            and loads.get(member.user_id.id, 0) < member.capacity
            and member._is_skilled_for(self)
            and not own._has_conflict_of_interest(member.user_id)
        ]
        return min(
            fit, key=lambda member: (loads.get(member.user_id.id, 0) / member.capacity, member.id), default=None
        )

    def _weight(self):
        return SEVERITY_WEIGHTS[self.severity] + (1 if self.next_statutory_due_at else 0)

    def _tell_handler(self, user):
        """Send one message about all of these tickets to their new handler, unless he took them himself."""
        if user == self.env.user:
            return
        listing = ", ".join(self.mapped("number"))
        self[:1].message_notify(
            partner_ids=user.partner_id.ids,
            subject=self.env._("%(count)s tickets for you", count=len(self)),
            body=self.env._("You handle these tickets now: %(numbers)s", numbers=listing),
        )

    # ------------------------------------------------------------------
    # The queue
    # ------------------------------------------------------------------

    @api.model
    def action_take_next(self):
        """Give the caller the most urgent waiting ticket of all his teams, and open it; see the team's method."""
        teams = self.env["bank.ticket.team"].search([("member_ids.user_id", "=", self.env.uid)])
        return teams.action_take_next()

    @api.model
    def _take_next(self, teams):
        """Assign the most urgent ticket of ``teams`` that the caller may handle to him; return it, or nothing.

        Rows that another transaction holds are passed over (``SKIP LOCKED``).
        """
        user = self.env.user
        members = teams.member_ids.filtered(lambda member: member.user_id == user)
        domain = (
            Domain("team_id", "in", members.team_id.ids) & Domain("user_id", "=", False) & Domain("is_open", "=", True)
        )
        waiting = self.search(domain, order="next_statutory_due_at, next_service_due_at, id", limit=LOOK_AHEAD)
        for ticket in waiting:
            skilled = any(member._is_skilled_for(ticket) for member in members if member.team_id == ticket.team_id)
            # sudo: bank.ticket - who is complained of is compared, never told
            if not skilled or ticket.sudo()._has_conflict_of_interest(user):
                continue
            locked = ticket.try_lock_for_update()
            if locked:
                locked.user_id = user
                return locked
        return self.browse()
