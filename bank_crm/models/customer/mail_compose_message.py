from odoo import models


class MailComposeMessage(models.TransientModel):
    """Mass mails to customers ask for their consent; a mail to one customer remains service and is not held up."""

    _inherit = "mail.compose.message"

    def _process_mail_values_state(self, mail_values_dict):
        values_by_record = super()._process_mail_values_state(mail_values_dict)
        for record_id, reason in self._bank_refusals(values_by_record).items():
            values = values_by_record[record_id]
            if values.get("state") == "cancel":
                continue
            values.update(
                state="cancel",
                failure_type="mail_optout",
                failure_reason=self.env["res.partner"]._contact_reason_label(reason),
                is_notification=False,
            )
        return values_by_record

    def _bank_refusals(self, mail_values_dict):
        """Return ``{record_id: reason_code}`` of the records whose customer may not be sent marketing."""
        if self.composition_mode != "mass_mail" or not self.model:
            return {}
        partners = self._bank_partners_by_record(list(mail_values_dict), mail_values_dict)
        everybody = self.env["res.partner"].union(*partners.values())
        verdicts = everybody._bank_may_contact("marketing", "email")
        refusals = {}
        for record_id, customers in partners.items():
            reasons = [verdicts[customer.id][1] for customer in customers if not verdicts[customer.id][0]]
            if reasons:
                refusals[record_id] = reasons[0]
        return refusals

    def _bank_partners_by_record(self, record_ids, mail_values_dict):
        """Return ``{record_id: contacts}`` that a mass mail would reach: by record, recipients or address."""
        recipients = self._get_recipients_data(mail_values_dict)
        addresses = {mail for info in recipients.values() for mail in info["mail_to_normalized"] if mail}
        # sudo: res.partner - a customer is protected also from a sender who may not see him; only the verdict leaves
        contacts = self.env["res.partner"].sudo()
        by_mail = contacts.search(
            [("email_normalized", "in", list(addresses)), ("is_bank_customer", "=", True)]
        ).grouped("email_normalized")
        result = {}
        for record_id in record_ids:
            if self.model == "res.partner":
                result[record_id] = contacts.browse(record_id)
            else:
                mails = recipients[record_id]["mail_to_normalized"]
                result[record_id] = contacts.union(*(by_mail.get(mail, contacts) for mail in mails))
        return result
