from odoo import api, fields, models

# Whole numbers that administrators may change, with what holds until they do: ``bank_crm.<name>``.
PARAMETERS = {
    "privacy_answer_days": 15,
    "reveal_daily_budget": 20,
    "break_glass_minutes": 30,
    "merge_undo_days": 30,
    "break_glass_daily_budget": 5,
    "tier_override_max_days": 366,
}


class ResConfigSettings(models.TransientModel):
    """Settings → Bank CRM."""

    _inherit = "res.config.settings"

    bank_privacy_answer_days = fields.Integer(
        string="Days to Answer Privacy Requests",
        config_parameter="bank_crm.privacy_answer_days",
        default=PARAMETERS["privacy_answer_days"],
        help="Working days of the company.",
    )
    bank_reveal_daily_budget = fields.Integer(
        string="Numbers Unmasked per Day",
        config_parameter="bank_crm.reveal_daily_budget",
        default=PARAMETERS["reveal_daily_budget"],
        help="By one user; more are refused and reported.",
    )
    bank_break_glass_minutes = fields.Integer(
        string="Minutes of Emergency Access",
        config_parameter="bank_crm.break_glass_minutes",
        default=PARAMETERS["break_glass_minutes"],
    )
    bank_break_glass_daily_budget = fields.Integer(
        string="Emergencies a Day",
        config_parameter="bank_crm.break_glass_daily_budget",
        default=PARAMETERS["break_glass_daily_budget"],
        help="How many customers one user may open in an emergency within 24 hours.",
    )
    bank_tier_override_max_days = fields.Integer(
        string="Days of a Manual Tier",
        config_parameter="bank_crm.tier_override_max_days",
        default=PARAMETERS["tier_override_max_days"],
        help="A tier that was given by hand ends after so many days at the latest.",
    )
    bank_outbound_partner_autocomplete = fields.Boolean(
        string="Company Data from Odoo", config_parameter="bank_crm.outbound_partner_autocomplete"
    )
    bank_outbound_crm_iap_enrich = fields.Boolean(
        string="Lead Enrichment", config_parameter="bank_crm.outbound_crm_iap_enrich"
    )
    bank_outbound_crm_iap_mine = fields.Boolean(
        string="Lead Generation", config_parameter="bank_crm.outbound_crm_iap_mine"
    )
    bank_outbound_snailmail = fields.Boolean(
        string="Letters Printed by Odoo", config_parameter="bank_crm.outbound_snailmail"
    )
    bank_outbound_sms = fields.Boolean(string="Text Messages through Odoo", config_parameter="bank_crm.outbound_sms")
    bank_outbound_html_editor = fields.Boolean(
        string="Texts Written by Odoo's AI", config_parameter="bank_crm.outbound_html_editor"
    )
    bank_silence_partner_autocomplete = fields.Char(compute="_compute_bank_silence")
    bank_silence_crm_iap_enrich = fields.Char(compute="_compute_bank_silence")
    bank_silence_crm_iap_mine = fields.Char(compute="_compute_bank_silence")
    bank_silence_snailmail = fields.Char(compute="_compute_bank_silence")
    bank_silence_sms = fields.Char(compute="_compute_bank_silence")
    bank_silence_html_editor = fields.Char(compute="_compute_bank_silence")

    @api.model
    def _bank_parameter(self, name):
        """Return the whole number ``bank_crm.<name>``, or its default where it is empty or no number."""
        # sudo: ir.config_parameter - one setting of this addon
        value = self.env["ir.config_parameter"].sudo().get_param(f"bank_crm.{name}")
        return int(value) if str(value).isdigit() else PARAMETERS[name]

    def _compute_bank_silence(self):
        labels = {
            "absent": self.env._("Not installed"),
            "silent": self.env._("Installed, silent"),
            "allowed": self.env._("Installed, sends data to Odoo"),
            "leaking": self.env._("Installed, not silenced: restart the server"),
        }
        states = self.env["bank.outbound.silence"]._check_silence()
        for settings in self:
            for service, state in states.items():
                settings[f"bank_silence_{service}"] = labels[state]

    def set_values(self):
        result = super().set_values()
        self.env["bank.outbound.silence"]._switch_crons()
        return result

    def action_bank_silence(self):
        """Switch off whatever could send customer data to Odoo's servers."""
        self.check_access("write")
        self.env["bank.outbound.silence"]._silence()
        return {"type": "ir.actions.client", "tag": "reload"}
