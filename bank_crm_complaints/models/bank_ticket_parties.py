from odoo import api, fields, models

from .bank_ticket import STAFF


class BankTicket(models.Model):
    """The people of a ticket, and the complaint of many persons, which is a major one."""

    _inherit = "bank.ticket"

    party_ids = fields.One2many(
        comodel_name="bank.ticket.party", inverse_name="ticket_id", string="People", copy=True, groups=STAFF
    )

    def _letter_parties(self):
        """Return the parties to whom letters about these tickets may go: who acts for another has shown his right."""
        # sudo: bank.ticket.party - the caller writes the letters of tickets that he sees
        return self.sudo().party_ids.filtered("is_authorised")

    @api.model
    def _prepare_registrations(self, vals_list):
        vals_list = super()._prepare_registrations(vals_list)
        for vals in vals_list:
            if (vals.get("affected_count") or 1) >= self._major_persons(vals["company_id"]):
                vals["is_major"] = True
        return vals_list

    def _after_registration(self):
        result = super()._after_registration()
        # sudo: bank.ticket - customers register too and do not read this field
        if major := self.filtered(lambda ticket: ticket.sudo().is_major):
            major._tell_of_major()
        return result

    def write(self, vals):
        if not {"affected_count", "is_major"} & vals.keys():
            return super().write(vals)
        # sudo: bank.ticket - as above
        before = self.filtered(lambda ticket: ticket.sudo().is_major)
        result = super().write(vals)
        if many := self._should_be_major():
            # Nobody takes it back while there are so many.
            super(BankTicket, many).write({"is_major": True})
        # sudo: bank.ticket - as above
        (self - before).filtered(lambda ticket: ticket.sudo().is_major)._tell_of_major()
        return result

    @api.model
    def _major_persons(self, company_id):
        # sudo: res.company - a setting
        return self.env["res.company"].browse(company_id).sudo().bank_ticket_major_persons

    def _should_be_major(self):
        """Return, as superuser, those that have so many persons and are not major."""
        return self.sudo().filtered(  # sudo: bank.ticket - as above
            lambda ticket: not ticket.is_major
            and ticket.affected_count >= self._major_persons(ticket.company_id.id)
        )

    def _tell_of_major(self):
        """Write it into the histories and give every compliance officer who may see them an activity."""
        # sudo: bank.ticket - the number of persons, for the history
        self._log("major", data=lambda ticket: {"persons": ticket.sudo().affected_count})
        # sudo: res.users - who is a compliance officer
        officers = self.env.ref("bank_crm.group_compliance").sudo().all_user_ids.filtered("active")
        for officer in officers:
            told = self.sudo().filtered(
                lambda ticket, officer=officer: officer not in ticket.complained_user_ids
                and ticket.company_id in officer.company_ids
            )
            # sudo: bank.ticket - the duty falls on compliance, whoever made the ticket major
            told.with_context(mail_activity_quick_update=True).activity_schedule(
                "mail.mail_activity_data_todo",
                user_id=officer.id,
                summary=self.with_context(lang=officer.lang).env._("A major complaint: follow the contingency plan"),
            )
