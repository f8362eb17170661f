from odoo import api, fields, models
from odoo.tools.translate import LazyTranslate

from .res_partner_privacy import BANK_STAFF

_lt = LazyTranslate(__name__)

# Why a customer may not be contacted: the codes of ``_bank_may_contact``.
REASONS = {
    "ok": _lt("May be contacted"),
    "not_customer": _lt("No customer of the bank"),
    "restricted": _lt("Processing is restricted at the customer's request"),
    "deceased": _lt("Deceased"),
    "closed": _lt("The relationship is closed"),
    "dormant": _lt("Dormant: no marketing"),
    "no_address": _lt("No address for this channel"),
    "no_consent": _lt("No consent"),
    "withdrawn": _lt("Consent withdrawn"),
    "expired": _lt("Consent has run out"),
    "blacklisted": _lt("On the blacklist"),
    "quiet_hours": _lt("Quiet hours"),
    "quiet_day": _lt("Quiet day"),
    "holiday": _lt("Public holiday"),
}

ADDRESS_FIELDS = {"email": "email_normalized", "sms": "phone", "phone": "phone", "post": "street"}
BADGE_CHANNELS = ("email", "sms", "phone", "post")
# Purposes that are allowed until the customer says no.
OPT_OUT_PURPOSES = ("service", "survey")


class ResPartner(models.Model):
    """Whether a customer may be contacted: the one method that every outbound feature asks."""

    _inherit = "res.partner"

    consent_ids = fields.One2many(
        comodel_name="bank.consent", inverse_name="partner_id", string="Consents", groups=BANK_STAFF
    )
    may_contact_email = fields.Char(compute="_compute_may_contact", groups=BANK_STAFF, string="Marketing by Email")
    may_contact_sms = fields.Char(
        compute="_compute_may_contact", groups=BANK_STAFF, string="Marketing by Text Message"
    )
    may_contact_phone = fields.Char(compute="_compute_may_contact", groups=BANK_STAFF, string="Marketing by Phone")
    may_contact_post = fields.Char(compute="_compute_may_contact", groups=BANK_STAFF, string="Marketing by Post")
    may_contact_channels = fields.Json(compute="_compute_may_contact", groups=BANK_STAFF)

    @api.depends(
        "consent_ids.state", "lifecycle_stage", "is_restricted", "email_normalized", "phone", "street", "tz", "lang"
    )
    @api.depends_context("lang", "uid")
    def _compute_may_contact(self):
        verdicts = {channel: self._bank_may_contact("marketing", channel) for channel in BADGE_CHANNELS}
        for partner in self:
            # A record that is being entered has no decisions yet.
            found = {
                channel: answers.get(partner._origin.id, (False, "no_consent"))
                for channel, answers in verdicts.items()
            }
            partner.may_contact_channels = {channel: allowed for channel, (allowed, _reason) in found.items()}
            for channel, (_allowed, reason) in found.items():
                partner[f"may_contact_{channel}"] = self._contact_reason_label(reason)

    @api.model
    def _contact_reason_label(self, code):
        """Return the words for a reason code of :meth:`_bank_may_contact`."""
        return self.env._(REASONS[code]) if code in REASONS else code  # pylint: disable=prefer-env-translation

    def _bank_may_contact(self, purpose, channel, at=None):
        """Return ``{partner_id: (allowed, reason_code)}``: whether these contacts may be contacted.

        Every outbound feature asks this method before it sends, calls or prints.  The number of queries does not
        depend on the number of contacts.

        :param purpose: a purpose of ``bank.consent``; ``service`` is allowed by the contract until it is withdrawn;
            so is ``survey``, which keeps to quiet hours and lists as marketing does
        :param channel: a channel of ``bank.consent``, not ``any``
        :param at: naive UTC, default now: when the message would be sent
        :return: the reason is ``ok`` or ``not_customer`` where it is allowed; else the first of ``restricted``,
            ``deceased``, ``closed``, ``dormant``, ``no_address``, ``withdrawn``, ``expired``, ``no_consent``,
            ``blacklisted``, ``quiet_day``, ``holiday``, ``quiet_hours``
        """
        # sudo: res.partner, bank.consent, *.blacklist - only the verdict leaves, senders need no right to the ledger
        partners = self.browse(id_ for id_ in self._origin._ids if id_).sudo()
        facts = partners._prepare_contact_facts(purpose, channel, at or fields.Datetime.now())
        return {partner.id: partner._contact_verdict(purpose, channel, facts) for partner in partners}

    def _prepare_contact_facts(self, purpose, channel, at):
        policies = self.env["bank.contact.policy"]._for_channel(channel)
        flat = self.env["bank.contact.policy"].sudo().union(*policies.values())  # sudo: see _bank_may_contact
        self.env["res.company"].sudo().browse(self.company_id.ids).partner_id.mapped("tz")  # read ahead
        return {
            "at": at,
            "decisions": self.env["bank.consent"].sudo()._decisions(self.ids, [purpose]),  # sudo: see above
            "listed": self._listed_addresses(channel) if purpose != "service" else set(),
            "policies": policies,
            "holidays": flat._holidays(),
        }

    def _listed_addresses(self, channel):
        """Return the addresses of these contacts that are on Odoo's list for the channel."""
        if channel == "email":
            entries = self.env["mail.blacklist"].search([("email", "in", self.mapped("email_normalized"))])
            return set(entries.mapped("email"))
        if channel in ("sms", "phone"):
            numbers = [number for number in self.mapped("phone_sanitized") if number]
            return set(self.env["phone.blacklist"].search([("number", "in", numbers)]).mapped("number"))
        return set()

    def _contact_verdict(self, purpose, channel, facts):
        self.ensure_one()
        if not self.is_bank_customer:
            return True, "not_customer"
        reason = (
            self._standing_refusal(purpose, channel)
            or self._consent_refusal(purpose, channel, facts)
            or self._listed_refusal(channel, facts)
            or self._quiet_refusal(purpose, facts)
        )
        return (False, reason) if reason else (True, "ok")

    def _standing_refusal(self, purpose, channel):
        """Return why this customer is not contacted whatever he decided."""
        if self.is_restricted:
            return "restricted"
        if self.lifecycle_stage == "deceased":
            return "deceased"
        if self.lifecycle_stage in ("closed", "dormant") and purpose != "service":
            return self.lifecycle_stage
        address = ADDRESS_FIELDS.get(channel)
        return "no_address" if address and not self[address] else None

    def _consent_refusal(self, purpose, channel, facts):
        verdict = self.env["bank.consent"]._verdict(facts["decisions"], self.id, purpose, channel)
        if verdict == "given" or (not verdict and purpose in OPT_OUT_PURPOSES):
            return None
        return verdict or "no_consent"

    def _listed_refusal(self, channel, facts):
        address = self.email_normalized if channel == "email" else self.phone_sanitized
        return "blacklisted" if address and address in facts["listed"] else None

    def _quiet_refusal(self, purpose, facts):
        policies = facts["policies"]
        policy = policies.get(self.company_id.id) or policies.get(False)
        if not policy or (purpose == "service" and policy.exempts_service):
            return None
        tz_name = self.tz or self.company_id.partner_id.tz or "UTC"
        return policy._reason_to_wait(facts["at"], tz_name, facts["holidays"].get(policy, []))

    def action_view_consents(self):
        """Open the ledger of this customer's consents."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("bank_crm.bank_consent_action")
        action["domain"] = [("partner_id", "=", self.id)]
        action["context"] = {"default_partner_id": self.id}
        return action
