"""Merging customers: a second person decides, and for a month there is a way back."""

from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user
from odoo.tools import SQL

from ..common import BankCase

# What an undo adds on purpose.
NEW_EVENTS = ("customer.merged", "customer.unmerged")


class TestMergeRequest(BankCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for number, partner in enumerate((cls.anna, cls.carl)):
            cls.env["bank.identity.document"].create(
                {"partner_id": partner.id, "type": "passport", "number": f"P{number:08}"}
            )
            cls.env["bank.exchange.key"].create(
                {"source": "core", "external_id": str(number), "partner_id": partner.id}
            )
            partner.message_post(body=partner.name)
            partner.activity_schedule("mail.mail_activity_data_todo", user_id=cls.env.ref("base.user_admin").id)
            partner.category_id = cls.env["res.partner.category"].create({"name": f"Tag {number}"})
        # The same people in the same holding: merging adds their shares up.
        cls.make_holding(cls.fund, {cls.anna: 50, cls.carl: 50}, 100)
        cls.carl.message_subscribe(cls.users["manager_north"].partner_id.ids)
        cls.anna.message_subscribe(cls.users["manager_north"].partner_id.ids)
        cls.contact.parent_id = cls.carl

    def request(self, role="compliance", partners=None, target=None):
        partners = partners or self.anna | self.carl
        requests = self.as_user(role, self.env["bank.merge.request"])
        return requests._request(partners.with_env(requests.env), target or self.anna, "same passport")

    def approve(self, request, role="operations"):
        self.as_user(role, request).action_approve()
        self.env.flush_all()
        self.env.invalidate_all()

    def undo(self, request, role="operations"):
        self.as_user(role, request).action_undo()
        self.env.flush_all()
        self.env.invalidate_all()

    def dump(self):
        """Return all rows of the bank's tables and of contacts, without the time of their last change."""
        self.env.flush_all()
        tables = self.env.execute_query(
            SQL("""SELECT table_name FROM information_schema.tables
                    WHERE table_type = 'BASE TABLE' AND table_schema = 'public'
                      AND (table_name LIKE 'bank\\_%%' OR table_name IN
                           ('res_partner', 'mail_followers', 'mail_activity', 'res_partner_res_partner_category_rel'))
                      AND table_name NOT LIKE 'bank\\_merge\\_request%%'""")
        )
        return {table: self.dump_table(table) for (table,) in tables}

    def dump_table(self, table):
        ignored = ["write_date", "write_uid", "totals_computed_at"]
        where = SQL("TRUE")
        if table == "bank_customer_event":
            where = SQL("kind != ALL(%s)", list(NEW_EVENTS))
        rows = self.env.execute_query(
            SQL("SELECT to_jsonb(r) - %s::text[] FROM %s r WHERE %s", ignored, SQL.identifier(table), where)
        )
        return sorted(str(sorted(row.items())) for (row,) in rows)

    def assert_same(self, before, after):
        for table in before:
            self.assertEqual(before[table], after[table], table)

    def test_second_person(self):
        request = self.request("operations")
        with self.assertRaisesRegex(AccessError, r"\[second_person\]"):
            self.approve(request)
        for role in ("rm_north", "manager_north", "agent", "auditor", "bank_admin", "employee"):
            with self.assertRaises(AccessError):
                self.approve(request, role)
        self.approve(request, "compliance")
        self.assertFalse(self.carl.exists())
        self.assertEqual(request.state, "merged")
        self.assertEqual(request.approver_id, self.users["compliance"])
        with self.assertRaises(UserError):
            self.approve(request, "compliance")

    def test_undo_gives_everything_back(self):
        before = self.dump()
        request = self.request()
        self.approve(request)
        self.assertNotEqual(self.dump()["bank_assignment"], before["bank_assignment"])
        self.assertEqual(self.anna.aum, 60000 + 10000 * 0.6 + 300000 + 100)
        self.undo(request)
        self.assertEqual(request.state, "undone")
        self.assertTrue(self.carl.exists())
        self.assert_same(before, self.dump())
        self.assertEqual(self.carl.relationship_manager_id, self.users["rm_south"])
        self.assertEqual(self.carl.aum, 300050)
        self.assertTrue(self.events(self.anna, "customer.merged"))
        for partner in (self.anna, self.carl):
            self.assertEqual(len(self.events(partner, "customer.unmerged")), 1)

    def test_customer_into_contact(self):
        before = self.dump()
        self.env["res.partner"].create({"name": "Newcomer"})
        other = self.env["res.partner"].search([("name", "=", "Newcomer")])
        before = self.dump()
        number = self.olga.customer_number
        request = self.request(partners=self.olga | other, target=other)
        self.approve(request)
        self.assertEqual(other.customer_number, number)
        self.undo(request)
        self.assert_same(before, self.dump())

    def test_later_rows_stay_with_the_survivor(self):
        request = self.request()
        self.approve(request)
        later = self.make_holding(self.card, {self.anna: 100}, 7)
        document = self.env["bank.identity.document"].search([("partner_id", "=", self.anna.id)], limit=1)
        self.anna.name = "Anna, changed later"
        self.undo(request)
        self.assertEqual(later.party_ids.partner_id, self.anna)
        self.assertEqual(self.anna.name, "Anna, changed later")
        self.assertTrue(document.exists())

    def test_undo_has_an_end(self):
        with freeze_time("2026-03-01 10:00:00") as clock:
            request = self.request()
            self.approve(request)
            clock.move_to("2026-03-31 10:00:01")
            with self.assertRaisesRegex(UserError, r"\[undo_expired\]"):
                self.undo(request)
            self.env["bank.merge.request"]._gc_snapshots()
            self.assertFalse(request.sudo().snapshot)
            self.assertFalse(self.carl.exists())

    def test_the_wizard_of_odoo_makes_a_request(self):
        user = new_test_user(self.env, "merger", groups="bank_crm.group_operations,base.group_partner_manager")
        wizard = self.env["base.partner.merge.automatic.wizard"].with_user(user)
        mine = wizard.create(
            {"partner_ids": [Command.set((self.anna | self.carl).ids)], "dst_partner_id": self.anna.id}
        )
        action = mine.action_merge()
        self.assertEqual(action["res_model"], "bank.merge.request")
        request = self.env["bank.merge.request"].search([("target_id", "=", self.anna.id)])
        self.assertEqual((request.state, request.requester_id), ("requested", user))
        self.assertTrue(self.carl.exists())
        contacts = self.env["res.partner"].create([{"name": "Twin"}, {"name": "Twin"}])
        wizard.create({"partner_ids": [Command.set(contacts.ids)], "dst_partner_id": contacts[0].id}).action_merge()
        self.assertEqual(len(contacts.exists()), 1)

    def test_the_wizard_leads_to_no_customer_of_others(self):
        user = self.users["rm_north"]
        user.group_ids += self.env.ref("base.group_partner_manager")
        wizard = self.env["base.partner.merge.automatic.wizard"].with_user(user)
        with self.assertRaises(AccessError):
            mine = wizard.create({"dst_partner_id": self.anna.id})
            mine.with_context(bank_merge_by_user="one")._merge((self.anna | self.carl).ids, self.anna)
        mine = wizard.create({})
        self.assertFalse(mine.with_context(bank_merge_by_user="all")._merge((self.anna | self.carl).ids))
        self.assertFalse(self.env["bank.merge.request"].search([]))

    def test_forgery(self):
        request = self.request()
        for role in ("operations", "compliance", "rm_north"):
            mine = self.as_user(role, request)
            for values in (
                {"state": "merged"},
                {"requester_id": self.users["agent"].id},
                {"approver_id": self.users["agent"].id},
                {"snapshot": {}},
                {"partner_ids": [Command.set((self.anna | self.ben).ids)]},
                {"target_id": self.ben.id},
            ):
                with self.assertRaises(UserError):
                    mine.with_context(bank_guard_key=True).write(values)
            with self.assertRaises(UserError):
                mine.unlink()
        partners = [Command.set((self.anna | self.carl).ids)]
        values = {"partner_ids": partners, "target_id": self.anna.id, "reason": "x"}
        requests = self.as_user("operations", self.env["bank.merge.request"])
        with self.assertRaises(AccessError):
            requests.create({**values, "requester_id": self.users["agent"].id})
        with self.assertRaises(AccessError):
            requests.with_context(default_state="merged").create(values)
        with self.assertRaises(AccessError):
            self.as_user("rm_north", self.env["bank.merge.request"]).create(values)
        with self.assertRaises(ValidationError):
            requests.create({**values, "target_id": self.ben.id})
        with self.assertRaises(AccessError):
            self.as_user("operations", request).read(["snapshot"])

    def test_an_erasure_takes_the_way_back_away(self):
        request = self.request()
        self.approve(request)
        self.assertTrue(request.sudo().snapshot and request.can_undo)
        steps = self.env["bank.erasure"]._erase_steps(self.anna)
        self.assertIn(("bank.merge.request", 1), [(step["model"], step["count"]) for step in steps])
        request.invalidate_recordset()
        self.assertFalse(request.sudo().snapshot)
        self.assertFalse(request.can_undo)
        with self.assertRaises(UserError):
            self.undo(request)
