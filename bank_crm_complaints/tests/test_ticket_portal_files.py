import xmlrpc.client

from odoo.tools import mute_logger

from .portal_case import PDF, PortalCase

CUSTOMER_FIELDS = {
    *("id", "display_name", "number", "kind", "subject", "description", "requested_remedy", "incident_on", "lang"),
    *("company_id", "partner_id", "is_anonymous", "contact_name", "contact_email", "contact_phone", "branch_id"),
    *("product_taxon_id", "service_id", "received_at", "closed_at", "state", "is_open", "is_overdue", "urgency"),
    *("next_statutory_due_at", "next_service_due_at", "progress_ids", "progress_percent", "letter_ids"),
    "followup_of_id",
    # asks for a field of the staff, so reading it is refused
    "has_conduct_matter",
}


class TestPortalFiles(PortalCase):
    """A file goes by the message that it belongs to, by whatever way somebody asks for it."""

    def setUp(self):
        super().setUp()
        self.note = self.post_note(self.ticket, "He calls every week", [("inside.pdf", PDF)])
        self.answered = self.post_answer(self.ticket, "Please find attached", [("for_you.pdf", PDF)])
        self.hidden, self.shown = self.note.attachment_ids, self.answered.attachment_ids
        self.loose = self.env["ir.attachment"].create(
            {"name": "loose.pdf", "raw": PDF, "res_model": "bank.ticket", "res_id": self.ticket.id}
        )
        self.ticket._portal_ensure_token()
        self.log_in("anna")

    def rpc(self, model, method, *args, login="bank_anna", **options):
        proxy = xmlrpc.client.ServerProxy(f"{self.base_url()}/xmlrpc/2/object", allow_none=True)
        uid = self.env["res.users"].search([("login", "=", login)]).id
        with self.allow_requests(all_requests=True), mute_logger("odoo.addons.rpc.controllers.xmlrpc", "odoo.http"):
            return proxy.execute_kw(self.env.cr.dbname, uid, login, model, method, args, options)

    def assert_rpc_refused(self, *args, **options):
        with self.assertRaises(xmlrpc.client.Fault) as caught:
            self.rpc(*args, **options)
        self.assertIn(caught.exception.faultCode, (3, 4), caught.exception.faultString[-200:])

    def test_page_lists_files_and_messages_for_the_customer(self):
        page = self.get(f"/my/tickets/{self.ticket.id}").text
        self.assertIn("for_you.pdf", page)
        self.assertIn("Please find attached", page)
        for inside in ("inside.pdf", "loose.pdf", "He calls every week", "access_token"):
            self.assertNotIn(inside, page)

    def test_own_file_is_served_to_be_saved(self):
        response = self.get(f"/my/tickets/{self.ticket.id}/files/{self.shown.id}")
        self.assertEqual(response.content, PDF)
        self.assertIn("attachment", response.headers["Content-Disposition"])
        self.assertEqual(response.headers["X-Content-Type-Options"], "nosniff")
        self.assertIn("sandbox", response.headers["Content-Security-Policy"])

    @mute_logger("odoo.http", "odoo.addons.base.models.ir_binary")
    def test_files_of_notes_do_not_exist_for_the_customer(self):
        token = self.ticket.access_token
        for file in (self.hidden, self.loose):
            for path in (
                f"/my/tickets/{self.ticket.id}/files/{file.id}",
                f"/web/content/{file.id}",
                f"/web/content/{file.id}?access_token={token}",
                f"/web/content/{file.id}/inside.pdf?download=1",
                f"/web/content?model=ir.attachment&id={file.id}&field=raw",
                f"/web/content?model=bank.ticket&id={self.ticket.id}&field=message_main_attachment_id",
                f"/mail/attachment/pdf_first_page/{file.id}",
                f"/mail/attachment/pdf_first_page/{file.id}?access_token={token}",
            ):
                response = self.get(path)
                self.assertNotEqual(response.content, PDF, path)
                self.assertGreaterEqual(response.status_code, 400, path)
            # Odoo answers requests for images with a placeholder.
            self.assertNotEqual(self.get(f"/web/image/{file.id}?access_token={token}").content, PDF)
            zipped = self.post("/mail/attachment/zip", {"file_ids": str(file.id), "zip_name": "x.zip"})
            self.assertNotIn(b"%PDF", zipped.content)
            self.assertGreaterEqual(zipped.status_code, 400)

    @mute_logger("odoo.http", "odoo.addons.base.models.ir_binary")
    def test_nobody_else_gets_any_file(self):
        for role in ("ben", "clerk", "portal", None):
            self.log_in(role)
            for file in (self.hidden, self.shown, self.loose):
                for path in (
                    f"/my/tickets/{self.ticket.id}/files/{file.id}",
                    f"/my/tickets/{self.foreign.id}/files/{file.id}",
                    f"/web/content/{file.id}",
                    f"/web/content/{file.id}?access_token={self.ticket.access_token}",
                ):
                    self.assertNotEqual(self.get(path).content, PDF, f"{role} {path}")

    @mute_logger("odoo.http")
    def test_file_of_another_ticket_by_the_own_address(self):
        foreign = self.post_answer(self.foreign, "For Ben", [("ben.pdf", PDF)]).attachment_ids
        self.assertEqual(self.get(f"/my/tickets/{self.ticket.id}/files/{foreign.id}").status_code, 404)
        for forged in (0, 2**40, 999_999_999):
            self.assertEqual(self.get(f"/my/tickets/{self.ticket.id}/files/{forged}").status_code, 404)
            self.assertEqual(self.get(f"/my/tickets/{self.ticket.id}/letters/{forged}").status_code, 404)

    def test_rpc_reads_no_notes(self):
        self.assert_rpc_refused("mail.message", "read", [self.note.id], ["body"])
        log = self.ticket._message_log(body="Escalated to the board")
        self.assert_rpc_refused("mail.message", "read", [log.id], ["body"])
        found = self.rpc("mail.message", "search", [["model", "=", "bank.ticket"], ["res_id", "=", self.ticket.id]])
        self.assertEqual(found, [self.answered.id])
        self.assertTrue(self.rpc("mail.message", "read", [self.answered.id], ["body"]))
        self.assert_rpc_refused("mail.message", "read", [self.answered.id], ["body"], login="bank_ben")

    def test_rpc_reads_nothing_of_the_staff(self):
        """All that a customer may read of his ticket: whoever adds a field decides whether it is among these."""
        own = self.ticket.with_user(self.users["anna"])
        mixins = ("access_", "activity_", "message_", "website_message_", "has_message", "create_", "write_")
        open_fields = {
            name
            for name, field in own._fields.items()
            if own._has_field_access(field, "read") and not name.startswith(mixins)
        }
        self.assertEqual(open_fields - CUSTOMER_FIELDS, set())
        self.assert_rpc_refused("bank.ticket", "read", [self.ticket.id], ["outcome"])
        self.assert_rpc_refused("bank.ticket", "search", [["outcome", "=", "upheld"]])
        self.assert_rpc_refused("bank.ticket", "read", [self.foreign.id], ["subject"])
        self.assertEqual(self.rpc("bank.ticket", "search", []), [self.ticket.id])

    def test_rpc_reads_no_files(self):
        for file in (self.hidden, self.shown, self.loose):
            self.assert_rpc_refused("ir.attachment", "read", [file.id], ["name", "datas"])
            self.assert_rpc_refused("ir.attachment", "generate_access_token", [file.id])

    @mute_logger("odoo.http")
    def test_files_where_another_addon_opens_files_to_customers(self):
        self.env["ir.model.access"].create(
            {
                "name": "files for customers",
                "model_id": self.env["ir.model"]._get_id("ir.attachment"),
                "group_id": self.env.ref("base.group_portal").id,
                "perm_read": True,
            }
        )
        by_model = [["res_model", "=", "bank.ticket"], ["res_id", "=", self.ticket.id]]
        self.assertFalse(self.rpc("ir.attachment", "search_read", by_model, fields=["name"]))
        by_id = [["id", "in", [self.hidden.id, self.loose.id]]]
        self.assertFalse(self.rpc("ir.attachment", "search_read", by_id, fields=["name"]))
        for file in (self.hidden, self.loose):
            self.assert_rpc_refused("ir.attachment", "read", [file.id], ["name", "datas"])
            self.assertEqual(self.get(f"/web/content/{file.id}").status_code, 404)
        self.assertEqual(self.get(f"/web/content/{self.shown.id}").content, PDF)
        self.log_in("ben")
        self.assertNotEqual(self.get(f"/web/content/{self.shown.id}").content, PDF)

    def test_rpc_changes_nothing_of_what_was_said(self):
        self.post(f"/my/tickets/{self.ticket.id}/message", {"text": "My own words"})
        own = self.ticket._customer_visible_messages()[:1]
        self.assert_rpc_refused("mail.message", "write", [own.id], {"body": "I never said that"})
        self.assert_rpc_refused("mail.message", "unlink", [own.id])
        values = {"model": "bank.ticket", "res_id": self.ticket.id, "body": "x", "message_type": "comment"}
        self.assert_rpc_refused("mail.message", "create", values)
        self.assert_rpc_refused("bank.ticket", "message_post", [self.ticket.id], body="past the rules")
        self.assert_rpc_refused(
            "ir.attachment", "create", {"name": "x", "res_model": "bank.ticket", "res_id": self.ticket.id}
        )
        for values in ({"state": "closed"}, {"subject": "x"}, {"partner_id": self.ben.id}):
            self.assert_rpc_refused("bank.ticket", "write", [self.ticket.id], values)
        self.assert_rpc_refused("bank.ticket", "create", {"subject": "x", "kind": "inquiry"})
        self.assert_rpc_refused("bank.ticket", "unlink", [self.ticket.id])
