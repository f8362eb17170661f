from datetime import datetime, time, timedelta, timezone
from typing import NamedTuple
from zoneinfo import ZoneInfo

from dateutil.relativedelta import relativedelta

from odoo import fields, models
from odoo.tools import SQL

from .bank_survey_program_channel import CONSENT_CHANNELS

FULL_AGE = 18
# Read for the verdicts: without naming them, Odoo would load whole contacts.
CONTACT_FIELDS = [
    "is_bank_customer", "is_restricted", "lifecycle_stage", "email_normalized", "phone", "phone_sanitized",
    "company_id", "lang",
]  # fmt: skip


class Ruling(NamedTuple):
    """Whether one customer may be asked: by which channel, when, or why not."""

    channel: str | None
    reason: str | None
    send_after: object = None  # later than wished, because a rule lets the invitation wait


class BankSurveyProgram(models.Model):
    """Whether and how a programme reaches customers: reach, consent, age, contact rules; for many at a time."""

    _inherit = "bank.survey.program"

    invites_minors = fields.Boolean(
        string="Also Under Age", help="Also ask customers under 18 years, where their birthdate is known."
    )

    def _channel_for(self, partners):
        """Return ``{partner_id: channel or None}``: the first channel of the programme that reaches each customer.

        Quiet hours do not matter: an invitation waits for its time.
        """
        reach = self._reach(partners, self._channels())
        return {partner_id: channel for partner_id, (channel, _reason) in reach.items()}

    def _channels(self):
        self.ensure_one()
        return self.sudo().channel_ids.mapped("channel")  # sudo: bank.survey.program.channel - configuration

    def _reach(self, partners, channels):
        """Return ``{partner_id: (channel, None) or (None, reason)}``.

        The reason is ``no_channel`` where addresses are missing, else what the first channel with an address was
        refused for.
        """
        # sudo: res.partner - only the verdict leaves
        partners = self.env["res.partner"].sudo().browse(dict.fromkeys(partners.ids))
        partners.fetch(CONTACT_FIELDS)
        reach, reasons = {}, {}
        for channel in channels:
            left = partners.browse(id_ for id_ in partners._ids if id_ not in reach).with_prefetch(partners._ids)
            if not left:
                break
            for partner_id, reason in self._refusals_by_channel(left, channel).items():
                if reason is None:
                    reach[partner_id] = (channel, None)
                elif reason != "no_address":
                    reasons.setdefault(partner_id, reason)
        return {id_: reach.get(id_) or (None, reasons.get(id_, "no_channel")) for id_ in partners._ids}

    def _refusals_by_channel(self, partners, channel):
        """Return ``{partner_id: reason or None}``: consent, address, lists, complaints; quiet hours left out."""
        consent_channel = CONSENT_CHANNELS.get(channel, "any")
        facts = partners._prepare_contact_facts("survey", consent_channel, fields.Datetime.now())
        facts["policies"] = {}  # quiet hours, days and holidays: sending waits
        inside = self._portal_partner_ids(partners) if channel == "portal" else None
        refusals = {}
        for partner in partners:
            allowed, reason = partner._contact_verdict("survey", consent_channel, facts)
            refusals[partner.id] = None if reason == "ok" else reason
            if allowed and inside is not None and partner.id not in inside:
                refusals[partner.id] = "no_address"
        return refusals

    def _portal_partner_ids(self, partners):
        users = self.env["res.users"].sudo()  # sudo: res.users - only whether a customer has a login of his own
        return {partner.id for (partner,) in users._read_group([("partner_id", "in", partners.ids)], ["partner_id"])}

    def _rulings(self, partners, at, channel=None, is_recovery=False, but_for=()):
        """Return ``{partner_id: Ruling}``: may these customers be asked by this programme at a moment?

        The number of queries does not depend on the number of customers. Whether they belong to the programme, and
        whether it is running, is not asked here: invitations that are waiting are judged by it again.

        :param partners: customers
        :param at: naive UTC
        :param channel: the only channel that will do; None: those of the programme in order
        :param is_recovery: asked again after a follow-up, which contact rules allow once
        :param but_for: ids of invitations that rules do not count
        """
        self.ensure_one()
        program = self.sudo()  # sudo: bank.survey.program - callers have checked that they may invite
        reach = program._reach(partners, [channel] if channel else program._channels())
        minors = set() if program.invites_minors else program._minor_ids(partners, at)
        reached = {id_: found for id_, (found, _reason) in reach.items() if found and id_ not in minors}
        rules = self.env["bank.survey.contact.rule"]._for_program(program)
        holds = rules._holds(
            self.env["res.partner"].browse(reached), at, program.company_id, reached, is_recovery, but_for
        )
        rulings = {}
        for id_, (found, reason) in reach.items():
            if id_ in minors:
                rulings[id_] = Ruling(None, "minor")
            elif hold := holds.get(id_):
                rulings[id_] = Ruling(found, hold.reason, program._opening_of(hold.until) if hold.may_wait else None)
            else:
                rulings[id_] = Ruling(found, reason)
        return rulings

    def _minor_ids(self, partners, at):
        """Return the ids of persons under age on the day of ``at``; nobody is where no birthdate is known."""
        day = self.env["bank.survey.contact.rule"]._local_day(at, self.company_id)
        self.env["bank.financial.profile"].flush_model(["partner_id", "birthdate"])
        self.env["res.partner"].flush_model(["customer_type"])
        rows = self.env.execute_query(
            SQL(
                """SELECT profile.partner_id FROM bank_financial_profile profile
                     JOIN res_partner partner ON partner.id = profile.partner_id
                    WHERE profile.partner_id = ANY(%s) AND profile.birthdate > %s
                      AND COALESCE(partner.customer_type, '') != 'company'""",
                partners.ids,
                day - relativedelta(years=FULL_AGE),
            )
        )
        return {row[0] for row in rows}

    def _opening_of(self, day):
        """Return the moment (naive UTC) on a day at which this programme begins to send."""
        tz = ZoneInfo(self.company_id.partner_id.tz or self.env.tz.zone)
        local = datetime.combine(day, time(), tzinfo=tz) + timedelta(hours=self.send_from)
        return local.astimezone(timezone.utc).replace(tzinfo=None, microsecond=0)
