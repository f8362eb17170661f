from odoo import api, fields, models

from ..tools import attachment_policy

# Whole numbers that administrators may change, with what holds until they do: ``bank_crm_complaints.<name>``.
PARAMETERS = {
    "mail_sender_limit": 5,
    "mail_thread_limit": 20,
    "mail_max_file_mb": 25,
    "mail_max_message_mb": 25,
    "mail_quarantine_days": 90,
    "mail_quarantine_keep": 50,
}


class ResConfigSettings(models.TransientModel):
    """Settings → Complaints & Service → Email."""

    _inherit = "res.config.settings"

    bank_ticket_mail_servers = fields.Char(
        string="Mail Servers of the Bank",
        config_parameter="bank_crm_complaints.mail_servers",
        help="The names with which the bank's own mail servers sign the header Authentication-Results, separated by "
        "commas, e.g. mx.example.org. Results of other servers are not believed. The servers have to remove such a "
        "header with their name from what comes in.",
    )
    bank_ticket_mail_require_authentication = fields.Boolean(
        string="Genuine Senders Only",
        config_parameter="bank_crm_complaints.mail_require_authentication",
        help="A message is linked to a customer only if the bank's mail server confirms the sender. Without this, "
        "all are linked but those that it calls not genuine.",
    )
    bank_ticket_mail_sender_limit = fields.Integer(
        string="New Tickets per Sender and Hour",
        config_parameter="bank_crm_complaints.mail_sender_limit",
        default=PARAMETERS["mail_sender_limit"],
        help="More go to the quarantine. 0: no limit besides Odoo's own.",
    )
    bank_ticket_mail_thread_limit = fields.Integer(
        string="Messages per Ticket, Sender and Hour",
        config_parameter="bank_crm_complaints.mail_thread_limit",
        default=PARAMETERS["mail_thread_limit"],
        help="More go to the quarantine. 0: no limit besides Odoo's own.",
    )
    bank_ticket_mail_max_file_mb = fields.Integer(
        string="Largest File (MB)",
        config_parameter="bank_crm_complaints.mail_max_file_mb",
        default=PARAMETERS["mail_max_file_mb"],
    )
    bank_ticket_mail_max_message_mb = fields.Integer(
        string="Files of One Message (MB)",
        config_parameter="bank_crm_complaints.mail_max_message_mb",
        default=PARAMETERS["mail_max_message_mb"],
    )
    bank_ticket_mail_file_types = fields.Char(
        string="Accepted Files",
        config_parameter="bank_crm_complaints.mail_file_types",
        help="Media types separated by blanks, e.g. application/pdf image/jpeg. What a file is, is read from its "
        "contents. Programs and macros are never accepted. Empty: documents, pictures, recordings, messages, "
        "archives.",
    )
    bank_ticket_mail_quarantine_days = fields.Integer(
        string="Days in Quarantine",
        config_parameter="bank_crm_complaints.mail_quarantine_days",
        default=PARAMETERS["mail_quarantine_days"],
        help="Rejected messages and those of programs are deleted after so many days.",
    )

    @api.model
    def _mail_parameter(self, name):
        """Return the whole number ``bank_crm_complaints.<name>``, or its default where it is empty or no number."""
        # sudo: ir.config_parameter - one setting of this addon
        value = self.env["ir.config_parameter"].sudo().get_param(f"bank_crm_complaints.{name}")
        return int(value) if str(value).isdigit() else PARAMETERS[name]

    @api.model
    def _mail_servers(self):
        """Return the names of the bank's own mail servers."""
        # sudo: ir.config_parameter - one setting of this addon
        value = self.env["ir.config_parameter"].sudo().get_param("bank_crm_complaints.mail_servers") or ""
        return [name for name in value.replace(",", " ").split() if name]

    @api.model
    def _mail_file_types(self):
        """Return the accepted media types."""
        # sudo: ir.config_parameter - one setting of this addon
        value = self.env["ir.config_parameter"].sudo().get_param("bank_crm_complaints.mail_file_types") or ""
        return set(value.replace(",", " ").split() or attachment_policy.DEFAULT_TYPES.split())
