from zoneinfo import ZoneInfo

from odoo import models
from odoo.tools.translate import LazyTranslate

from ..tools import send_window
from . import bank_survey_invitation
from .bank_survey_program_channel import CONSENT_CHANNELS

_lt = LazyTranslate(__name__)

bank_survey_invitation.SUPPRESS_REASONS.update(
    {
        "no_caller": _lt("Nobody looks after this customer who could call him"),
        "too_late": _lt("No moment was left in which he could be asked"),
    }
)

# These channels disturb nobody at night: a page of the portal, a task of staff.
SILENT = ("portal", "phone", "link", "qr")
# A reminder is no new invitation: rules about how often one may be asked were kept when the customer was invited.
NOT_FOR_REMINDERS = ("too_often", "too_soon")


class BankSurveyInvitation(models.Model):
    """The last look before anything is sent: what has changed since the customer was drawn.

    Whoever must not be asked any more is not; whoever is to be left in peace now waits for the next hour at which both
    the programme's window and the bank's quiet hours allow it, in his own time zone.
    """

    _inherit = "bank.survey.invitation"

    def _still_allowed(self, what, now):
        """Return those of these invitations, of one programme, that may go out now; put off or give up the others.

        :param what: ``invitation`` or ``reminder``
        """
        refusals = self._refusals(what, now)
        refused = self.filtered(lambda invitation: invitation.id in refusals)
        refused._give_up(what, refusals)
        allowed = self - refused
        put_off = allowed.filtered(lambda invitation: invitation.channel not in SILENT)._put_off(what, now)
        return allowed - put_off

    def _refusals(self, what, now):
        """Return ``{invitation id: reason}`` of those that must not go out at all."""
        found = {}
        for (channel, is_recovery), group in self.grouped(
            lambda invitation: (invitation.channel, invitation.is_recovery)
        ).items():
            reasons = group.partner_id._bank_survey_refusals(
                group.program_id, at=now, is_recovery=is_recovery, channel=channel, but_for=group.ids
            )
            for invitation in group:
                reason = reasons.get(invitation.partner_id.id)
                if reason and not (what == "reminder" and reason in NOT_FOR_REMINDERS):
                    found[invitation.id] = reason
        if what == "invitation":
            found = {**dict.fromkeys(self._over_quota().ids, "quota_full"), **found}
        return found

    def _give_up(self, what, reasons):
        """Do not send these; what was sent before stays answerable."""
        if what == "reminder":
            self.write({"next_reminder_at": False})
            return
        for reason, group in self.grouped(lambda invitation: reasons[invitation.id]).items():
            group.write({"state": "suppressed", "suppress_reason": reason, "leased_until": False})
        # Whoever was not asked after all has not been asked lately.
        self.env["bank.survey.contact.state"]._recount(self.partner_id.ids)

    def _put_off(self, what, now):
        """Move those that have to wait to their next moment, and return them."""
        put_off = self.browse()
        for moment, group in self._next_moments(now).items():
            if moment == now:
                continue
            put_off |= group
            if moment and what == "invitation":
                group.write({"send_after": moment})
            elif moment:
                late = group.filtered(lambda one, at=moment: one.expires_at and one.expires_at <= at)
                late.next_reminder_at = False
                (group - late).next_reminder_at = moment
            else:
                group._give_up(what, dict.fromkeys(group.ids, "too_late"))
        return put_off

    def _next_moments(self, now):
        """Return ``{moment or None: invitations}``: when each of these may go out; ``now`` for whoever may at once."""
        moments, windows = {}, {}
        policies = {
            channel: self.env["bank.contact.policy"]._for_channel(CONSENT_CHANNELS[channel])
            for channel in set(self.mapped("channel"))
        }
        # sudo: bank.contact.policy - configuration
        general = self.env["bank.contact.policy"].sudo()
        flat = general.union(*(policy for found in policies.values() for policy in found.values()))
        holidays = flat._holidays()
        for invitation in self:
            partner, program, found = invitation.partner_id, invitation.program_id, policies[invitation.channel]
            policy = found.get(partner.company_id.id) or found.get(False)
            tz_name = partner.tz or partner.company_id.partner_id.tz or "UTC"
            key = (policy, tz_name, program)
            if key not in windows:
                windows[key] = self._next_moment(now, *key, holidays.get(policy, []))
            moments[windows[key]] = moments.get(windows[key], self.browse()) | invitation
        return moments

    def _next_moment(self, now, policy, tz_name, program, holidays):
        def reason_to_wait(at):
            return policy._reason_to_wait(at, tz_name, holidays) if policy else None

        return send_window.next_moment(now, ZoneInfo(tz_name), program.send_from, program.send_to, reason_to_wait)
