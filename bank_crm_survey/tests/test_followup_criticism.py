from odoo import Command
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import new_test_user

from ..tools import keywords
from .loop_common import LoopCase


class TestFollowupCriticism(LoopCase):
    """Whoever is criticised does not see it, on none of the ways that lead there."""

    def seen(self, followup, role):
        return self.at_work(followup, role).search([("id", "=", followup.id)])

    def test_a_low_score_of_the_manager(self):
        followup = self.followup(nps="9", manager="2")  # a promoter, but not because of his manager
        rm = self.users["rm_north"]
        self.assertEqual(followup.user_id, self.users["manager_north"])
        self.assertEqual(followup.excluded_user_ids, rm)
        self.assertFalse(self.seen(followup, "rm_north"))
        self.assertTrue(self.seen(followup, "manager_north"))
        mine = self.at_work(followup, "rm_north")
        for work in (
            lambda: mine.read(["score"]),
            lambda: mine.action_contacted(),
            lambda: mine.action_close(),
            lambda: mine._reassign(rm),
            lambda: mine.message_post(body="Hello"),
        ):
            with self.assertRaises(AccessError):
                work()
        self.assertFalse(self.env["bank.survey.followup.attempt"].with_user(rm).search([]))
        self.assertFalse(self.env["bank.survey.followup.report"].with_user(rm).search([]))
        self.assertEqual(self.at_work(self.anna, "rm_north").survey_followup_count, 0)
        self.assertEqual(self.at_work(self.anna, "manager_north").survey_followup_count, 1)

    def test_a_good_or_no_score_of_the_manager(self):
        for score in (None, "3", "5"):
            self.assertFalse(self.followup(nps="2", manager=score).excluded_user_ids, score)

    def test_his_name_in_the_words(self):
        for partner, words, is_named in (
            (self.anna, "NORA NORTHERN never calls back", True),
            (self.ben, "Mrs Northern was rude", True),
            (self.carl, "王经理从来不回电话", True),
            (self.carl, "王小明态度很差", True),
            (self.carl, "小王子酒店旁边的网点太慢", False),
            (self.anna, "The northernmost branch is closed", False),
        ):
            followup = self.followup(partner, nps="2", words=words)
            manager = partner.relationship_manager_id
            self.assertEqual(followup.excluded_user_ids, manager if is_named else manager.browse(), words)
        praised = self.followup(nps="10", words="Thanks to Mrs Northern!")
        self.assertEqual(praised.user_id, self.users["rm_north"])

    def test_the_managers_of_then_and_of_today(self):
        answer = self.begin()
        self.fill(answer, {self.nps: "2", self.about_manager: "1"})
        self.anna.relationship_manager_id = self.users["rm_south"]
        answer.write({"state": "done"})
        followup = self.followups_of(answer)
        self.assertEqual(followup.excluded_user_ids, self.users["rm_north"] | self.users["rm_south"])

    def test_a_manager_of_customers_who_manages_the_branch(self):
        boss = self.users["manager_north"]
        self.anna.relationship_manager_id = boss
        followup = self.followup(nps="2", manager="1")
        self.assertEqual(followup.excluded_user_ids, boss)
        self.assertEqual(followup.user_id, self.users["satisfaction"])
        self.assertFalse(self.seen(followup, "manager_north"))
        with self.assertRaisesRegex(ValidationError, "owner_not_allowed"):
            self.at_work(followup, "satisfaction")._reassign(boss)

    def test_even_a_satisfaction_manager(self):
        rm = self.users["rm_north"]
        rm.group_ids = [Command.link(self.env.ref("bank_crm_survey.group_satisfaction_manager").id)]
        followup = self.followup(nps="2", manager="1")
        self.assertFalse(self.seen(followup, "rm_north"))

    def test_the_score_of_himself(self):
        answer = self.respond(nps="2", manager="1")
        scores = self.env["bank.survey.score"]
        codes = {
            role: set(self.as_user(role, scores).search([("user_input_id", "=", answer.id)]).mapped("metric_code"))
            for role in ("rm_north", "manager_north", "satisfaction")
        }
        self.assertEqual(codes["rm_north"], {"nps"})
        self.assertEqual(codes["manager_north"], {"nps", "manager"})
        self.assertEqual(codes["satisfaction"], {"nps", "manager"})

    def test_messages_and_followers(self):
        self.program.recovery_days = 10
        followup = self.followup(nps="2", manager="1")
        rm = self.users["rm_north"]
        boss = self.at_work(followup, "manager_north")
        boss.message_subscribe(rm.partner_id.ids)
        self.assertNotIn(rm.partner_id, followup.message_partner_ids)
        message = boss.message_post(body="He did not call.", partner_ids=rm.partner_id.ids)
        self.assertNotIn(rm.partner_id, message.sudo().notified_partner_ids | message.sudo().partner_ids)
        self.assertFalse(self.env["mail.message"].with_user(rm).search([("id", "=", message.id)]))
        self.assertFalse(self.env["mail.activity"].with_user(rm).search([("id", "in", followup.activity_ids.ids)]))
        boss._record_attempt("phone", True)
        boss._close("explained", "Talked", self.env.ref("bank_crm_survey.bank_survey_cause_staff_behaviour"))
        self.assertFalse(self.events(self.anna, "survey.followed_up"))
        again = followup.recovery_invitation_id
        self.assertTrue(self.as_user("manager_north", again).has_access("read"))
        self.assertFalse(self.as_user("rm_north", again).has_access("read"))
        self.assertTrue(self.as_user("rm_north", followup.invitation_id).has_access("read"))
        self.assertNotIn("followup", str(self.anna.message_ids.mapped("body")))

    def test_whoever_had_it_before_loses_it(self):
        followup = self.followup(nps="2")
        rm = self.users["rm_north"]
        mine = self.at_work(followup, "rm_north")
        mine.message_subscribe(rm.partner_id.ids)
        message = followup.message_post(body="Look", partner_ids=rm.partner_id.ids)
        answer = followup.user_input_id
        answer.with_user(self.users["satisfaction"])._reopen("He wants to say more")
        self.fill(answer, {self.about_manager: "1"})
        answer.write({"state": "done"})
        self.assertFalse(self.seen(followup, "rm_north"))
        self.assertNotIn(rm.partner_id, followup.message_partner_ids)
        self.env.invalidate_all()
        self.assertNotIn(rm.partner_id, message.notified_partner_ids | message.partner_ids)
        self.assertNotIn(rm, followup.activity_ids.user_id)
        self.assertTrue(followup.activity_ids)

    def test_reminders_pass_him_by(self):
        followup = self.followup(nps="2", manager="1")
        managers = self.env["bank.survey.program"]._satisfaction_managers()
        followup._unguarded().user_id = self.users["rm_north"]  # as a mistake would
        self.assertEqual(followup._recipient("owner", managers), self.users["satisfaction"])

    def test_roles(self):
        followup = self.followup(nps="2", words="Slow counters")
        rows = {
            "rm_north": (True, True, True),
            "rm_south": (False, False, False),
            "manager_north": (True, True, False),
            "agent": (True, False, False),
            "satisfaction": (True, True, True),
            "compliance": (True, False, False),
            "auditor": (True, False, False),
        }
        for role, (sees, works, reads) in rows.items():
            mine = self.at_work(followup, role)
            self.assertEqual(bool(self.seen(followup, role)), sees, role)
            self.assertEqual(mine.has_access("write"), works, role)
            if sees:
                self.assertEqual(bool(mine.verbatim), reads, role)
        for role in ("operations", "bank_admin", "employee", "portal", "survey_user"):
            self.assertFalse(self.at_work(followup, role).has_access("read"), role)
        with self.assertRaises(AccessError):
            self.at_work(followup, "agent").action_contacted()
        followup._unguarded().user_id = self.users["agent"]
        self.at_work(followup, "agent")._record_attempt("phone", True)  # his own one
        self.assertEqual(followup.state, "contacted")

    def test_restricted_customers(self):
        followup = self.followup(nps="2")
        self.env.cr.execute("UPDATE res_partner SET is_restricted = TRUE WHERE id = %s", [self.anna.id])
        for role in ("rm_north", "manager_north", "agent", "satisfaction", "auditor"):
            self.assertFalse(self.seen(followup, role), role)
        self.assertTrue(self.seen(followup, "compliance"))

    def test_other_company(self):
        followup = self.followup(nps="2")
        company = self.env["res.company"].create({"name": "Another bank"})
        user = new_test_user(
            self.env, "other_bank", groups="bank_crm_survey.group_satisfaction_manager", company_id=company.id
        )
        self.env.flush_all()
        self.assertFalse(followup.with_user(user).search([("id", "=", followup.id)]))

    def test_who_configures(self):
        rules = self.env["bank.survey.followup.rule"]
        for role, may in {"bank_admin": True, "satisfaction": True, "rm_north": False, "auditor": False}.items():
            for model in (rules, rules.step_ids, self.env["bank.survey.cause"], self.env["bank.survey.topic"]):
                self.assertEqual(self.as_user(role, model).has_access("write"), may, (role, model))

    def test_the_answer_is_forgotten(self):
        followup = self.followup(nps="2", words="Slow")
        mine = self.at_work(followup, "rm_north")
        mine._record_attempt("phone", True, note="Anna says so")
        mine._close("resolved", "Anna is happy", self.env.ref("bank_crm_survey.bank_survey_cause_fees"))
        answer, ids = followup.user_input_id, followup.ids
        answer._bank_anonymize(keeps_dims=True)
        self.assertFalse(self.env["bank.survey.followup"].search([("id", "in", ids)]))
        self.assertFalse(self.env["mail.message"].search([("model", "=", followup._name), ("res_id", "in", ids)]))
        [event] = self.events(self.anna, "survey.followed_up")
        self.assertFalse(event.source_id)

    def test_names(self):
        for name, words, found in (
            ("Li Na", "li na was rude", True),
            ("Li Na", "I like it", False),
            ("Al Bundy", "also bad", False),
            ("", "anything", False),
            ("张伟", "张主管不理人", True),
            ("张伟", "一张卡", False),
        ):
            self.assertEqual(keywords.names_in(name, words), found, (name, words))

    def test_the_customer_is_erased(self):
        followup = self.followup(nps="2", words="Anna Qzxv")
        mine = self.at_work(followup, "rm_north")
        mine._record_attempt("phone", True, note="Anna Qzxv says so")
        mine.message_post(body="Anna Qzxv says more")
        mine._close("resolved", "Anna Qzxv is happy", self.env.ref("bank_crm_survey.bank_survey_cause_fees"))
        request = self.env["bank.privacy.request"].create({"partner_id": self.anna.id, "kind": "erase"})
        self.env["bank.erasure"]._erase(self.anna, request)
        self.env.invalidate_all()
        for text in (
            followup.note,
            followup.verbatim,
            followup.attempt_ids.note,
            *followup.message_ids.mapped("body"),
        ):
            self.assertNotIn("Qzxv", str(text))

    def test_customers_are_merged(self):
        followup = self.followup(nps="2")
        double = self.make_customer("Anna again", user=self.users["rm_north"], branch=self.north_vip)
        self.env["base.partner.merge.automatic.wizard"]._merge(
            [self.anna.id, double.id], dst_partner=double, extra_checks=False
        )
        self.env.invalidate_all()
        self.assertEqual(followup.partner_id, double)
        self.assertTrue(self.seen(followup, "rm_north"))
