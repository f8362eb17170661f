"""Hand-overs: what moves, who may, and how leaves return."""

from unittest.mock import patch

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, TransactionCase, freeze_time, tagged

from ..common import ROLES
from .handover_common import DAY, MORNING, HandoverWorld


@tagged("post_install", "-at_install")
class HandoverCase(HandoverWorld, TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(freeze_time(MORNING))
        cls.make_world()

    def run_cron(self):
        self.env.flush_all()
        with patch.object(self.env.registry["ir.cron"], "_commit_progress", lambda *args, **kwargs: 1):
            self.env["bank.handover"]._cron_work()
        self.env.invalidate_all()


class TestWhatMoves(HandoverCase):
    def test_customers_and_everything_open_about_them(self):
        task, meeting, opportunity = self.make_work(self.anna)
        handover = self.make_handover()
        self.assertEqual(handover.line_ids.partner_id, self.anna | self.ben)
        self.approve(handover)

        self.assertEqual((handover.state, handover.total, handover.processed), ("done", 2, 2))
        self.assertEqual(set(handover.line_ids.mapped("state")), {"moved"})
        for partner in self.anna | self.ben:
            self.assertEqual((partner.relationship_manager_id, partner.branch_id), (self.stand_in, self.north_vip))
            owner = self.active_owner(partner)
            self.assertEqual((owner.user_id, owner.source, owner.credit_pct), (self.stand_in, "handover", 100))
            self.assertEqual(str(owner.date_from), DAY)
        former = self.anna.assignment_ids.filtered("date_to")
        self.assertEqual((former.user_id, str(former.date_to)), (self.rm, DAY))
        self.assertEqual(task.user_id, self.stand_in)
        self.assertEqual(opportunity.user_id, self.stand_in)
        self.assertEqual(meeting.user_id, self.stand_in)
        self.assertEqual(meeting.partner_ids, self.anna | self.stand_in.partner_id)
        self.assertEqual(meeting.attendee_ids.partner_id, self.anna | self.stand_in.partner_id)

    def test_the_event_names_both_and_who_decided(self):
        self.approve(self.make_handover())
        event = self.events(self.anna, "owner.changed")[-1]
        self.assertEqual(event.user_id, self.users["manager_north"])
        self.assertEqual(event.payload["from"], f"{self.rm.name} (North VIP)")
        self.assertEqual(event.payload["to"], f"{self.stand_in.name} (North VIP)")
        self.assertEqual(event.source_id, self.active_owner(self.anna).id)

    def test_what_is_over_and_what_is_others_stays(self):
        task, meeting, opportunity = self.make_work(self.anna, self.users["rm_south"])
        done, past, won = self.make_work(self.anna)
        done.action_feedback()
        past.write({"start": "2026-03-01 08:00:00", "stop": "2026-03-01 09:00:00"})
        won.action_set_won()
        unrelated = self.make_work(self.carl)
        self.approve(self.make_handover())
        for record in (task, meeting, opportunity):
            self.assertEqual(record.user_id, self.users["rm_south"])
        for record in (done, past, won, *unrelated):
            self.assertEqual(record.user_id, self.rm)

    def test_who_attends_anyway_is_not_asked_twice(self):
        meeting = self.make_work(self.anna)[1]
        meeting.partner_ids += self.stand_in.partner_id
        self.approve(self.make_handover())
        self.assertEqual(meeting.partner_ids, self.anna | self.stand_in.partner_id)
        self.assertEqual(len(meeting.attendee_ids), 2)

    def test_a_task_about_an_opportunity_moves_too(self):
        opportunity = self.make_work(self.anna)[2]
        task = opportunity.activity_schedule("mail.mail_activity_data_todo", user_id=self.rm.id)
        self.approve(self.make_handover())
        self.assertEqual(task.user_id, self.stand_in)

    def test_backups_move_as_backups(self):
        self.env["bank.assignment"].create({"partner_id": self.carl.id, "user_id": self.rm.id, "role": "backup"})
        handover = self.make_handover()
        self.assertEqual(handover.line_ids.filtered(lambda line: line.partner_id == self.carl).role, "backup")
        self.approve(handover, "operations")
        backups = self.carl.assignment_ids.filtered(lambda assignment: assignment.role == "backup")
        self.assertEqual(backups.filtered(lambda backup: not backup.date_to).user_id, self.stand_in)
        self.assertEqual(self.carl.relationship_manager_id, self.users["rm_south"])

    def test_a_customer_who_has_another_owner_by_then_is_not_moved(self):
        handover = self.make_handover()
        self.ben.relationship_manager_id = self.users["manager_north"]
        self.approve(handover)
        self.assertEqual(self.ben.relationship_manager_id, self.users["manager_north"])
        lines = {line.partner_id: line.state for line in handover.line_ids}
        self.assertEqual(lines, {self.anna: "moved", self.ben: "skipped"})
        self.assertEqual(handover.skipped_count, 1)

    def test_a_joint_visit_becomes_a_task_of_the_receiver(self):
        handover = self.make_handover()
        handover.line_ids[0].joint_visit_on = "2026-04-15"
        self.approve(handover)
        task = self.env["mail.activity"].search(
            [("user_id", "=", self.stand_in.id), ("res_model", "=", "res.partner")]
        )
        self.assertEqual((task.res_id, str(task.date_deadline)), (handover.line_ids[0].partner_id.id, "2026-04-15"))

    def test_customers_go_to_the_receivers_branch_only_if_asked(self):
        self.approve(self.make_handover(receivers=self.users["rm_south"]))
        self.assertEqual(self.anna.branch_id, self.north_vip)
        back = self.make_handover(giver=self.users["rm_south"], receivers=self.rm, move_branch=True)
        self.approve(back, "operations")
        self.assertEqual((self.carl | self.anna).branch_id, self.north_vip)

    def test_the_number_of_statements_does_not_grow_with_the_customers(self):
        def count_queries(customers):
            for number in range(customers):
                self.make_work(self.make_customer(f"Many {number}", user=self.rm, branch=self.north_vip))
            handover = self.make_handover()
            giver = self.rm
            self.as_user("manager_north", handover).action_approve()
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            handover.with_user(self.users["manager_north"]).action_start()
            self.assertFalse(self.env["res.partner"].search_count([("relationship_manager_id", "=", giver.id)]))
            self.env.flush_all()
            count = self.env.cr.sql_log_count - before
            handover = self.make_handover(giver=self.stand_in, receivers=self.rm)
            self.approve(handover)
            return count

        few, many = count_queries(2), count_queries(60)
        self.assertLessEqual(many, few + 3)


class TestRestrictedCustomers(HandoverCase):
    """Nobody but compliance sees them; still they must not stay behind with a leaver."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ben.is_restricted = True
        cls.env.registry.clear_cache()

    def test_they_come_along_unseen(self):
        task = self.make_work(self.ben)[0]
        handover = self.as_user("manager_north", self.env["bank.handover"]).create(
            {"kind": "leaver", "from_user_id": self.rm.id}
        )
        handover.action_load_customers()
        self.assertEqual(handover.line_ids.partner_id.ids, self.anna.ids)
        self.assertEqual(handover.line_count, 1)
        handover.line_ids.to_user_id = self.stand_in
        handover.action_approve_and_start()
        self.env.invalidate_all()
        self.assertEqual((self.anna | self.ben).relationship_manager_id, self.stand_in)
        self.assertEqual(task.user_id, self.stand_in)
        self.assertFalse(self.as_user("stand_in", self.env["res.partner"]).search([("id", "=", self.ben.id)]))
        self.rm.action_archive()


class TestPlanning(HandoverCase):
    def test_distribution_evens_out_the_loads(self):
        extra = [self.make_customer(f"Extra {number}", user=self.rm) for number in range(6)]
        self.make_customer("Stand-in's", user=self.stand_in)
        handover = self.make_handover(receivers=self.stand_in | self.users["manager_north"])
        self.assertEqual(len(handover.line_ids), 2 + len(extra))
        got = {user: len(lines) for user, lines in handover.line_ids.grouped("to_user_id").items()}
        self.assertLessEqual(abs(got[self.stand_in] + 1 - got[self.users["manager_north"]]), 1)

    def test_a_choice_by_hand_stays(self):
        handover = self.make_handover()
        line = handover.line_ids[0]
        line.to_user_id = self.users["manager_north"]
        handover.action_distribute()
        self.assertEqual(line.to_user_id, self.users["manager_north"])

    def test_loading_twice_adds_nothing(self):
        handover = self.make_handover()
        handover.action_load_customers()
        self.assertEqual(len(handover.line_ids), 2)

    def test_the_form_in_which_a_relationship_manager_plans_his_leave(self):
        handover = self.as_user("rm_north", self.env["bank.handover"])
        with Form(handover, view="bank_crm.bank_handover_view_form") as form:
            form.kind = "leave"
            form.date_from, form.date_to = "2026-04-01", "2026-04-10"
            form.receiver_ids.add(self.stand_in)
        record = form.save()
        record.action_distribute()
        self.assertEqual(record.line_ids.to_user_id, self.stand_in)
        with self.assertRaises(UserError):
            self.as_user("rm_north", record).action_start()

    def test_bad_input(self):
        with self.assertRaises(ValidationError):  # a leave has an end
            self.make_handover("leave")
        with self.assertRaises(ValidationError):  # not to himself
            self.make_handover(receivers=self.rm)
        empty = self.env["bank.handover"].create({"kind": "transfer", "from_user_id": self.users["agent"].id})
        with self.assertRaisesRegex(UserError, "list is empty"):
            self.as_user("operations", empty).action_approve()
        to_nobody = self.make_handover()
        to_nobody.line_ids[0].to_user_id = False
        with self.assertRaisesRegex(UserError, "no receiver"):
            self.as_user("operations", to_nobody).action_approve()
        to_nobody.line_ids[0].to_user_id = self.users["employee"]
        with self.assertRaisesRegex(UserError, "no active relationship manager"):
            self.as_user("operations", to_nobody).action_approve()

    def test_it_begins_on_its_day_not_before(self):
        handover = self.make_handover(date_from="2026-04-02")
        self.approve(handover)
        self.assertEqual(handover.state, "approved")
        with self.assertRaises(UserError):
            self.as_user("manager_north", handover).action_start()
        self.run_cron()
        self.assertEqual(handover.state, "approved")
        with freeze_time("2026-04-02 06:00:00"):
            self.run_cron()
        self.assertEqual(handover.state, "done")
        self.assertEqual(self.anna.relationship_manager_id, self.stand_in)


class TestReturn(HandoverCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.partner_id.tz = "Europe/Berlin"
        cls.env["bank.assignment"].search([]).date_from = "2026-01-01"

    def make_leave(self, **values):
        handover = self.make_handover("leave", date_from="2026-03-20", **{"date_to": "2026-03-28", **values})
        self.approve(handover)
        return handover

    def test_they_return_when_the_last_day_is_over_where_the_bank_is(self):
        """In Berlin the clocks go forward in the night to 29 March: 28 March ends at 23:00 UTC, 29 March at 22:00."""
        for last_day, still_away, over in (
            ("2026-03-28", "2026-03-28 22:59:00", "2026-03-28 23:00:01"),
            ("2026-03-29", "2026-03-29 21:59:00", "2026-03-29 22:00:01"),
        ):
            with freeze_time("2026-03-20 08:00:00"):
                handover = self.make_leave(date_to=last_day)
            self.assertEqual(self.anna.relationship_manager_id, self.stand_in)
            with freeze_time(still_away):
                self.run_cron()
            self.assertEqual((handover.state, self.anna.relationship_manager_id), ("done", self.stand_in))
            with freeze_time(over):
                self.run_cron()
                self.run_cron()
            self.assertEqual((handover.state, self.anna.relationship_manager_id), ("returned", self.rm))
            self.assertEqual(set(handover.line_ids.mapped("state")), {"returned"})
            self.assertEqual(handover.progress, 100)

    def test_what_is_open_returns_too(self):
        with freeze_time("2026-03-20 08:00:00"):
            records = self.make_work(self.anna)
            self.make_leave()
        self.assertEqual({record.user_id for record in records}, {self.stand_in})
        with freeze_time("2026-03-29 08:00:00"):
            self.run_cron()
        self.env.invalidate_all()
        self.assertEqual({record.user_id for record in records}, {self.rm})

    def test_who_is_not_the_stand_ins_any_more_stays(self):
        with freeze_time("2026-03-20 08:00:00"):
            handover = self.make_leave()
        self.ben.relationship_manager_id = self.users["manager_north"]
        with freeze_time("2026-03-29 08:00:00"):
            self.run_cron()
        self.assertEqual(self.ben.relationship_manager_id, self.users["manager_north"])
        self.assertEqual(self.anna.relationship_manager_id, self.rm)
        lines = {line.partner_id: line.state for line in handover.line_ids}
        self.assertEqual(lines, {self.anna: "returned", self.ben: "kept"})

    def test_the_credit_stays_with_the_absent_one_if_so_agreed(self):
        with freeze_time("2026-03-20 08:00:00"):
            self.make_leave()
        self.assertEqual(self.active_owner(self.anna).credit_pct, 0)
        shares = self.env["bank.assignment"]._credit_shares
        self.assertEqual(shares(self.anna, "2026-03-25"), {(self.anna.id, self.rm.id): 100})
        with freeze_time("2026-03-29 08:00:00"):
            self.run_cron()
        self.assertEqual(shares(self.anna, "2026-03-30"), {(self.anna.id, self.rm.id): 100})

    def test_the_credit_moves_if_so_agreed(self):
        with freeze_time("2026-03-20 08:00:00"):
            self.make_leave(keep_credit=False)
        shares = self.env["bank.assignment"]._credit_shares(self.anna, "2026-03-25")
        self.assertEqual(shares, {(self.anna.id, self.stand_in.id): 100})

    def test_a_leave_can_end_early(self):
        with freeze_time("2026-03-20 08:00:00"):
            handover = self.make_leave()
        with freeze_time("2026-03-23 08:00:00"):
            with self.assertRaises(AccessError):
                self.as_user("stand_in", handover).action_return_now()
            self.as_user("rm_north", handover).action_return_now()
        self.env.invalidate_all()
        self.assertEqual((handover.state, self.anna.relationship_manager_id), ("returned", self.rm))

    def test_transfers_stay(self):
        handover = self.make_handover()
        self.approve(handover)
        with freeze_time("2027-03-31 08:00:00"):
            self.run_cron()
        self.assertEqual((handover.state, self.anna.relationship_manager_id), ("done", self.stand_in))


class TestWhoDecides(HandoverCase):
    def refused(self, role, handover, method="action_approve"):
        with self.assertRaises(AccessError, msg=f"{role} {method}"):
            getattr(self.as_user(role, handover), method)()
        self.env.invalidate_all()
        self.assertEqual(self.anna.relationship_manager_id, self.rm)

    def test_neither_giver_nor_receiver_nor_strangers(self):
        handover = self.make_handover(receivers=self.stand_in | self.users["manager_north"])
        for role in {*ROLES, "stand_in", "manager_south"} - {"operations"}:
            self.refused(role, handover)
        self.assertEqual(handover.state, "draft")

    def test_the_manager_of_another_branch_does_not(self):
        self.refused("manager_south", self.make_handover())

    def test_a_manager_who_hands_over_himself_needs_another(self):
        self.anna.relationship_manager_id = self.users["manager_north"]
        handover = self.make_handover(giver=self.users["manager_north"])
        with self.assertRaises(AccessError):
            self.as_user("manager_north", handover).action_approve()
        self.approve(handover, "operations")
        self.assertEqual(self.anna.relationship_manager_id, self.stand_in)

    def test_the_one_above_may(self):
        self.head.manager_id = self.users["manager_south"]
        self.approve(self.make_handover(), "manager_south")
        self.assertEqual(self.anna.relationship_manager_id, self.stand_in)

    def test_a_manager_does_not_decide_about_customers_outside_his_branches(self):
        self.ben.branch_id = self.south
        self.refused("manager_north", self.make_handover())

    def test_states_cannot_be_forged(self):
        handover = self.make_handover()
        line = handover.line_ids[0]
        for role in ("rm_north", "manager_north", "operations"):
            for values in ({"state": "approved"}, {"approved_by_id": 1}, {"total": 1}, {"state": "done", "note": "x"}):
                with self.assertRaisesRegex(AccessError, "guarded_field"):
                    self.as_user(role, handover).write(values)
            with self.assertRaisesRegex(AccessError, "guarded_field"):
                self.as_user(role, line).state = "moved"
        with self.assertRaisesRegex(AccessError, "guarded_field"):  # the superuser over RPC
            handover.sudo().write({"state": "approved"})
        for vals, context in (({"state": "approved"}, {}), ({}, {"default_state": "approved"})):
            with self.assertRaisesRegex(AccessError, "guarded_field"):
                self.as_user("rm_north", self.env["bank.handover"]).with_context(**context).create(
                    {"kind": "transfer", **vals}
                )
        for key in (True, 1, "GUARD_KEY"):
            with self.assertRaises(AccessError):
                self.as_user("operations", handover).with_context(bank_guard_key=key).write({"state": "approved"})

    def test_what_is_approved_is_not_changed(self):
        handover = self.make_handover(date_from="2026-04-02")
        self.approve(handover)
        for role in ("rm_north", "manager_north", "operations"):
            with self.assertRaisesRegex(UserError, "not_a_draft"):
                self.as_user(role, handover).note = "other"
            with self.assertRaisesRegex(UserError, "not_a_draft"):
                self.as_user(role, handover.line_ids[0]).to_user_id = self.users["manager_north"]
            with self.assertRaises(UserError):
                self.as_user(role, handover).unlink()
            with self.assertRaises(UserError):
                self.as_user(role, handover.line_ids[0]).unlink()
        self.as_user("manager_north", handover).action_cancel()
        self.assertEqual(handover.state, "cancelled")

    def test_nobody_hands_over_customers_whom_he_does_not_see(self):
        """Nor does he learn anything about them."""
        own = self.as_user("rm_south", self.env["bank.handover"]).create({"kind": "transfer"})
        with self.assertRaises(AccessError):
            own.line_ids.create({"handover_id": own.id, "partner_id": self.anna.id})
        with self.assertRaises(AccessError):
            self.as_user("rm_south", self.env["bank.handover"]).create(
                {"kind": "transfer", "from_user_id": self.rm.id}
            )
        foreign = self.as_user("manager_south", self.env["bank.handover"]).create(
            {"kind": "transfer", "from_user_id": self.rm.id}
        )
        foreign.action_load_customers()
        self.assertFalse(foreign.line_ids)

    def test_who_sees_a_handover(self):
        handover = self.make_handover()
        self.env.flush_all()
        seeing = {"rm_north", "stand_in", "manager_north", "operations", "compliance", "auditor"}
        for role in seeing:
            self.assertTrue(self.as_user(role, self.env["bank.handover"]).search([]) >= handover, role)
        self.assertFalse(self.as_user("rm_south", self.env["bank.handover"]).search([("id", "=", handover.id)]))
        self.assertFalse(self.as_user("manager_south", self.env["bank.handover"]).search([("id", "=", handover.id)]))
        for role in ("agent", "bank_admin", "employee", "portal"):
            with self.assertRaises(AccessError):
                self.as_user(role, self.env["bank.handover"]).search([])
        # The receiver learns about the customers when they are his.
        lines = self.env["bank.handover.line"]
        self.assertFalse(self.as_user("stand_in", lines).search([("handover_id", "=", handover.id)]))
        self.approve(handover)
        self.assertEqual(len(self.as_user("stand_in", lines).search([("handover_id", "=", handover.id)])), 2)
        self.assertFalse(self.as_user("rm_north", lines).search([("handover_id", "=", handover.id)]))


class TestLetter(HandoverCase):
    def test_the_letter_is_a_pdf_with_the_names_of_one_customer_each(self):
        handover = self.make_handover()
        report = self.env.ref("bank_crm.bank_handover_line_report_letter")
        html, _kind = report._render_qweb_html(report.id, handover.line_ids.ids)
        text = html.decode()
        for part in ("Dear <span>Anna</span>", "Dear <span>Ben</span>", self.stand_in.name, "2026"):
            self.assertIn(part, text)
        pdf, kind = report.with_context(force_report_rendering=True)._render_qweb_pdf(report.id, handover.line_ids.ids)
        self.assertEqual(kind, "pdf")
        self.assertTrue(pdf.startswith(b"%PDF"))

    def test_nothing_is_sent_by_itself(self):
        before = self.env["mail.mail"].search_count([])
        self.make_work(self.anna)
        handover = self.make_handover()
        sent = self.env["mail.mail"].search_count([])
        self.approve(handover)
        self.assertEqual(self.env["mail.mail"].search_count([]), sent)
        self.assertGreaterEqual(sent, before)

    def test_the_mail_template_renders(self):
        handover = self.make_handover()
        template = self.env.ref("bank_crm.bank_handover_line_mail_template")
        values = template._generate_template(handover.line_ids.ids, ["subject", "body_html", "partner_to"])
        bodies = " ".join(value["body_html"] for value in values.values())
        self.assertIn("Anna", bodies)
        self.assertIn(self.stand_in.name, bodies)

    def test_no_letters_about_foreign_customers(self):
        handover = self.make_handover()
        report = self.env.ref("bank_crm.bank_handover_line_report_letter")
        self.env.flush_all()
        with self.assertRaises(AccessError):
            report.with_user(self.users["rm_south"])._render_qweb_html(report.id, handover.line_ids.ids)
