"""Claims to customers: who may, what the claimant learns, who decides, deadlines."""

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, TransactionCase, freeze_time, new_test_user, tagged

from ..common import ROLES
from .handover_common import MORNING, HandoverWorld

EVIDENCE = "His company's accounts are kept here since 2019."


@tagged("post_install", "-at_install")
class ClaimCase(HandoverWorld, TransactionCase):
    """rm_north claims Carl, who is rm_south's; the head office is above both."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(freeze_time(MORNING))  # a Tuesday
        cls.make_world()
        cls.director = new_test_user(
            cls.env, "bank_director", groups="bank_crm.group_branch_manager", password="bank_director"
        )
        cls.users["director"] = cls.director
        cls.head.manager_id = cls.director
        cls.claims = cls.env["bank.ownership.claim"]

    def submit(self, role="rm_north", partner=None, **values):
        answer = self.as_user(role, self.claims).submit_for_number(
            {
                "customer_number": (partner or self.carl).customer_number,
                "basis": "balance",
                "evidence": EVIDENCE,
                **values,
            }
        )
        self.env.invalidate_all()
        return self.claims.browse(answer["id"])

    def answer(self, role, claim, method, *args):
        result = getattr(self.as_user(role, claim), method)(*args)
        self.env.invalidate_all()
        return result


class TestSubmitting(ClaimCase):
    def test_by_number_without_seeing_the_customer(self):
        with self.assertRaises(AccessError):
            self.as_user("rm_north", self.carl).read(["name"])
        claims = self.as_user("rm_north", self.claims)
        self.assertEqual(
            claims.locate_number(self.carl.customer_number),
            {"found": True, "branch": "[SOUTH] South Branch", "is_owned": True},
        )
        answer = claims.submit_for_number(
            {"customer_number": self.carl.customer_number, "basis": "balance", "evidence": EVIDENCE}
        )
        self.assertEqual(set(answer), {"id", "number", "due_on", "branch"})
        self.assertEqual(answer["branch"], "[SOUTH] South Branch")
        self.assertEqual(answer["due_on"], "2026-04-07")  # Tuesday + 5 working days

    def test_the_claimant_learns_no_name(self):
        claim = self.submit()
        mine = self.as_user("rm_north", claim)
        self.assertFalse(mine.customer_id)
        with self.assertRaises(AccessError):
            mine.read(["partner_id"])
        names = [name for name in mine.fields_get() if name != "partner_id"]
        seen = (
            str(mine.read(names))
            + str(mine.web_read({name: {} for name in names}))
            + str(
                mine.export_data(["name", "customer_id/name", "customer_id/display_name"])
                if mine.env.user.has_group("base.group_allow_export")
                else ""
            )
        )
        self.assertNotIn("Carl", seen)
        self.assertFalse(self.as_user("rm_north", self.claims).search([("customer_id", "=", self.carl.id)]))
        self.assertFalse(self.as_user("rm_north", self.claims).search([("customer_id", "ilike", "Carl")]))
        with self.assertRaises(AccessError):
            self.as_user("rm_north", self.claims).search([("partner_id", "=", self.carl.id)])
        self.assertNotIn("Carl", str(mine.message_ids.mapped("body")))

    def test_who_sees_the_customer_sees_him_on_the_claim(self):
        claim = self.submit()
        for role in ("rm_south", "director", "operations", "compliance", "auditor"):
            self.assertEqual(self.as_user(role, claim).customer_id, self.carl, role)
        self.assertIn(claim, self.as_user("rm_south", self.claims).search([("customer_id", "=", self.carl.id)]))

    def test_others_do_not_see_the_claim(self):
        claim = self.submit()
        for role in ("stand_in", "manager_north"):
            self.assertFalse(self.as_user(role, self.claims).search([("id", "=", claim.id)]), role)
        for role in ("employee", "portal", "agent", "bank_admin"):
            with self.assertRaises(AccessError):
                self.as_user(role, self.claims).search([])

    def test_parts_of_a_number_tell_nothing(self):
        claims = self.as_user("rm_north", self.claims)
        for number in ("", False, "%", self.carl.customer_number[:-1], self.carl.customer_number.lower() + "x"):
            self.assertEqual(claims.locate_number(number), {"found": False})
        with self.assertRaisesRegex(ValidationError, "customer_not_found"):
            self.submit(customer_number="C999999999")

    def test_the_search_for_duplicates_leads_to_a_claim(self):
        claim = self.as_user("rm_north", self.env["res.partner"])._bank_open_claim(
            self.carl, "He came to our counter."
        )
        mine = self.as_user("rm_north", claim.sudo(False))
        self.assertEqual(
            (mine.claimant_id, mine.evidence, mine.decider_id), (self.rm, "He came to our counter.", self.director)
        )
        self.assertFalse(mine.customer_id or mine.customer_number)
        with self.assertRaises(AccessError):
            self.as_user("agent", self.env["res.partner"])._bank_open_claim(self.carl, "x")

    def test_only_relationship_managers(self):
        for role in ("agent", "compliance", "auditor", "operations", "bank_admin", "employee"):
            with self.assertRaises(AccessError):
                self.as_user(role, self.claims).locate_number(self.carl.customer_number)

    def test_bad_input(self):
        for values, code in (
            ({"state": "approved"}, "unknown_field"),
            ({"partner_id": 1}, "unknown_field"),
            ({"evidence": ""}, "missing_field"),
            ({"basis": "because"}, "invalid_value"),
        ):
            with self.assertRaisesRegex(ValidationError, code):
                self.submit(**values)
        with self.assertRaisesRegex(UserError, "already_yours"):
            self.submit(partner=self.anna)
        self.submit()
        with self.assertRaisesRegex(UserError, "claim_open"):
            self.submit()
        self.users["stand_in"].bank_branch_id = False
        with self.assertRaisesRegex(UserError, "home_branch_missing"):
            self.submit("stand_in")

    def test_the_wizard(self):
        wizard = self.as_user("rm_north", self.env["bank.ownership.claim.new"])
        with Form(wizard) as form:
            form.customer_number = self.carl.customer_number
        record = form.save()
        record.action_locate()
        self.assertIn("South Branch", record.stub)
        self.assertNotIn("Carl", record.stub)
        record.write({"basis": "balance", "evidence": EVIDENCE})
        record.attachment_ids = self.env["ir.attachment"].with_user(self.rm).create({"name": "a.txt", "raw": b"x"})
        action = record.action_submit()
        claim = self.claims.browse(action["res_id"])
        self.assertEqual((claim.claimant_id, claim.attachment_ids.mapped("name")), (self.rm, ["a.txt"]))
        record = wizard.create({"customer_number": "nobody"})
        record.action_locate()
        self.assertFalse(record.found)


class TestDeciding(ClaimCase):
    def test_the_decider_is_above_both(self):
        claim = self.submit()
        self.assertEqual((claim.deciding_branch_id, claim.decider_id), (self.head, self.director))
        self.assertEqual(claim.activity_ids.user_id, self.director)
        near = self.submit("manager_north", self.olga)  # no branch: the claimant's own line
        self.assertEqual(near.deciding_branch_id, self.head)  # his own branch's manager is himself

    def test_within_one_branch_its_manager_decides(self):
        claim = self.submit("stand_in", self.anna)
        self.assertEqual((claim.deciding_branch_id, claim.decider_id), (self.north, self.users["manager_north"]))

    def test_a_vacant_place_is_passed_by(self):
        self.north.manager_id = False
        self.assertEqual(self.submit("stand_in", self.anna).decider_id, self.director)

    def test_nobody_left_leaves_it_to_operations(self):
        self.head.manager_id = False
        claim = self.submit()
        self.assertFalse(claim.decider_id)
        with self.assertRaises(AccessError):
            self.answer("manager_south", claim, "action_approve")
        self.answer("operations", claim, "action_approve")
        self.assertEqual(self.carl.relationship_manager_id, self.rm)

    def test_approval_moves_the_customer_and_splits_the_credit(self):
        task = self.make_work(self.carl, self.users["rm_south"])[0]
        claim = self.submit()
        decided = self.as_user("director", claim)
        decided.write({"former_credit_pct": 30, "former_credit_until": "2026-06-30"})
        self.assertIn("30 %", decided.credit_preview)
        self.assertIn("70 %", decided.credit_preview)
        decided.action_approve("Their holdings are there.")
        self.env.invalidate_all()
        self.assertEqual((claim.state, claim.decided_by_id), ("approved", self.director))
        self.assertEqual((self.carl.relationship_manager_id, self.carl.branch_id), (self.rm, self.north_vip))
        owner = self.active_owner(self.carl)
        self.assertEqual((owner.source, owner.credit_pct), ("claim", 70))
        self.assertIn(claim.name, owner.reason)
        shares = self.env["bank.assignment"]._credit_shares
        south = self.users["rm_south"]
        self.assertEqual(
            shares(self.carl, "2026-06-30"), {(self.carl.id, south.id): 30, (self.carl.id, self.rm.id): 70}
        )
        self.assertEqual(shares(self.carl, "2026-07-01"), {(self.carl.id, self.rm.id): 100})
        self.assertEqual(task.user_id, self.rm)
        self.assertEqual(self.events(self.carl, "owner.changed")[-1].user_id, self.director)
        self.assertFalse(claim.activity_ids)
        self.assertEqual(self.as_user("rm_north", claim).customer_id, self.carl)

    def test_rejection_leaves_him(self):
        claim = self.submit()
        self.answer("director", claim, "action_reject", "No.")
        self.assertEqual((claim.state, claim.decision_note), ("rejected", "No."))
        self.assertEqual(self.carl.relationship_manager_id, self.users["rm_south"])
        with self.assertRaisesRegex(UserError, "already_decided"):
            self.answer("director", claim, "action_approve")

    def test_the_owner_contests(self):
        claim = self.submit()
        for role in ("rm_north", "director", "operations"):
            with self.assertRaises(AccessError):
                self.answer(role, claim, "action_contest", "No")
        self.answer("rm_south", claim, "action_contest", "I have served him for years.")
        self.assertEqual((claim.state, claim.contest_note), ("contested", "I have served him for years."))
        self.answer("director", claim, "action_approve")
        self.assertEqual(self.carl.relationship_manager_id, self.rm)

    def test_nobody_else_decides(self):
        claim = self.submit()
        for role in {*ROLES, "stand_in", "manager_south"}:
            for method in ("action_approve", "action_reject"):
                with self.assertRaises(AccessError, msg=f"{role} {method}"):
                    self.answer(role, claim, method)
        self.assertEqual(claim.state, "submitted")

    def test_nobody_decides_his_own_claim_even_as_decider(self):
        self.director.bank_branch_id = self.head
        claim = self.submit("director", self.carl)
        self.assertNotEqual(claim.decider_id, self.director)
        with self.assertRaises(AccessError):
            self.answer("director", claim, "action_approve")
        # The customer has become the decider's own meanwhile.
        other = self.submit("rm_north", self.carl)
        self.carl.relationship_manager_id = self.director
        with self.assertRaises(AccessError):
            self.answer("director", other, "action_reject")

    def test_states_cannot_be_forged(self):
        claim = self.submit()
        for role in ("rm_north", "director", "operations", "manager_north"):
            for values in (
                {"state": "approved"},
                {"decider_id": self.rm.id},
                {"claimant_id": self.rm.id},
                {"evidence": ""},
            ):
                with self.assertRaises(AccessError):
                    self.as_user(role, claim).write(values)
        for role in ("rm_north", "operations"):
            with self.assertRaises(AccessError):
                self.as_user(role, claim).former_credit_pct = 0
            with self.assertRaises(AccessError):
                self.as_user(role, self.claims).create({"name": "x", "partner_id": self.carl.id, "evidence": "x"})
            with self.assertRaises(AccessError):
                self.as_user(role, claim).unlink()
        with self.assertRaisesRegex(AccessError, "guarded_field"):
            claim.sudo().write({"state": "approved"})

    def test_approving_one_of_three_claims_rejects_the_others(self):
        claims = (
            self.submit("rm_north", self.olga)
            | self.submit("rm_south", self.olga)
            | self.submit("stand_in", self.olga)
        )
        first = claims[0]
        self.answer("manager_north", first, "action_approve")
        self.assertEqual(claims.mapped("state"), ["approved", "rejected", "rejected"])
        self.assertEqual(self.olga.relationship_manager_id, self.rm)

    def test_after_a_decision_there_is_peace(self):
        self.answer("director", self.submit(), "action_reject")
        for role in ("rm_north", "stand_in"):
            with self.assertRaisesRegex(UserError, "claim_cooling_period.*2026-06-29"):
                self.submit(role)
        with freeze_time("2026-06-29 09:00:00"):
            self.assertEqual(self.submit().state, "submitted")

    def test_the_days_are_a_setting(self):
        self.env["ir.config_parameter"].set_param("bank_crm.claim_cooling_days", "1")
        self.env["ir.config_parameter"].set_param("bank_crm.claim_answer_days", "2")
        claim = self.submit()
        self.assertEqual(str(claim.due_on), "2026-04-02")
        self.answer("director", claim, "action_reject")
        with freeze_time("2026-04-02 08:00:00"):
            self.submit()


class TestDeadlines(ClaimCase):
    def test_holidays_do_not_count(self):
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Holiday",
                "calendar_id": self.company.resource_calendar_id.id,
                "date_from": "2026-04-03 00:00:00",
                "date_to": "2026-04-03 23:59:59",
            }
        )
        self.assertEqual(str(self.submit().due_on), "2026-04-08")

    def test_overdue_claims_go_up_and_then_expire(self):
        claim = self.submit("stand_in", self.anna)
        self.assertEqual(claim.decider_id, self.users["manager_north"])
        with freeze_time("2026-04-07 12:00:00"):  # the last day
            self.claims._cron_overdue()
        self.assertEqual(claim.escalations, 0)
        with freeze_time("2026-04-08 12:00:00"):
            self.claims._cron_overdue()
            self.claims._cron_overdue()
        self.assertEqual((claim.decider_id, claim.escalations), (self.director, 1))
        self.assertEqual(str(claim.due_on), "2026-04-15")
        self.assertEqual(claim.activity_ids.user_id, self.director)
        with self.assertRaises(AccessError):
            self.answer("manager_north", claim, "action_approve")
        with freeze_time("2026-04-16 12:00:00"):
            self.claims._cron_overdue()
        self.assertEqual(claim.state, "expired")
        self.assertFalse(claim.activity_ids)
        self.assertEqual(self.anna.relationship_manager_id, self.rm)
