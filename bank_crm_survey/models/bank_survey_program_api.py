from odoo import api, fields, models
from odoo.exceptions import AccessError

from odoo.addons.bank_crm.models.exchange.feed import convert, references

from ..tools import api_values

MOST_CUSTOMERS = 5_000
CHANNELS = ("email", "sms", "portal", "phone", "link")
INVITERS = (
    "bank_crm.group_operations",
    "bank_crm_survey.group_satisfaction_manager",
    "bank_crm.group_service_agent",
    "bank_crm.group_relationship_manager",
    "bank_crm.group_branch_manager",
)
HAND_OUT_LINKS = ("bank_crm.group_operations", "bank_crm_survey.group_satisfaction_manager")


class BankSurveyProgram(models.Model):
    """The door through which other systems have customers invited."""

    _inherit = "bank.survey.program"

    @api.model
    def invite(self, values):
        """Invite customers to a programme.

        Example (JSON-2)::

            POST /json/2/bank.survey.program/invite
            {"values": {"program_code": "VISIT", "customer_numbers": ["10004711"], "touchpoint_ref": "visit/123"}}

        :param values: required: ``program_code``, ``customer_numbers``: list of at most 5,000 texts. Optional:
            ``touchpoint_ref``: what the customer is asked about; nobody is asked twice about the same, and without it
            nobody is asked twice by this method; ``channel`` (email, sms, portal, phone, or link: nothing is sent, the
            answer holds the links; default: the first one of the programme that reaches the customer); ``lang``
        :return: ``{"created": number of invitations that go out, "suppressed": [{"customer_number", "reason"}]}`` and,
            with the channel ``link``, ``links``: ``{customer_number: address}``, those of an earlier call for the same
            occasion included while they are open
        :raises AccessError: ``[access_denied]``
        :raises ValidationError: one line for each error, beginning with its code: see the integration guide
        """
        self._check_may_invite()
        values = api_values.read(
            self.env,
            values,
            {
                "program_code": api_values.reference(self._programs_by_code(values), "unknown_program"),
                "customer_numbers": api_values.texts(MOST_CUSTOMERS, 64),
                "touchpoint_ref": convert.text(128, trimmed=True),
                "channel": convert.choice(CHANNELS),
                "lang": convert.reference(references.languages(self.env), "unknown_language"),
            },
            required=("program_code", "customer_numbers"),
        )
        if values.get("channel") == "link":
            self._check_may_hand_out_links()
        program = self.sudo().browse(values["program_code"])  # sudo: bank.survey.program - found as the caller
        return program._invite_numbers(
            self._customers_by_number(values["customer_numbers"]),
            values["customer_numbers"],
            touchpoint_ref=values.get("touchpoint_ref", ""),
            channel=values.get("channel"),
            lang=values.get("lang"),
        )

    @api.model
    def _check_may_invite(self):
        if not any(self.env.user.has_group(group) for group in INVITERS):
            raise AccessError(
                self.env._(
                    "[access_denied] Your role does not invite customers to surveys. Ask for the role “Operations” or "
                    "“Satisfaction Manager”."
                )
            )

    @api.model
    def _check_may_hand_out_links(self):
        if not any(self.env.user.has_group(group) for group in HAND_OUT_LINKS):
            raise AccessError(
                self.env._(
                    "[access_denied] channel: links are handed out to the roles “Operations” and “Satisfaction "
                    "Manager” only: whoever has one can answer for the customer. Choose another channel."
                )
            )

    @api.model
    def _programs_by_code(self, values):
        """Return ``{code: id}`` of the programme that a call names, as its user sees it."""
        code = values.get("program_code") if type(values) is dict else None
        if type(code) is not str or not references.texts([values], "program_code"):
            return {}
        found = self.search([("code", "=", code), ("company_id", "=", self.env.company.id)])
        return {program.code: program.id for program in found}

    @api.model
    def _customers_by_number(self, numbers):
        """Return ``{number: partner}`` (as superuser) of the customers that the caller may know."""
        domain = [
            ("customer_number", "in", numbers),
            ("is_bank_customer", "=", True),
            ("company_id", "in", (self.env.company.id, False)),
        ]
        partners = self.env["res.partner"]
        if self.env.user.has_group("bank_crm_survey.group_satisfaction_manager"):
            # sudo: res.partner - whoever runs the programmes invites any customer but the restricted ones
            found = partners.sudo().search_fetch([*domain, ("is_restricted", "=", False)], ["customer_number"])
        else:
            found = partners.search_fetch(domain, ["customer_number"]).sudo()  # sudo: res.partner - found as the user
        return {partner.customer_number: partner for partner in found}

    def _invite_numbers(self, customers, numbers, touchpoint_ref, channel, lang):
        """Invite the customers ``{number: partner}`` and return the answer about ``numbers``."""
        self.ensure_one()
        # sudo: res.partner - found as the caller
        partners = self.env["res.partner"].sudo().browse(partner.id for partner in customers.values())
        invitations = self._invite_partners(partners, touchpoint_ref=touchpoint_ref, channel=channel, lang=lang)
        queued = invitations.filtered(lambda invitation: invitation.state == "queued")
        if channel == "link":
            queued._mark_sent(fields.Datetime.now())
        elif queued:
            self.env.ref("bank_crm_survey.ir_cron_survey_send")._trigger()
        reasons = {invitation.partner_id.id: invitation.suppress_reason or "" for invitation in invitations}
        suppressed = []
        for number in numbers:
            partner = customers.get(number)
            reason = reasons.get(partner.id, "already_invited") if partner else "unknown_customer"
            if reason:
                suppressed.append({"customer_number": number, "reason": reason})
        answer = {"created": len(queued), "suppressed": suppressed}
        if channel == "link":
            answer["links"] = self._links_of(partners, touchpoint_ref)
        return answer

    def _links_of(self, partners, touchpoint_ref):
        """Return ``{customer number: address}`` of the open invitations by link for an occasion."""
        invitations = self.env["bank.survey.invitation"].sudo()  # sudo: see _check_may_hand_out_links
        found = invitations.search(
            [
                ("program_id", "=", self.id),
                ("wave_id", "=", False),
                ("partner_id", "in", partners.ids),
                ("touchpoint_ref", "=", touchpoint_ref),
                ("channel", "=", "link"),
            ],
            order="id",
        )
        return {
            invitation.partner_id.customer_number: invitation._url()
            for invitation in found
            if invitation._door_state() == "open"
        }
