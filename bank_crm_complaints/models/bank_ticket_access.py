from odoo import fields, models

# Whoever reads these has the contents before him, in a list too.
CONTENTS = {"description", "requested_remedy", "outcome_reason", "message_ids"}


class BankTicket(models.Model):
    """Opening a confidential ticket leaves a row in the access log."""

    _inherit = "bank.ticket"

    access_log_ids = fields.One2many(
        comodel_name="bank.ticket.access.log",
        inverse_name="ticket_id",
        string="Who Opened It",
        groups="bank_crm.group_compliance,bank_crm.group_auditor",
    )

    def _read_format(self, fnames, load="_classic_read"):
        result = super()._read_format(fnames, load=load)
        if len(self) == 1 or not CONTENTS.isdisjoint(fnames):
            self._log_opening("read")
        return result

    def export_data(self, fields_to_export):
        result = super().export_data(fields_to_export)
        self._log_opening("export")
        return result

    def _log_opening(self, way):
        """Write that the user saw what is confidential among these tickets; the server itself is not a reader."""
        if self.env.su or self.env.user.share:
            return
        # sudo: bank.ticket - the class decides whether it is written down
        classes = self._origin.sudo()
        self.env["bank.ticket.access.log"]._record(
            classes.filtered(lambda ticket: ticket.confidentiality != "public"), way
        )

    def read(self, fields=None, load="_classic_read"):
        return super().read(fields, load=load)

    read._readonly = False  # it may write the log, so it gets a cursor that can (see odoo.api.readonly)

    def web_read(self, specification):
        return super().web_read(specification)

    web_read._readonly = False
