import json
import xmlrpc.client
from unittest.mock import patch

from odoo.exceptions import ConcurrencyError
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .common import TicketCase, TicketWorld

FORGERIES = ("_register_many", "_create_registered", "_set_state", "_take_response", "_once", "_unguarded")


@tagged("post_install", "-at_install")
class TestTicketRegisterHttp(TicketWorld, HttpCase):
    """What another system sees: XML-RPC and JSON-2."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_world()

    def values(self, **others):
        return {
            "kind": "complaint",
            "subject": "Fee on a free account",
            "description": "A fee was taken.",
            "customer_number": self.anna.customer_number,
            "external_ref": "CC-1",
            **others,
        }

    def key_of(self, role):
        expires_on = self.env.cr.now().replace(hour=23)
        user = self.users[role]
        # sudo: the key of a customer of the portal, whom Odoo gives none: what if he had one
        return self.env["res.users.apikeys"].with_user(user).sudo()._generate("rpc", "tickets", expires_on)

    def xmlrpc(self, method, *args, role="operations", model="bank.ticket"):
        self.env.flush_all()
        with mute_logger("odoo.addons.rpc.controllers.xmlrpc", "odoo.http"):
            answer = self.xmlrpc_object.execute_kw(
                self.env.cr.dbname, self.users[role].id, f"bank_{role}", model, method, list(args)
            )
        self.env.invalidate_all()
        return answer

    def json2(self, method, body, role="operations", model="bank.ticket"):
        self.env.flush_all()
        response = self.url_open(
            f"/json/2/{model}/{method}",
            data=json.dumps(body),
            headers={"Authorization": f"Bearer {self.key_of(role)}", "Content-Type": "application/json"},
        )
        self.env.invalidate_all()
        return response.status_code, response.json()

    # ------------------------------------------------------------------
    # Both protocols
    # ------------------------------------------------------------------

    def test_registered_over_one_and_known_over_the_other(self):
        first = self.xmlrpc("register", self.values())
        self.assertTrue(first["created"])
        status, again = self.json2("register", {"values": self.values()})
        self.assertEqual((status, again), (200, {**first, "created": False}))
        ticket = self.env["bank.ticket"].browse(first["id"])
        self.assertEqual((ticket.number, ticket.partner_id, ticket.intake), (first["number"], self.anna, "api"))

    def test_xmlrpc_without_nil(self):
        """What has no value is false; nothing in an answer needs <nil/>."""
        answer = self.xmlrpc("register", self.values(branch_code=False, received_at=False, external_ref=False))
        self.assertIs(answer["created"], True)
        self.assertIs(self.xmlrpc("status", {"number": answer["number"]})["outcome"], False)

    def test_the_whole_way(self):
        status, batch = self.json2("register_batch", {"values": {"rows": [self.values()], "on_error": "skip_row"}})
        self.assertEqual((status, batch["state"], batch["created"]), (200, "done", 1))
        for values in (
            ("add_message", {"key": "1", "text": "More"}),
            ("add_evidence", {"key": "1", "name": "note.txt", "content": "dGV4dCBvZiBhIG5vdGU="}),
        ):
            method, body = values
            status, answer = self.json2(method, {"values": {"external_ref": "CC-1", **body}})
            self.assertEqual((status, answer["replayed"]), (200, False), answer)
            self.assertTrue(self.xmlrpc(method, {"external_ref": "CC-1", **body})["replayed"])
        status, answer = self.json2("record_response", {"values": {"external_ref": "CC-1", "outcome": "upheld"}})
        self.assertEqual((status, answer["state"]), (200, "responded"))
        self.assertEqual(self.xmlrpc("status", {"external_ref": "CC-1"})["outcome"], "upheld")

    def test_times_of_xmlrpc_are_texts(self):
        with self.assertRaisesRegex(xmlrpc.client.Fault, r"\[wrong_type\] received_at"):
            self.xmlrpc("register", self.values(received_at=xmlrpc.client.DateTime("20260131T00:00:00")))

    # ------------------------------------------------------------------
    # Refusals
    # ------------------------------------------------------------------

    @mute_logger("odoo.http")
    def test_refusals_have_their_status(self):
        status, answer = self.json2("register", {"values": self.values(subjct="x", kind="y")})
        self.assertEqual(status, 422)
        self.assertEqual(
            [line.split(":")[0] for line in answer["message"].splitlines()],
            ["[invalid_value] kind", "[unknown_field] subjct"],
        )
        for role in ("auditor", "bank_admin", "employee"):
            status, answer = self.json2("register", {"values": self.values()}, role=role)
            self.assertEqual((status, answer["message"][:15]), (403, "[access_denied]"), role)
        status, _answer = self.json2("register", {"values": self.values()}, role="portal")
        self.assertIn(status, (401, 403))
        self.assertEqual(self.json2("register", {"values": self.values(), "intake": "portal"})[0], 422)
        self.assertFalse(self.env["bank.ticket"].search([("external_ref", "=", "CC-1")]))

    def test_xmlrpc_refuses_others(self):
        for role in ("auditor", "bank_admin", "employee", "portal"):
            with self.subTest(role=role), self.assertRaises(xmlrpc.client.Fault):
                self.xmlrpc("register", self.values(), role=role)
        self.assertFalse(self.env["bank.ticket"].search([("external_ref", "=", "CC-1")]))

    @mute_logger("odoo.http")
    def test_private_methods_are_closed(self):
        for method in FORGERIES:
            model = "bank.ticket.delivery" if method == "_once" else "bank.ticket"
            with self.subTest(method=method):
                with self.assertRaises(xmlrpc.client.Fault):
                    self.xmlrpc(method, [], model=model)
                self.assertEqual(self.json2(method, {"vals_list": []}, model=model)[0], 403)

    @mute_logger("odoo.http")
    def test_what_other_methods_of_odoo_do_not_let_in(self):
        """create() of a ticket takes no keys, numbers or states; deliveries cannot be made up."""
        vals = {"subject": "x", "partner_id": self.anna.id}
        for forged in ({"number": "T1"}, {"state": "closed"}, {"message_key": "<1@x>"}, {"tracking_hash": "x"}):
            with self.subTest(forged=forged), self.assertRaisesRegex(xmlrpc.client.Fault, r"\[guarded_field\]"):
                self.xmlrpc("create", [{**vals, **forged}])
        status, _answer = self.json2(
            "create", {"vals_list": [vals], "context": {"default_state": "closed", "bank_guard_key": True}}
        )
        self.assertEqual(status, 403)
        status, answer = self.json2(
            "register",
            {"values": self.values(), "context": {"default_state": "closed", "default_partner_id": self.carl.id}},
        )
        ticket = self.env["bank.ticket"].browse(answer["id"])
        self.assertEqual((status, ticket.state, ticket.partner_id), (200, "new", self.anna))
        with self.assertRaises(xmlrpc.client.Fault):
            self.xmlrpc("create", [{"ticket_id": ticket.id, "kind": "message"}], model="bank.ticket.delivery")


@tagged("post_install", "-at_install")
class TestTicketRegisterRaces(TicketCase):
    """Somebody else has registered the same in a transaction that ours does not see yet (``tests/live`` has two real
    callers): Odoo begins the call anew."""

    def test_a_race_for_a_reference(self):
        values = {
            "kind": "inquiry",
            "subject": "x",
            "description": "y",
            "customer_number": self.anna.customer_number,
            "external_ref": "R-1",
        }
        tickets = self.env["bank.ticket"].with_user(self.users["operations"])
        tickets.register(values)
        with (
            patch.object(type(tickets), "_find_registered", lambda self, vals_list: {}),
            mute_logger("odoo.sql_db"),
            self.assertRaises(ConcurrencyError),
        ):
            tickets.register(values)
        self.assertFalse(tickets.register(values)["created"])

    def test_a_race_for_a_message(self):
        vals = {"kind": "inquiry", "subject": "x", "partner_id": self.anna.id, "message_key": "<1@x>"}
        tickets = self.env["bank.ticket"]
        tickets._register_many([vals], "mail")
        with (
            patch.object(type(tickets), "_find_registered", lambda self, vals_list: {}),
            mute_logger("odoo.sql_db"),
            self.assertRaises(ConcurrencyError),
        ):
            tickets._register_many([vals], "mail")

    def test_another_error_of_the_database_is_told(self):
        vals = {"kind": "inquiry", "subject": "x", "partner_id": self.anna.id}
        ticket = self.make_ticket()
        with mute_logger("odoo.sql_db"), self.assertRaisesRegex(Exception, "number"):
            self.env["bank.ticket"]._register_many([{**vals, "number": ticket.number}], "api")
