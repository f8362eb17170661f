from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import freeze_time

from .lifecycle_common import LifecycleCase


class TestTicketAccessLog(LifecycleCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.secrets = {
            name: cls.make_ticket(confidentiality=name, user_id=cls.users["agent"].id)
            for name in ("restricted", "conduct", "whistle")
        }
        cls.ordinary = cls.make_ticket()
        cls.secret = cls.secrets["conduct"]
        cls.env["bank.ticket.access.log"]._unsealed().search([]).unlink()

    def rows(self, ticket=None):
        domain = [("ticket_id", "=", (ticket or self.secret).id)]
        return [(row.user_id, row.way) for row in self.env["bank.ticket.access.log"].search(domain, order="id")]

    def open(self, role, ticket=None):
        self.as_user(role, ticket or self.secret).web_read({"subject": {}, "description": {}})

    def test_every_class_but_the_ordinary_one(self):
        for ticket in self.secrets.values():
            self.open("agent", ticket)
            self.assertEqual(self.rows(ticket), [(self.users["agent"], "read")])
        self.open("agent", self.ordinary)
        self.assertFalse(self.rows(self.ordinary))

    def test_once_an_hour(self):
        with freeze_time("2026-03-02 10:05:00"):
            self.open("agent")
            self.open("agent")
            self.open("compliance")
        with freeze_time("2026-03-02 10:59:59"):
            self.open("agent")
        self.assertEqual(len(self.rows()), 2)
        with freeze_time("2026-03-02 11:00:00"):
            self.open("agent")
        self.assertEqual(len(self.rows()), 3)
        row = self.env["bank.ticket.access.log"].search([], limit=1)
        self.assertEqual((row.opened_at, row.confidentiality), (self.at("2026-03-02 11:00:00"), "conduct"))

    def test_by_whatever_door_the_contents_are_read(self):
        tickets = self.env["bank.ticket"].with_user(self.users["conduct"])
        domain = [("id", "in", (self.secret | self.secrets["whistle"]).ids)]
        tickets.search_read(domain, ["number"])
        self.assertFalse(self.rows(), "a list of numbers opens nothing")
        tickets.search_read(domain, ["description"])
        self.assertEqual(self.rows(), [(self.users["conduct"], "read")])
        self.assertEqual(self.rows(self.secrets["whistle"]), [(self.users["conduct"], "read")])
        self.as_user("compliance", self.secret).read(["subject"])
        self.assertEqual(self.rows()[-1], (self.users["compliance"], "read"))
        self.users["compliance"].group_ids += self.env.ref("base.group_allow_export")
        self.as_user("compliance", self.secret).export_data(["number", "description"])
        self.assertEqual(self.rows()[-1], (self.users["compliance"], "export"))

    def test_the_server_is_no_reader_and_who_may_not_read_leaves_nothing(self):
        self.secret.read(["description"])
        self.secret.with_user(self.users["agent"]).sudo().read(["description"])
        with self.assertRaises(AccessError):
            self.open("agent_two")
        self.assertFalse(self.rows())

    def test_who_reads_the_log(self):
        self.open("agent")
        row = self.env["bank.ticket.access.log"].search([("ticket_id", "=", self.secret.id)])
        for role in ("compliance", "auditor"):
            self.assertTrue(self.as_user(role, row).read(["user_id"]))
        for role in ("agent", "lead", "conduct", "rm_north", "manager_north", "operations", "bank_admin", "portal"):
            self.assertFalse(self.as_user(role, row).has_access("read"), role)
        with self.assertRaises(AccessError):
            self.as_user("compliance", row).write({"opened_at": fields.Datetime.now()})
        with self.assertRaisesRegex(AccessError, r"\[sealed_record\]"):
            row.unlink()

    def test_whoever_is_complained_of_does_not_see_who_looks(self):
        self.secret.complained_user_ids = self.users["auditor"]
        self.open("agent")
        row = self.env["bank.ticket.access.log"].search([("ticket_id", "=", self.secret.id)])
        self.assertFalse(self.as_user("auditor", row).has_access("read"))

    def test_what_an_opening_costs(self):
        self.open("agent")
        for ticket, count in ((self.ordinary, 3), (self.secret, 4)):
            ticket = self.as_user("agent", ticket)
            ticket.search([], limit=1)  # the rules are known
            self.env.invalidate_all()
            with self.assertQueryCount(count):
                ticket.read(["subject"])
