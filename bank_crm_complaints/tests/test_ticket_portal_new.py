from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tools import mute_logger

from odoo.addons.bank_crm.tools import sealing

from ..controllers import ticket_new
from .portal_case import PDF, PortalCase

ID_NUMBER = "11010519491231002X"


class TestPortalNew(PortalCase):
    def setUp(self):
        super().setUp()
        self.log_in("anna")

    def send(self, files=None, **values):
        return self.post("/my/tickets/new", self.form(**values), files=files)

    def new_ticket(self):
        return self.tickets_of(self.anna) - self.ticket

    def test_complaint_with_everything(self):
        product = self.env["bank.ticket.taxon"].search([("axis", "=", "product")], limit=1)
        response = self.send(
            files=[
                ("files", ("statement.pdf", PDF, "application/pdf")),
                ("files", ("note.txt", b"Read me", "text/plain")),
            ],
            product_taxon_id=str(product.id),
            holding_id=str(self.anna_account.id),
            incident_on="2026-01-15",
            requested_remedy="Give it back",
            description=f"My card {ID_NUMBER} was charged.\r\nTwice.",
        )
        self.assertEqual(response.status_code, 200)
        ticket = self.new_ticket()
        self.assertRecordValues(
            ticket,
            [
                {
                    "kind": "complaint",
                    "subject": "Fee on my card",
                    "intake": "portal",
                    "partner_id": self.anna.id,
                    "product_taxon_id": product.id,
                    "holding_id": self.anna_account.id,
                    "requested_remedy": "Give it back",
                    "create_uid": self.users["anna"].id,
                    "state": "new",
                }
            ],
        )
        self.assertEqual(str(ticket.incident_on), "2026-01-15")
        self.assertNotIn(ID_NUMBER, ticket.description)
        self.assertIn("\nTwice.", ticket.description)
        self.assertTrue(response.url.endswith(f"/my/tickets/{ticket.id}?done=registered"))
        self.assertIn(ticket.number, response.text)
        files = ticket._customer_visible_attachments()
        self.assertEqual(sorted(files.mapped("name")), ["note.txt", "statement.pdf"])
        self.assertEqual(files.filtered(lambda file: file.name == "statement.pdf").raw, PDF)
        self.assertFalse(files.filtered("access_token"))
        self.assertFalse(files.filtered("public"))

    def test_receipt_shows_a_code_that_tracks(self):
        page = self.send()
        ticket = self.new_ticket()
        code = page.text.split('o_ticket_code">')[1].split("<")[0]
        self.assertEqual(ticket.sudo().tracking_hash, sealing.keyed_hash(code))
        self.assertIn(code, self.get(f"/my/tickets/{ticket.id}?done=registered").text)
        self.assertNotIn(code, self.get(f"/my/tickets/{ticket.id}").text)
        self.log_in("anna")
        self.assertNotIn(code, self.get(f"/my/tickets/{ticket.id}?done=registered").text)

    def test_complaint_is_taken_in_without_keys(self):
        error = UserError("[encryption_key_missing] no keys")
        with (
            patch.object(self.registry["bank.ticket"], "_issue_tracking_code", side_effect=error),
            self.assertLogs(ticket_new.__name__, "WARNING"),
        ):
            page = self.send()
        self.assertEqual(page.status_code, 200)
        self.assertIn(self.new_ticket().number, page.text)

    def test_same_form_twice_is_one_ticket(self):
        form = self.form()
        first = self.post("/my/tickets/new", form)
        second = self.post("/my/tickets/new", form)
        self.assertEqual(len(self.new_ticket()), 1)
        self.assertEqual(first.url, second.url)
        code = first.text.split('o_ticket_code">')[1].split("<")[0]
        self.assertIn(code, second.text, "the code of the first answer stays valid")
        self.post("/my/tickets/new", {**form, "description": "I went back to say more."})
        self.assertEqual(len(self.new_ticket()), 2, "other words are another ticket")
        self.post("/my/tickets/new", self.form())
        self.assertEqual(len(self.new_ticket()), 3, "another form is another ticket")

    @mute_logger("odoo.http")
    def test_form_token_of_somebody_else_is_nothing(self):
        form = self.form()
        self.post("/my/tickets/new", form)
        self.log_in("ben")
        page = self.post("/my/tickets/new", form)
        self.assertEqual(page.status_code, 200)
        self.assertEqual(len(self.tickets_of(self.ben) - self.foreign), 1)

    def test_wrong_values_are_said_beside_their_fields(self):
        for field, value in (
            ("kind", "nonsense"),
            ("kind", ""),
            ("subject", ""),
            ("subject", " \x00\x07 "),
            ("subject", "x" * 201),
            ("description", ""),
            ("description", "x" * 20_001),
            ("requested_remedy", "x" * 20_001),
            ("incident_on", "yesterday"),
            ("incident_on", "2999-01-01"),
            ("incident_on", "0001-01-01"),
            ("product_taxon_id", "999999999"),
            ("product_taxon_id", "1 OR 1=1"),
            ("product_taxon_id", "9" * 40),
            ("product_taxon_id", "²"),
            ("holding_id", str(self.carl_account.id)),
            ("holding_id", "-1"),
            ("service_id", "999999999"),
            ("behalf_role", "complainant"),
        ):
            page = self.send(**{field: value})
            self.assertEqual(page.status_code, 422, (field, value[:20]))
            self.assertIn(f'id="o_error_{field}"', page.text, (field, value[:20]))
        self.assertFalse(self.new_ticket())

    def test_cause_is_no_product(self):
        cause = self.env["bank.ticket.taxon"].search([("axis", "=", "cause")], limit=1)
        self.assertEqual(self.send(product_taxon_id=str(cause.id)).status_code, 422)
        self.assertFalse(self.new_ticket())

    def test_fields_of_staff_cannot_be_sent(self):
        self.send(
            partner_id=str(self.ben.id),
            user_id=str(self.users["agent"].id),
            state="closed",
            severity="critical",
            confidentiality="whistle",
            external_ref="FORGED",
            received_at="2020-01-01",
            intake="regulator",
        )
        [ticket] = self.new_ticket()
        self.assertEqual((ticket.state, ticket.severity, ticket.confidentiality), ("new", "normal", "public"))
        self.assertEqual((ticket.intake, ticket.external_ref), ("portal", False))
        self.assertNotEqual(str(ticket.received_at)[:4], "2020")

    def test_what_was_written_stays_in_a_refused_form(self):
        page = self.send(subject='<b>"My" fee', incident_on="nonsense")
        self.assertIn('value="&lt;b&gt;&#34;My&#34; fee"', page.text)
        self.assertIn("A fee was taken that nobody told me of.", page.text)

    def test_form_that_was_not_opened_is_shown_again(self):
        for token in ("", "short", "x" * 500, "<script>" * 5):
            self.assertEqual(self.send(form_token=token).status_code, 422)
        self.assertFalse(self.new_ticket())

    def test_files_that_are_refused(self):
        for name, content in (
            ("tool.exe", b"MZ\x90\x00"),
            ("statement.pdf", b"MZ\x90\x00"),
            ("page.html", b"<html><script>alert(1)</script></html>"),
            ("picture.svg", b"<svg onload='alert(1)'/>"),
        ):
            page = self.send(files=[("files", (name, content, "application/pdf"))])
            self.assertEqual(page.status_code, 422, name)
            self.assertIn('id="o_error_files"', page.text, name)
        many = [("files", (f"{index}.txt", b"x", "text/plain")) for index in range(11)]
        self.assertEqual(self.send(files=many).status_code, 422)
        self.assertFalse(self.new_ticket())

    def test_file_in_place_of_a_text(self):
        form = self.form()
        del form["subject"]
        page = self.post("/my/tickets/new", form, files=[("subject", ("x.txt", b"x", "text/plain"))])
        self.assertEqual(page.status_code, 422)

    def test_too_many_tickets_in_an_hour(self):
        with patch.object(ticket_new, "TICKETS_PER_HOUR", 2):
            forms = [self.form() for _number in range(3)]
            statuses = [self.post("/my/tickets/new", form).status_code for form in forms]
            self.assertEqual(statuses, [200, 200, 429])
            self.assertEqual(self.post("/my/tickets/new", forms[0]).status_code, 200, "sent before: no new one")
            self.log_in("ben")
            self.assertEqual(self.send().status_code, 200, "others are not slowed down")
        self.assertEqual(len(self.new_ticket()), 2)

    def test_on_behalf_of_somebody(self):
        self.send(
            files=[("behalf_files", ("authority.pdf", PDF, "application/pdf"))],
            behalf_role="agent",
            behalf_name="Grandmother",
            behalf_phone="+86 10 5555 0100",
        )
        ticket = self.new_ticket()
        self.assertIn("Grandmother", ticket.description)
        parties = {party.role: party for party in ticket.sudo().party_ids}
        self.assertEqual(parties["agent"].partner_id, self.anna)
        self.assertEqual(parties["agent"].authority_attachment_ids.name, "authority.pdf")
        self.assertEqual(parties["complainant"].name, "Grandmother")

    def test_on_behalf_needs_a_name_and_a_contact(self):
        page = self.send(behalf_role="agent")
        self.assertEqual(page.status_code, 422)
        for field in ("behalf_name", "behalf_phone"):
            self.assertIn(f'id="o_error_{field}"', page.text)
        self.assertEqual(self.send(behalf_role="agent", behalf_name="G", behalf_email="nonsense").status_code, 422)
        self.assertFalse(self.new_ticket())
