import email
import email.policy
import io
import struct
import zipfile

from odoo.tests import BaseCase, tagged
from odoo.tools.misc import file_open

from ..models.bank_ticket_mail_note import NOTES, REFUSALS
from ..models.inbound_mail import PROGRAM_KINDS, message_key
from ..tools import attachment_policy, auto_mail, mail_bounce, mail_headers, mail_sender, mail_text, tnef

PEOPLE = (
    "plain alternative outlook_html winmail gb18030 gb2312 iso2022jp reply_gmail reply_outlook reply_qq reply_number "
    "thanks suppress_only verified_customer forged_customer several_from two_from_headers spoofed_name reply_to_alias "
    "header_injection executable no_message_id empty_body inline_images several_aliases forwarded_message"
)
KINDS = {
    **dict.fromkeys(PEOPLE.split(), auto_mail.PERSON),
    **dict.fromkeys(("auto_exchange", "auto_gmail", "auto_qq", "auto_helpdesk"), auto_mail.AUTO_REPLY),
    "auto_null_sender": auto_mail.AUTO_GENERATED,
    "list": auto_mail.BULK,
    **dict.fromkeys(("bounce_hard", "bounce_exchange", "bounce_qmail", "bounce_chinese"), auto_mail.BOUNCE),
    "bounce_delayed": auto_mail.DELAY,
    "read_receipt": auto_mail.RECEIPT,
}


def message(name, *replacements):
    with file_open(f"bank_crm_complaints/tests/messages/{name}.eml", "rb") as file:
        content = file.read()
    filled = ((b"@@MESSAGE_ID@@", b"<sent.1@example.org>"), (b"@@RECIPIENT@@", b"anna@example.com"))
    for old, new in (*filled, *replacements):
        content = content.replace(old, new)
    return email.message_from_bytes(content, policy=email.policy.SMTP)


@tagged("post_install", "-at_install")
class TestAutoMail(BaseCase):
    def test_messages_of_real_programs(self):
        for name, kind in KINDS.items():
            with self.subTest(name):
                verdict = auto_mail.classify(message(name))
                self.assertEqual(verdict.kind, kind)
                self.assertEqual(verdict.may_answer, kind == auto_mail.PERSON and name != "suppress_only")

    def test_one_header_at_a_time(self):
        for header, kind in (
            ("Auto-Submitted: no", auto_mail.PERSON),
            ("Auto-Submitted: auto-replied", auto_mail.AUTO_REPLY),
            ("Auto-Submitted: auto-generated; owner=x", auto_mail.AUTO_GENERATED),
            ("Auto-Submitted: Auto-Notified", auto_mail.AUTO_GENERATED),
            ("X-Autoreply: yes", auto_mail.AUTO_REPLY),
            ("X-Autorespond: Re", auto_mail.AUTO_REPLY),
            ("X-AutoReply-From: anna@example.com", auto_mail.AUTO_REPLY),
            ("X-Autoreply: no", auto_mail.PERSON),
            ("Precedence: auto_reply", auto_mail.AUTO_REPLY),
            ("Precedence: bulk", auto_mail.BULK),
            ("Precedence: junk", auto_mail.BULK),
            ("Precedence: first-class", auto_mail.PERSON),
            ("List-Unsubscribe: <https://example.net/u>", auto_mail.BULK),
            ("X-FC-MachineGenerated: true", auto_mail.AUTO_GENERATED),
            ("X-POST-MessageClass: 9; Autoresponder", auto_mail.AUTO_REPLY),
            ("X-Failed-Recipients: eve@example.net", auto_mail.BOUNCE),
        ):
            with self.subTest(header):
                changed = message("plain", (b"MIME-Version", f"{header}\nMIME-Version".encode()))
                self.assertEqual(auto_mail.classify(changed).kind, kind)

    def test_subjects(self):
        for subject, kind in (
            ("Out of Office: Re: fee", auto_mail.AUTO_REPLY),
            ("Abwesenheitsnotiz", auto_mail.AUTO_REPLY),
            ("Réponse automatique : frais", auto_mail.AUTO_REPLY),
            ("自动回复：出差", auto_mail.AUTO_REPLY),
            ("The office is out of order", auto_mail.PERSON),
            ("My complaint about the automatic reply of your bank", auto_mail.PERSON),
        ):
            with self.subTest(subject):
                changed = message("plain", (b"Fee charged twice on card 4111 1111 1111 1111", subject.encode()))
                self.assertEqual(auto_mail.classify(changed).kind, kind)

    def test_every_program_has_its_words(self):
        self.assertLessEqual(set(PROGRAM_KINDS), set(NOTES))
        self.assertEqual(set(REFUSALS), set(attachment_policy.REASONS))


@tagged("post_install", "-at_install")
class TestMailBounceReports(BaseCase):
    def test_what_reports_say(self):
        for name, recipients, status in (
            ("bounce_hard", ["anna@example.com"], "5.1.1"),
            ("bounce_exchange", ["anna@example.com"], "5.2.2"),
            ("bounce_qmail", ["anna@example.com"], "5.1.1"),
            ("bounce_chinese", ["anna@example.com"], "5.1.1"),
            ("bounce_delayed", ["anna@example.com"], "4.4.1"),
        ):
            with self.subTest(name):
                report = mail_bounce.read(message(name))
                self.assertEqual(report.message_ids[0], "<sent.1@example.org>")
                self.assertEqual((report.recipients, report.status), (recipients, status))

    def test_one_of_several_recipients(self):
        block = (
            b"\nFinal-Recipient: rfc822; ben@example.com\nAction: delivered\nStatus: 2.0.0\n"
            b"\nFinal-Recipient: rfc822; @@RECIPIENT@@"
        )
        report = mail_bounce.read(message("bounce_hard", (b"\nFinal-Recipient: rfc822; anna@example.com", block)))
        self.assertEqual(report.kind, auto_mail.BOUNCE)
        self.assertNotIn("ben@example.com", report.recipients)


@tagged("post_install", "-at_install")
class TestMailText(BaseCase):
    def test_new_words_of_replies(self):
        for name, words in (
            ("reply_gmail", "The refund is still missing."),
            ("reply_outlook", "I have not received the letter you mention.\n\nAnna"),
            ("reply_qq", "钱还没有退回来。"),
            ("thanks", "Thank you very much for your help!\n\nAnna"),
        ):
            with self.subTest(name):
                self.assertEqual(mail_text.new_text(auto_mail.plain_text(message(name))), words)

    def test_thanks(self):
        for text in (
            "Thanks!", "thank you so much", "Many thanks for your quick reply.\n\nAnna Example", "Vielen Dank!",
            "谢谢", "好的，收到，非常感谢您的帮助！", "感谢贵行的处理", "Merci beaucoup",
            "OK, received, thanks\nSent from my phone",
        ):  # fmt: skip
            with self.subTest(text):
                self.assertTrue(mail_text.is_gratitude(text))
        for text in (
            "", "ok", "Thanks, but the fee is still there", "Thank you. When will it arrive?",
            "Thanks for nothing",
            "Thank you, 20 euros are missing", "谢谢，但是问题没有解决", "谢谢，什么时候退款？", "Thanks\nRefund it",
            "No thanks", "Thanks to you I lost my money",
        ):  # fmt: skip
            with self.subTest(text):
                self.assertFalse(mail_text.is_gratitude(text))


@tagged("post_install", "-at_install")
class TestMailHeaders(BaseCase):
    def test_injection_is_repaired(self):
        broken = message("header_injection")
        with self.assertRaises(ValueError):
            broken.get("From")
        self.assertEqual(mail_headers.repair(broken), ["From"])
        self.assertEqual([address.addr_spec for address in broken["From"].addresses], ["anna@example.com"])
        self.assertNotIn("\n", mail_headers.first(broken, "Subject"))
        self.assertIsNone(broken.get("Bcc"))

    def test_sound_messages_stay_as_they_are(self):
        for name in ("plain", "gb18030", "inline_images", "several_from"):
            with self.subTest(name):
                sound = message(name)
                before = sound.as_bytes()
                self.assertEqual(mail_headers.repair(sound), [])
                self.assertEqual(sound.as_bytes(), before)

    def test_direction_marks(self):
        self.assertEqual(mail_headers.one_line("photo\u202egpj.exe"), "photo gpj.exe")

    def test_key_of_a_message_without_id(self):
        first, again = message_key(message("no_message_id")), message_key(message("no_message_id"))
        other = message_key(message("no_message_id", (b"limit", b"colour")))
        self.assertEqual(first, again)
        self.assertNotEqual(first, other)


@tagged("post_install", "-at_install")
class TestMailSender(BaseCase):
    def verdict(self, results, sender="anna@example.com", servers=("mx.example.org",)):
        changed = message(
            "plain",
            (b"Anna Example <anna@example.com>", sender.encode()),
            (b"MIME-Version", f"Authentication-Results: {results}\nMIME-Version".encode()),
        )
        return mail_sender.read(changed, servers).verdict

    def test_results(self):
        for results, verdict in (
            ("mx.example.org; dmarc=pass header.from=example.com", "pass"),
            ("mx.example.org; dmarc=fail header.from=example.com", "fail"),
            ("mx.example.org; spf=pass smtp.mailfrom=a@example.com", "pass"),
            ("mx.example.org; spf=pass smtp.mailfrom=a@bounces.example.com", "pass"),
            ("mx.example.org; spf=pass smtp.mailfrom=a@example.net", "fail"),
            ("mx.example.org; spf=pass smtp.mailfrom=a@notexample.com", "fail"),
            ("mx.example.org; dkim=pass header.d=example.com; spf=softfail smtp.mailfrom=x@example.net", "pass"),
            ("mx.example.org; dkim=pass header.d=example.net; dkim=fail header.d=example.com", "fail"),
            ("mx.example.org; spf=softfail smtp.mailfrom=a@example.com", "fail"),
            ("mx.example.org; spf=neutral", "none"),
            ("mx.example.org; none", "none"),
            ("mx.example.org (says: dmarc=fail); dmarc=pass header.from=example.com", "pass"),
            ("MX.Example.Org 1; dmarc=pass header.from=example.com", "pass"),
            ("evil.example.net; dmarc=pass header.from=example.com", "none"),
            ("mx.example.org.example.net; dmarc=pass", "none"),
        ):
            with self.subTest(results):
                self.assertEqual(self.verdict(results), verdict)

    def test_without_names_of_servers_a_success_proves_nothing(self):
        self.assertEqual(self.verdict("mx.example.org; dmarc=pass", servers=()), "none")
        self.assertEqual(self.verdict("mx.example.org; dmarc=fail", servers=()), "fail")

    def test_senders(self):
        self.assertEqual(self.verdict("mx.example.org; dmarc=pass", "a@example.com, b@example.com"), "fail")
        self.assertEqual(self.verdict("mx.example.org; dmarc=pass", "nobody"), "fail")
        spoofed = mail_sender.read(message("spoofed_name"))
        self.assertEqual(spoofed.address, "eve@example.net")


@tagged("post_install", "-at_install")
class TestAttachmentPolicy(BaseCase):
    def zipped(self, *entries, encrypted=False):
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in entries:
                archive.writestr(name, content)
        data = bytearray(buffer.getvalue())
        if encrypted:
            data[data.index(b"PK\x01\x02") + 8] |= 1
        return bytes(data)

    def test_refused(self):
        pdf, program = b"%PDF-1.4\n%", b"MZ\x90\x00" + b"\0" * 60
        ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
        for name, content, code in (
            ("a.pdf", pdf, None),
            ("a.exe", pdf, "executable"),
            ("a.pdf", program, "executable"),
            ("a.pdf", b"\x7fELF\x02\x01\x01" + b"\0" * 60, "executable"),
            ("a.txt", b"#!/bin/sh\necho", "executable"),
            ("a.pdf.js", b"alert(1)", "disguised"),
            ("a.exe.pdf", pdf, "disguised"),
            ("photo\u202egpj.exe", program, "disguised"),
            ("photo.jpg             .scr", program, "disguised"),
            ("a.html", b"<html><script>alert(1)</script></html>", "executable"),
            ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "executable"),
            ("a.txt", b"<!DOCTYPE html><html><body>x</body></html>", "type_not_allowed"),
            ("a.docm", self.zipped(("[Content_Types].xml", "x")), "macro"),
            ("a.docx", self.zipped(("[Content_Types].xml", "x"), ("word/vbaProject.bin", "x")), "macro"),
            ("a.docx", self.zipped(("[Content_Types].xml", "x"), ("word/document.xml", "x")), None),
            ("a.doc", ole + "_VBA_PROJECT".encode("utf-16-le"), "macro"),
            ("a.zip", self.zipped(("a.pdf", pdf)), None),
            ("a.zip", self.zipped(("a.pdf", program)), "executable"),
            ("a.zip", self.zipped(("b.zip", self.zipped(("c.vbs", "x")))), "executable"),
            ("a.zip", self.zipped(("a.pdf", pdf), encrypted=True), "unreadable"),
            ("a.zip", b"PK\x03\x04 and nothing more", "unreadable"),
            ("a.iso", b"x", "executable"),
            ("a.txt", "Zum Beispiel: Gebühr".encode(), None),
            ("a.csv", b"a;b\n1;2\n", None),
        ):
            with self.subTest(name=name, code=code):
                self.assertEqual(attachment_policy.refuse(name, content), code)

    def test_an_archive_without_end(self):
        bomb = self.zipped(*[(f"{number}.txt", b"\0" * 30_000_000) for number in range(8)])
        self.assertLess(len(bomb), 1_000_000)
        self.assertEqual(attachment_policy.refuse("a.zip", bomb), "unreadable")
        nested = self.zipped(("a.txt", "x"))
        for _level in range(5):
            nested = self.zipped(("a.zip", nested))
        self.assertEqual(attachment_policy.refuse("a.zip", nested), "unreadable")

    def test_names(self):
        for name, clean in (
            ("../../etc/passwd", "passwd"),
            ("C:\\Users\\anna\\file.pdf", "file.pdf"),
            ("a\r\nb.pdf", "ab.pdf"),
            ("", "attachment"),
            ("x" * 300 + ".pdf", "x" * 100 + ".pdf"),
        ):
            self.assertEqual(attachment_policy.clean_name(name), clean)

    def test_without_libmagic(self):
        self.patch(attachment_policy, "magic", None)
        self.test_detected_by_signatures()

    def test_detected_by_signatures(self):
        for content, kind in (
            (b"%PDF-1.7\n", "application/pdf"),
            (b"\xff\xd8\xff\xe0\x00\x10JFIF\x00", "image/jpeg"),
            (b"plain words\n", "text/plain"),
        ):
            self.assertEqual(attachment_policy.detect(content), kind)

    def test_damaged_capsules(self):
        self.assertIsNone(tnef.open_capsule(b"no capsule"))
        head = struct.pack("<IH", 0x223E9F78, 1)
        for tail in (b"", b"\x01", b"\x02\x05\x90\x06\x00\xff\xff\xff\xff", b"\xff" * 500):
            found = tnef.open_capsule(head + tail)
            self.assertTrue(found is None or found.files == [])
