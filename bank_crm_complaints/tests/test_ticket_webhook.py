import hashlib
import hmac
import json
import os
import socket
from datetime import timedelta
from unittest.mock import patch

from odoo.exceptions import AccessError, ValidationError

from ..tools import outbound_url
from .common import TicketCase
from .webhook_server import Receiver

SECRET = "a secret of the tests"


class WebhookCase(TicketCase):
    def make_webhook(self, **values):
        return self.env["bank.ticket.webhook"].create(
            {"name": "Core", "url": "https://hooks.example.net/in", "secret": SECRET, **values}
        )

    def deliveries(self, **values):
        domain = [(name, "=", value) for name, value in values.items()]
        return self.env["bank.ticket.webhook.delivery"].search(domain, order="id")

    def run_cron(self):
        with self.enter_registry_test_mode():
            self.env.ref("bank_crm_complaints.bank_ticket_webhook_cron").method_direct_trigger()
        self.env.invalidate_all()


class TestWebhookQueue(WebhookCase):
    """What is told, of what, and to whom; nothing is sent yet."""

    def test_registration_and_state(self):
        self.make_webhook()
        ticket = self.make_ticket(external_ref="CASE-7")
        ticket._set_state("ack")
        first, second = self.deliveries(ticket_id=ticket.id)
        self.assertEqual((first.event, second.event), ("registered", "state"))
        self.assertEqual(
            {name: second.payload[name] for name in ("event", "number", "external_ref", "kind", "state", "outcome")},
            {
                "event": "state",
                "number": ticket.number,
                "external_ref": "CASE-7",
                "kind": "complaint",
                "state": "ack",
                "outcome": None,
            },
        )
        self.assertRegex(second.payload["received_at"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")

    def test_nothing_about_the_customer(self):
        self.make_webhook()
        ticket = self.make_ticket(contact_email="anna@example.com", contact_phone="+44 20 7946 0000")
        payload = self.deliveries(ticket_id=ticket.id).payload
        dates = {"at", "received_at", "closed_at", "next_statutory_due_at", "next_service_due_at"}
        codes = {"event", "delivery", "number", "external_ref", "kind", "state", "outcome"}
        self.assertEqual(set(payload), dates | codes)
        told = json.dumps(payload)
        for word in ("Anna", "anna@", "7946 0000", ticket.subject, "free of charge"):
            self.assertNotIn(word, told)

    def test_deadlines(self):
        self.make_webhook(on_state=False)
        ticket = self.make_ticket()
        self.assertFalse(self.deliveries())
        ticket._notify_webhooks("breached")
        self.assertEqual(self.deliveries().event, "breached")

    def test_confidential_tickets_are_told_of_only_if_wanted(self):
        discreet, curious = self.make_webhook(), self.make_webhook(include_restricted=True)
        for confidentiality in ("restricted", "conduct", "whistle"):
            self.make_ticket(confidentiality=confidentiality)
        self.assertFalse(self.deliveries(webhook_id=discreet.id))
        self.assertEqual(len(self.deliveries(webhook_id=curious.id)), 3)

    def test_companies_and_inactive_ones(self):
        other = self.env["res.company"].create({"name": "Other Bank"})
        self.make_webhook(company_id=other.id)
        self.make_webhook(active=False)
        self.make_ticket()
        self.assertFalse(self.deliveries())

    def test_queries(self):
        self.make_ticket()  # warm
        tickets = self.env["bank.ticket"].create([{"subject": "x", "description": "x"} for _number in range(20)])
        self.env["bank.ticket.webhook"]._listeners()
        with self.assertQueryCount(0):
            tickets._notify_webhooks("state")
        self.make_webhook()
        tickets[:2]._notify_webhooks("state")
        self.env.flush_all()
        with self.assertQueryCount(6):
            tickets._notify_webhooks("state")
            self.env.flush_all()
        self.assertEqual(len(self.deliveries(event="state")), 22)

    def test_urls_that_are_refused(self):
        for url, code in (
            ("http://hooks.example.net/", "not_https"),
            ("https://10.0.0.5/", "private_address"),
            ("https://127.0.0.1/", "private_address"),
            ("https://[::1]/", "private_address"),
            ("https://[::ffff:10.0.0.1]/", "private_address"),
            ("https://169.254.169.254/latest/meta-data", "private_address"),
            ("https://localhost/", "private_address"),
            ("https://intranet/", "private_address"),
            ("https://user:pw@hooks.example.net/", "credentials_in_url"),
            ("https://", "no_host"),
            ("https://hooks.example.net:port/", "bad_port"),
        ):
            with self.subTest(url), self.assertRaisesRegex(ValidationError, code):
                self.make_webhook(url=url)

    def test_secret(self):
        with self.assertRaisesRegex(ValidationError, "Secret"):
            self.make_webhook(secret="short")
        with self.assertRaisesRegex(ValidationError, "Secret"):
            self.make_webhook(secret=False)
        webhook = self.make_webhook()
        self.env.flush_all()
        self.env.cr.execute("SELECT row_to_json(w)::text FROM bank_ticket_webhook w WHERE id = %s", [webhook.id])
        self.assertNotIn(SECRET, self.env.cr.fetchone()[0])
        admin = self.as_user("bank_admin", webhook)
        self.assertFalse(admin.read(["secret"])[0]["secret"])
        with self.assertRaises(AccessError):
            admin.read(["secret_encrypted"])
        before = webhook.sudo().secret_encrypted
        admin.write({"secret_encrypted": "forged"})
        self.assertEqual(webhook.sudo().secret_encrypted, before)
        own = self.env["bank.ticket.webhook"].with_user(self.users["bank_admin"])
        with self.assertRaisesRegex(ValidationError, "Secret"):
            own.create({"name": "x", "url": "https://hooks.example.net/", "secret_encrypted": "forged"})
        other = self.env["res.company"].sudo().create({"name": "Other Bank"})
        with self.assertRaises(AccessError):
            own.create({"name": "x", "url": "https://hooks.example.net/", "secret": SECRET, "company_id": other.id})
        shown = admin.action_new_secret()["params"]["message"]
        self.assertGreater(len(shown), 30)
        self.assertEqual(webhook._signature(b"x", 5), self.signature(shown, b"x", 5))

    def signature(self, secret, body, at):
        return f"t={at},v1={hmac.new(secret.encode(), f'{at}.'.encode() + body, hashlib.sha256).hexdigest()}"

    def test_roles(self):
        webhook = self.make_webhook(include_restricted=True)
        secret_ticket = self.make_ticket(confidentiality="whistle")
        hidden = self.deliveries(ticket_id=secret_ticket.id)
        open_one = self.deliveries(ticket_id=self.make_ticket().id)
        for role in ("agent", "lead", "rm_north", "employee", "portal"):
            self.assertFalse(self.as_user(role, open_one).has_access("read"), role)
            self.assertFalse(self.as_user(role, webhook).has_access("read"), role)
        self.assertTrue(self.as_user("operations", open_one).payload)
        self.assertFalse(self.as_user("operations", hidden).has_access("read"))
        self.assertTrue(self.as_user("compliance", hidden).payload)
        admin = self.as_user("bank_admin", hidden)
        self.assertEqual(admin.state, "waiting")
        for name in ("payload", "payload_text", "ticket_id"):
            with self.assertRaises(AccessError):
                admin.read([name])
        for role in ("bank_admin", "compliance", "operations"):
            with self.assertRaises(AccessError):
                self.as_user(role, open_one).write({"state": "delivered"})
            with self.assertRaises(AccessError):
                self.as_user(role, open_one).unlink()
        with self.assertRaises(AccessError):
            open_one.write({"payload": {}})  # sealed, for the superuser too

    def test_rolled_back_changes_are_not_told(self):
        self.make_webhook()
        self.env.flush_all()
        with self.assertRaises(ZeroDivisionError), self.env.cr.savepoint():
            self.make_ticket()
            self.env.flush_all()
            raise ZeroDivisionError
        self.env.invalidate_all()
        self.assertFalse(self.deliveries())


class TestWebhookDelivery(WebhookCase):
    """Over a real connection to a server on this machine."""

    def setUp(self):
        super().setUp()
        self.receiver = Receiver()
        self.addCleanup(self.receiver.stop)
        self.addCleanup(os.unlink, self.receiver.certificate)
        environment = {"BANK_CRM_WEBHOOK_PRIVATE_HOSTS": "localhost", "SSL_CERT_FILE": self.receiver.certificate}
        patcher = patch.dict(os.environ, environment)
        patcher.start()
        self.addCleanup(patcher.stop)
        self.webhook = self.make_webhook(url=self.receiver.url)

    def test_signed_message(self):
        ticket = self.make_ticket()
        self.run_cron()
        [(path, headers, body)] = self.receiver.requests
        self.assertEqual(path, "/hooks?bank=1")
        self.assertEqual(headers["Host"], f"localhost:{self.receiver.port}")
        self.assertEqual(json.loads(body)["number"], ticket.number)
        at, _comma, digest = headers["X-Bank-Signature"].partition(",")
        expected = hmac.new(SECRET.encode(), f"{at[2:]}.".encode() + body, hashlib.sha256).hexdigest()
        self.assertEqual(digest, f"v1={expected}")
        delivery = self.deliveries()
        self.assertEqual((delivery.state, delivery.http_status, delivery.attempt_count), ("delivered", 200, 1))
        self.assertEqual(headers["X-Bank-Delivery"], delivery.key)
        self.run_cron()
        self.assertEqual(len(self.receiver.requests), 1, "once")

    def test_tries_again_and_gives_up(self):
        self.receiver.status = 503
        self.make_ticket()
        waits = []
        for _number in range(20):
            self.run_cron()
            delivery = self.deliveries()
            if delivery.state != "waiting":
                break
            waits.append(round((delivery.next_attempt_at - delivery.last_attempt_at).total_seconds() / 60))
            self.run_cron()  # not before its time
            self.assertEqual(len(self.receiver.requests), len(waits))
            delivery._unsealed().next_attempt_at = self.env.cr.now() - timedelta(seconds=1)
        self.assertEqual(waits, [1, 5, 30, 120, 360, 720, 1440])
        self.assertEqual((delivery.state, delivery.last_error), ("failed", "http_503"))
        self.receiver.status = 204
        delivery.with_user(self.users["bank_admin"]).action_retry()
        self.run_cron()
        self.assertEqual(self.deliveries().state, "delivered")

    def test_only_administrators_send_again(self):
        self.make_ticket()
        with self.assertRaises(AccessError):
            self.deliveries().with_user(self.users["operations"]).action_retry()

    def test_redirects_are_not_followed(self):
        self.receiver.status, self.receiver.location = 302, "https://localhost/inside"
        self.make_ticket()
        self.run_cron()
        self.assertEqual(len(self.receiver.requests), 1)
        self.assertEqual(self.deliveries().last_error, "http_302")

    def test_a_certificate_that_nobody_trusts(self):
        with patch.dict(os.environ, {"SSL_CERT_FILE": "/dev/null"}):
            self.make_ticket()
            self.run_cron()
        self.assertFalse(self.receiver.requests)
        self.assertEqual(self.deliveries().last_error, "certificate")

    def test_a_receiver_that_is_gone_is_asked_once_a_run(self):
        for _number in range(3):
            self.make_ticket()
        self.receiver.stop()
        self.run_cron()
        self.assertEqual(sorted(self.deliveries().mapped("attempt_count")), [0, 0, 1])
        self.assertEqual(set(self.deliveries().mapped("state")), {"waiting"})

    def test_a_name_that_leads_inside_is_refused_when_it_is_called(self):
        """The name may have led elsewhere when the URL was entered (DNS rebinding)."""
        with patch.dict(os.environ, {"BANK_CRM_WEBHOOK_PRIVATE_HOSTS": "other.example.net"}):
            self.make_ticket()
            self.run_cron()
        self.assertFalse(self.receiver.requests)
        self.assertEqual(self.deliveries().last_error, "private_address")

    def test_of_several_addresses_all_are_checked(self):
        def answers(host, port, **kwargs):
            return [
                (socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in ("8.8.8.8", "10.1.2.3")
            ]

        with patch.object(outbound_url.socket, "getaddrinfo", answers):
            answer = outbound_url.post("https://hooks.example.net/", b"{}", {})
        self.assertEqual(answer, outbound_url.Answer(0, "private_address"))

    def test_test_message(self):
        self.webhook.with_user(self.users["bank_admin"]).action_send_test()
        self.run_cron()
        [(_path, headers, body)] = self.receiver.requests
        self.assertEqual(headers["X-Bank-Event"], "test")
        self.assertNotIn("number", json.loads(body))
