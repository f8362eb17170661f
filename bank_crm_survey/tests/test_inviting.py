from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import AccessError, ValidationError

from ..models.bank_survey_program_inviting import Occasion
from .common import SurveyCase

NOW = "2026-03-31 10:00:00"


class TestInviting(SurveyCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.many = cls.env["res.partner"].create(
            [
                {"name": f"Many {index}", "is_bank_customer": True, "email": f"many{index}@example.com"}
                for index in range(60)
            ]
        )
        cls.env.flush_all()

    def invite(self, partners, program=None, **values):
        return (program or self.program)._invite_partners(partners, **values)

    def reasons(self, invitations):
        return {invitation.partner_id: invitation.suppress_reason for invitation in invitations}

    def test_snapshot_token_and_channel(self):
        self.anna.write({"lang": "en_US"})
        invitation = self.invite(self.anna, touchpoint_ref="T1", product=self.fund)
        self.assertEqual((invitation.state, invitation.suppress_reason), ("queued", False))
        self.assertEqual((invitation.channel, invitation.lang), ("email", "en_US"))
        self.assertEqual(invitation.manager_id, self.users["rm_north"])
        self.assertEqual((invitation.branch_id, invitation.product_id), (self.north_vip, self.fund))
        self.assertEqual(invitation.survey_id, self.questionnaire)
        self.assertEqual(self.env["bank.survey.invitation"]._find_by_token(invitation._token()), invitation)
        self.assertTrue(invitation.send_after)
        self.assertFalse(invitation.sent_at or invitation.expires_at)
        self.anna.branch_id = self.south
        self.env.flush_all()
        self.assertEqual(invitation.branch_id, self.north_vip, "the snapshot does not move with the customer")

    def test_nobody_twice_for_an_occasion(self):
        first = self.invite(self.anna + self.anna, touchpoint_ref="T1")
        self.assertEqual(len(first), 1)
        self.assertFalse(self.invite(self.anna, touchpoint_ref="T1"))
        self.assertEqual(len(self.invite(self.anna, touchpoint_ref="T2")), 1)
        refs = {self.anna.id: "T3", self.many[0].id: "T4"}
        found = self.invite(self.anna + self.many[0], touchpoint_ref=refs)
        self.assertEqual(found.mapped("touchpoint_ref"), ["T3", "T4"])

    def test_reasons(self):
        self.many[0].lifecycle_stage = "deceased"
        self.env["mail.blacklist"]._add(self.many[1].email)
        self.env["bank.consent"].create(
            {"partner_id": self.many[2].id, "purpose": "survey", "channel": "any", "state": "withdrawn"}
        )
        self.many[3].sudo().is_restricted = True
        partners = self.many[:5] + self.ben + self.contact
        found = self.reasons(self.invite(partners))
        self.assertEqual(
            [found[partner] for partner in partners],
            ["deceased", "blacklisted", "withdrawn", "restricted", False, "no_channel", "not_in_programme"],
        )
        suppressed = self.env["bank.survey.invitation"].search([("partner_id", "=", self.ben.id)])
        self.assertEqual(suppressed.state, "suppressed")
        self.assertFalse(suppressed.sudo().token_hash)

    def test_minors_are_not_asked(self):
        young, due, company = self.many[:3]
        for partner, birthdate in ((young, "2008-04-01"), (due, "2008-03-31"), (company, "2020-01-01")):
            partner.sudo().financial_profile_id.birthdate = birthdate
        company.customer_type = "company"
        with freeze_time(NOW):
            found = self.reasons(self.invite(young + due + company))
            self.assertEqual(list(found.values()), ["minor", False, False])
            self.program.invites_minors = True
            self.assertFalse(self.invite(young, touchpoint_ref="X").suppress_reason)

    def test_leap_day_birthday(self):
        self.anna.sudo().financial_profile_id.birthdate = "2008-02-29"
        with freeze_time("2026-02-28 10:00:00"):
            self.assertEqual(self.anna._bank_survey_refusals(self.program), {self.anna.id: "minor"})
        with freeze_time("2026-03-01 10:00:00"):
            self.assertEqual(self.anna._bank_survey_refusals(self.program), {})

    def test_programme_says_whom(self):
        self.program.partner_domain = "[('branch_id.code', '=', 'NVIP')]"
        found = self.reasons(self.invite(self.anna + self.many[0]))
        self.assertEqual(found, {self.anna: False, self.many[0]: "not_in_programme"})
        other = self.env["res.company"].create({"name": "Other"})
        self.program.partner_domain = "[]"
        self.many[1].company_id = other
        self.assertEqual(self.reasons(self.invite(self.many[1])), {self.many[1]: "not_in_programme"})

    def test_domain_is_checked_for_who_saves_it(self):
        program = self.as_user("satisfaction", self.program)
        for text in ("[('nonsense', '=', 1)]", "[(", "__import__('os')", "[('is_anonymized', '=', True)]"):
            with self.subTest(text), self.assertRaises(ValidationError):
                program.partner_domain = text
        program.partner_domain = "[('value_class', '=', 'a')]"

    def test_paused_programme_asks_nobody(self):
        self.program.action_pause()
        self.assertEqual(self.reasons(self.invite(self.anna)), {self.anna: "not_running"})

    def test_channels_in_order_of_the_programme(self):
        self.program.channel_ids = [
            Command.clear(),
            Command.create({"sequence": 1, "channel": "sms"}),
            Command.create({"sequence": 2, "channel": "portal"}),
            Command.create({"sequence": 3, "channel": "email"}),
        ]
        with_phone, plain, in_portal = self.many[:3]
        with_phone.phone = "+8613800138000"
        self.users["portal"].partner_id = in_portal
        channels = self.program._channel_for(self.many[:3] + self.ben)
        self.assertEqual(list(channels.values()), ["sms", "email", "portal", None])
        self.assertEqual(self.invite(self.ben, channel="link").channel, "link")
        self.assertEqual(self.reasons(self.invite(plain, channel="sms")), {plain: "no_channel"})

    def test_quiet_hours_do_not_refuse(self):
        with freeze_time("2026-03-31 17:00:00"):  # 01:00 in Shanghai
            self.many[0].tz = "Asia/Shanghai"
            self.assertEqual(self.invite(self.many[0]).state, "queued")

    def test_languages(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.env["res.lang"]._activate_lang("zh_CN")
        english, french, chinese = (self.env["res.lang"]._lang_get(code) for code in ("en_US", "fr_FR", "zh_CN"))
        self.questionnaire.lang_ids = english + chinese
        self.many[0].lang, self.many[1].lang = "zh_CN", "fr_FR"
        self.assertEqual(self.invite(self.many[:2]).mapped("lang"), ["zh_CN", "en_US"])
        self.assertEqual(self.invite(self.many[:2], touchpoint_ref="2", lang="zh_CN").mapped("lang"), ["zh_CN"] * 2)
        self.questionnaire.lang_ids = False
        self.assertEqual(self.invite(self.many[:2], touchpoint_ref="3").mapped("lang"), ["zh_CN", "fr_FR"])
        self.assertTrue(french)

    def test_share_of_customers_is_repeatable(self):
        self.program.sampling_percent = 40
        first = self.reasons(self.invite(self.many, touchpoint_ref="A"))
        asked = {partner for partner, reason in first.items() if not reason}
        self.assertEqual(set(first.values()), {False, "not_sampled"})
        self.assertTrue(10 < len(asked) < 40, len(asked))
        again = {id_ for id_ in self.many.ids if self.program._is_sampled(id_, self.occasion("A"))}
        self.assertEqual(again, {partner.id for partner in asked})
        self.assertNotEqual(again, {id_ for id_ in self.many.ids if self.program._is_sampled(id_, self.occasion("B"))})

    def occasion(self, ref):
        return Occasion(touchpoint_ref=ref)

    def test_the_same_number_of_queries_for_many(self):
        counts = []
        for partners, ref in ((self.many[:2], "Q0"), (self.many[2:4], "Q1"), (self.many[4:], "Q2")):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            invitations = self.invite(partners, touchpoint_ref=ref)
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
            self.assertEqual(set(invitations.mapped("state")), {"queued"})
        self.assertEqual(counts[1], counts[2])
        self.assertLessEqual(counts[2], 30)

    def test_roles_cannot_write_invitations(self):
        invitation = self.invite(self.anna)
        for role in ("rm_north", "satisfaction", "bank_admin"):
            with self.assertRaises(AccessError):
                self.as_user(role, invitation).write({"state": "sent"})
