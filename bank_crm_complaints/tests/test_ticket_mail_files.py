import base64
import textwrap

from ..tools import tnef
from .mail_common import MailCase

MB = 1024 * 1024


class TestMailFiles(MailCase):
    """Files are taken in by what they are; what is refused is said, once."""

    def names(self, ticket):
        return sorted(self.messages(ticket)[0].attachment_ids.mapped("name"))

    def test_programs_are_refused_and_it_is_said(self):
        ticket = self.receive("executable")
        self.assertEqual(self.names(ticket), ["statement.pdf"])
        body = self.messages(ticket)[0].body
        self.assertIn("Not accepted by the bank", body)
        self.assertIn("viewer.exe: a program", body)
        self.assertFalse(
            self.env["ir.attachment"].sudo().search([("name", "=", "viewer.exe")]), "not even somewhere else"
        )

    def test_names_decide_nothing(self):
        ticket = self.receive("double_extension")
        self.assertEqual(self.names(ticket), ["receipt.png"])
        body = self.messages(ticket)[0].body
        self.assertIn("statement.pdf.exe: its name hides what it is", body)
        self.assertIn("photo.jpg: a program", body, "a program that is called a picture")

    def test_macros_and_archives(self):
        ticket = self.receive("macro")
        self.assertEqual(self.names(ticket), ["letter.docx"])
        self.assertIn("form.docx: contains macros", self.messages(ticket)[0].body)
        ticket = self.receive("zipped_program")
        self.assertEqual(self.names(ticket), ["good.zip"])

    def test_the_sender_is_told_once_a_day(self):
        ticket = self.receive("executable")
        notice = self.messages(ticket)[-1]
        self.assertEqual(notice.message_type, "auto_comment")
        self.assertIn("viewer.exe", notice.body)
        self.assertIn(ticket.number, notice.subject)
        mail = self.env["mail.mail"].sudo().search([("mail_message_id", "=", notice.id)])
        self.assertEqual(mail.recipient_ids, self.anna)
        self.assertIn("'Auto-Submitted': 'auto-generated'", mail.headers)
        other = self.receive("macro")
        self.assertEqual(len(self.messages(other)), 1, "one notice a day for an address")

    def test_whoever_is_not_known_is_told_by_his_address(self):
        raw = self.raw("executable").replace(b"anna@example.com", b"eve@example.net")
        ticket = self.deliver(raw)
        notice = self.messages(ticket)[-1]
        self.assertEqual(notice.outgoing_email_to, "eve@example.net")
        mail = self.env["mail.mail"].sudo().search([("mail_message_id", "=", notice.id)])
        self.assertEqual(mail.email_to, "eve@example.net")

    def test_machines_and_forged_senders_are_told_nothing(self):
        for header in (b"X-Auto-Response-Suppress: All", b"Authentication-Results: mx.example.org; dmarc=fail"):
            raw = self.raw("executable").replace(b"Subject:", header + b"\nSubject:")
            raw = raw.replace(b"<executable-1@", f"<{len(header)}@".encode())
            ticket = self.deliver(raw)
            self.assertEqual(len(self.messages(ticket)), 1)

    def test_winmail_dat_is_opened(self):
        ticket = self.receive("winmail")
        self.assertEqual(self.names(ticket), ["Statement March 2026.pdf"])
        file = self.messages(ticket)[0].attachment_ids
        self.assertEqual(file.mimetype, "application/pdf")
        self.assertTrue(file.raw.startswith(b"%PDF-1.4"))
        self.assertIn("setup.exe: a program", self.messages(ticket)[0].body, "what is hidden inside is checked, too")

    def test_a_damaged_winmail_dat_is_kept_and_said(self):
        raw = self.raw("winmail")
        start = raw.index(b"eJ8+Ig")
        damaged = raw[: start + 40] + b"\n" + raw[raw.index(b"\n------=_NextPart_000_0002_01DCBB79.C10072F0--") :]
        ticket = self.deliver(damaged)
        body = self.messages(ticket)[0].body
        self.assertEqual(len(ticket), 1)
        self.assertIn("The statement is wrong", body)
        self.assertNotIn("setup.exe", self.names(ticket))

    def test_without_the_library_winmail_dat_is_kept(self):
        self.patch(tnef, "TNEF", None)
        ticket = self.receive("winmail")
        self.assertEqual(self.names(ticket), ["winmail.dat"])
        self.assertIn("could not be opened and is kept", self.messages(ticket)[0].body)

    def test_pictures_in_the_text(self):
        ticket = self.receive("inline_images")
        message = self.messages(ticket)[0]
        self.assertEqual(len(message.attachment_ids), 43)
        self.assertEqual(message.body.count("/web/image/"), 43)
        self.assertNotIn("cid:", message.body)

    def test_queries_do_not_grow_with_pictures(self):
        self.receive("inline_images")
        raw = self.raw("inline_images").replace(b"INLINE43@", b"INLINE44@")
        with self.assertQueryCount(100):
            self.env["mail.thread"].message_process(False, raw)
            self.env.flush_all()

    def test_numbers_in_texts_and_forwarded_messages(self):
        ticket = self.receive("forwarded_message")
        [file] = self.messages(ticket)[0].attachment_ids
        self.assertNotIn(b"4111 1111", file.raw)
        self.assertIn(b"****1111", file.raw)
        self.assertIn(b"was blocked", file.raw)

    def test_keep_original_keeps_nothing_in_clear(self):
        self.env["mail.thread"].message_process(False, self.raw("plain"), save_original=True)
        ticket = self.env["bank.ticket"].search([], order="id desc", limit=1)
        self.assertFalse(self.messages(ticket)[0].attachment_ids)

    # ------------------------------------------------------------------
    # Sizes
    # ------------------------------------------------------------------

    def big(self, *sizes):
        """Return a message with files of ``sizes`` bytes, real pictures by what they begin with."""
        png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x02\0\0\0\x02\x08\x02\0\0\0"
        head = self.raw("plain").replace(
            b"Content-Type: text/plain; charset=UTF-8; format=flowed\nContent-Transfer-Encoding: quoted-printable",
            b"Content-Type: multipart/mixed; boundary=_big_",
        )
        head = head.replace(b"<1f4c2a66", f"<{sum(sizes)}-{len(sizes)}".encode())
        body = [head[: head.index(b"\n\n")], b"", b"--_big_", b"Content-Type: text/plain", b"", b"See the pictures."]
        for number, size in enumerate(sizes):
            content = base64.b64encode(png + b"\0" * (size - len(png))).decode()
            body += [
                b"--_big_",
                f'Content-Type: image/png; name="{number}.png"'.encode(),
                f'Content-Disposition: attachment; filename="{number}.png"'.encode(),
                b"Content-Transfer-Encoding: base64",
                b"",
                "\n".join(textwrap.wrap(content, 76 * 1000)).encode(),
            ]
        return b"\n".join([*body, b"--_big_--", b""])

    def test_25_megabytes_and_one_byte(self):
        ticket = self.deliver(self.big(25 * MB))
        self.assertEqual(self.names(ticket), ["0.png"])
        self.assertEqual(self.messages(ticket)[0].attachment_ids.file_size, 25 * MB)
        ticket = self.deliver(self.big(25 * MB + 1))
        self.assertFalse(self.names(ticket))
        self.assertIn("0.png: too large", self.messages(ticket)[0].body)

    def test_limits_are_settings(self):
        parameters = self.env["ir.config_parameter"]
        parameters.set_param("bank_crm_complaints.mail_max_file_mb", "1")
        parameters.set_param("bank_crm_complaints.mail_max_message_mb", "2")
        ticket = self.deliver(self.big(MB, MB, 1000, MB + 1))
        self.assertEqual(self.names(ticket), ["0.png", "1.png"])
        body = self.messages(ticket)[0].body
        self.assertIn("2.png: all files together are too large", body)
        self.assertIn("3.png: too large", body)
        parameters.set_param("bank_crm_complaints.mail_file_types", "application/pdf")
        ticket = self.deliver(self.big(1000))
        self.assertIn("0.png: this kind of file is not accepted", self.messages(ticket)[0].body)
