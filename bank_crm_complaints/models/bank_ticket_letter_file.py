import hashlib

from odoo import fields, models
from odoo.exceptions import UserError

REPORT = "bank_crm_complaints.bank_ticket_letter_report"


class BankTicketLetter(models.Model):
    """The letter as a file: made once when it is sent, kept, and known by its hash."""

    _inherit = "bank.ticket.letter"

    def _make_files(self):
        """Make the files of letters, attach them, and keep their hashes; one run of the report for all of them."""
        files = self._render_files()
        # sudo: ir.attachment - made by the server, guarded by its letter afterwards
        attachments = (
            self.env["ir.attachment"]
            .sudo()
            .create(
                [
                    {
                        "name": letter._file_name(files[letter.id][1]),
                        "raw": files[letter.id][0],
                        "mimetype": files[letter.id][1],
                        "res_model": self._name,
                        "res_id": letter.id,
                        "company_id": letter.company_id.id,
                    }
                    for letter in self
                ]
            )
        )
        for letter, attachment in zip(self, attachments, strict=True):
            content = files[letter.id][0]
            letter.write({"attachment_id": attachment.id, "sha256": hashlib.sha256(content).hexdigest()})

    def _file_name(self, mimetype):
        suffix = "pdf" if mimetype == "application/pdf" else "html"
        number = self.ticket_id.number.replace("/", "-")
        return f"{number} {self.kind_id.with_context(lang=self.lang).name}.{suffix}"

    def _render_files(self):
        """Return ``{letter id: (bytes, mimetype)}``.

        Odoo renders HTML in its own tests unless it is asked to print; the reader of the letter gets what is printed.
        """
        # sudo: ir.actions.report - the letters were checked; the layout reads the company
        report = self.env["ir.actions.report"].sudo()
        streams, kind = report._pre_render_qweb_pdf(REPORT, res_ids=self.ids)
        if kind == "html":
            return {
                letter.id: (
                    streams if len(self) == 1 else report._render_qweb_html(REPORT, letter.ids)[0],
                    "text/html",
                )
                for letter in self
            }
        files = {
            letter.id: (streams[letter.id]["stream"].getvalue(), "application/pdf")
            for letter in self
            if streams.get(letter.id, {}).get("stream")
        }
        # Several letters of several pages come as one file where their headings cannot be told apart.
        for letter in self.filtered(lambda letter: letter.id not in files):
            streams, _kind = report._pre_render_qweb_pdf(REPORT, res_ids=letter.ids)
            files[letter.id] = (streams[letter.id]["stream"].getvalue(), "application/pdf")
        return files

    def _is_unchanged(self):
        """Tell whether the letter's file is the one that was sent."""
        self.ensure_one()
        # sudo: ir.attachment, own hash - the caller may read the letter
        letter = self.sudo()
        content = letter.attachment_id.raw or b""
        return bool(letter.sha256) and hashlib.sha256(content).hexdigest() == letter.sha256

    def action_verify(self):
        """Check the files of letters against the hashes that were kept when they were sent, and say what was found.

        :raises UserError: ``[letter_state]`` for drafts
        """
        self.check_access("read")
        if unsent := self.filtered(lambda letter: not letter.sha256)[:1]:
            raise UserError(
                self.env._(
                    "[letter_state] %(number)s: a letter that was not sent has no file yet.",
                    number=unsent.ticket_id.number,
                )
            )
        changed = [letter.ticket_id.number for letter in self if not letter._is_unchanged()]
        if changed:
            text = self.env._("The file is not the one that was sent: %(list)s", list=", ".join(changed))
        else:
            text = self.env._("The file is the one that was sent.")
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {"type": "danger" if changed else "success", "message": text, "sticky": bool(changed)},
        }

    def _shown_date(self):
        """Return the date of the letter, as its language writes it, in the time zone of the branch."""
        self.ensure_one()
        ticket = self.ticket_id
        return ticket._format_day(self.sent_at or fields.Datetime.now(), self.lang, ticket._letter_timezone())
