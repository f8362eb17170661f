"""The question that every outbound feature asks."""

from odoo import Command
from odoo.tests import Form, freeze_time

from .test_consent import ConsentCase


class TestReasons(ConsentCase):
    def test_by_consent(self):
        self.assertEqual(self.verdict(), (False, "no_consent"))
        consent = self.consent()
        self.assertEqual(self.verdict(), (True, "ok"))
        consent._withdraw()
        self.assertEqual(self.verdict(), (False, "withdrawn"))

    def test_the_later_of_channel_and_any(self):
        self.consent(channel="any", given_at="2024-01-01 00:00:00")
        self.assertEqual(self.verdict(channel="sms"), (True, "ok"))
        self.consent(channel="sms", state="withdrawn", withdrawn_at="2024-02-01 00:00:00")
        self.assertFalse(self.verdict(channel="sms")[0])
        self.assertTrue(self.verdict(channel="email")[0])
        self.consent(channel="any", given_at="2024-03-01 00:00:00")
        self.assertEqual(self.verdict(channel="sms"), (True, "ok"))

    def test_service_needs_no_consent(self):
        self.assertEqual(self.verdict("service"), (True, "ok"))
        self.consent(purpose="service", state="withdrawn")
        self.assertEqual(self.verdict("service"), (False, "withdrawn"))

    def test_lifecycle(self):
        self.consent()
        for stage, marketing, service in (
            ("deceased", (False, "deceased"), (False, "deceased")),
            ("closed", (False, "closed"), (True, "ok")),
            ("dormant", (False, "dormant"), (True, "ok")),
            ("mature", (True, "ok"), (True, "ok")),
        ):
            self.anna.lifecycle_stage = stage
            self.assertEqual((self.verdict(), self.verdict("service")), (marketing, service))

    def test_restriction_comes_first(self):
        self.consent()
        self.anna.is_restricted = True
        self.assertEqual(self.verdict(), (False, "restricted"))
        self.assertEqual(self.verdict("service"), (False, "restricted"))

    def test_no_address(self):
        self.consent(partner=self.ben)
        self.assertEqual(self.verdict(partner=self.ben), (False, "no_address"))

    def test_blacklisted_before_the_address_was_his(self):
        self.consent()
        self.env["mail.blacklist"]._add("new@example.com")
        self.anna.email = "new@example.com"
        self.assertEqual(self.verdict(), (False, "blacklisted"))
        self.assertEqual(self.verdict("service"), (True, "ok"), "the list is about marketing")

    def test_no_customer(self):
        self.assertEqual(self.verdict(partner=self.contact), (True, "not_customer"))

    def test_the_verdict_needs_no_right_to_the_ledger(self):
        self.consent()
        anna = self.as_user("employee", self.anna)
        self.assertEqual(anna._bank_may_contact("marketing", "email")[anna.id], (True, "ok"))

    def test_constant_number_of_queries(self):
        everybody = self.anna | self.ben | self.carl | self.pia | self.olga
        self.env["bank.contact.policy"].create({"channel": "any", "calendar_id": self.company.resource_calendar_id.id})
        for partner in everybody:
            self.consent(partner=partner, channel="any")
        counts = []
        for partners in (self.anna, everybody):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            partners._bank_may_contact("marketing", "email")
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(*counts)
        self.assertLessEqual(counts[0], 9)

    def test_badges(self):
        self.consent()
        anna = self.as_user("rm_north", self.anna)
        self.assertEqual(anna.may_contact_email, "May be contacted")
        self.assertEqual(anna.may_contact_sms, "No consent")
        self.assertEqual(anna.may_contact_channels["email"], True)
        with Form(anna, view="bank_crm.bank_customer_view_form") as form:
            self.assertEqual(form.may_contact_phone, "No consent")


class TestQuietHours(ConsentCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy = cls.env["bank.contact.policy"].create({"channel": "phone", "quiet_from": 21, "quiet_to": 8})
        with freeze_time("2024-01-01 00:00:00"):
            cls.consent(channel="any", given_at="2024-01-01 00:00:00")

    def at(self, moment, **values):
        from odoo.fields import Datetime

        return self.verdict(values.get("purpose", "marketing"), "phone", at=Datetime.to_datetime(moment))[1]

    def test_over_midnight_in_the_customer_s_zone(self):
        self.anna.tz = "Asia/Shanghai"  # UTC+8
        for moment, reason in (
            ("2026-03-10 12:59:59", "ok"),  # 20:59:59
            ("2026-03-10 13:00:00", "quiet_hours"),  # 21:00
            ("2026-03-10 16:00:00", "quiet_hours"),  # midnight
            ("2026-03-10 23:59:59", "quiet_hours"),  # 07:59:59
            ("2026-03-11 00:00:00", "ok"),  # 08:00
        ):
            self.assertEqual(self.at(moment), reason, moment)

    def test_daylight_saving(self):
        self.anna.tz = "Europe/Berlin"
        self.assertEqual(self.at("2026-03-28 07:00:00"), "ok", "08:00 in winter")
        self.assertEqual(self.at("2026-03-28 06:59:00"), "quiet_hours")
        self.assertEqual(self.at("2026-03-29 06:00:00"), "ok", "08:00 on the first day of summer time")
        self.assertEqual(self.at("2026-03-29 05:59:00"), "quiet_hours")
        self.assertEqual(self.at("2026-10-25 06:00:00"), "quiet_hours", "07:00 on the first day of winter time")

    def test_the_company_s_zone_where_he_has_none(self):
        self.anna.tz = False
        self.company.partner_id.tz = "Asia/Shanghai"
        self.assertEqual(self.at("2026-03-10 13:00:00"), "quiet_hours")
        self.company.partner_id.tz = False
        self.assertEqual(self.at("2026-03-10 13:00:00"), "ok", "UTC")

    def test_now(self):
        with freeze_time("2026-03-10 22:00:00"):
            self.assertEqual(self.verdict(channel="phone"), (False, "quiet_hours"))
        with freeze_time("2026-03-10 12:00:00"):
            self.assertEqual(self.verdict(channel="phone"), (True, "ok"))

    def test_days_of_the_week(self):
        self.policy.sunday = False
        self.assertEqual(self.at("2026-03-15 12:00:00"), "quiet_day")
        self.anna.tz = "Pacific/Auckland"  # already Monday there
        self.assertEqual(self.at("2026-03-15 20:00:00"), "ok")

    def test_public_holidays(self):
        calendar = self.env["resource.calendar"].create({"name": "Public", "company_id": self.company.id})
        self.policy.calendar_id = calendar
        self.env["resource.calendar.leaves"].create(
            [
                {
                    "name": "Holiday",
                    "calendar_id": calendar.id,
                    "date_from": "2026-05-01 00:00:00",
                    "date_to": "2026-05-02 00:00:00",
                },
                {
                    "name": "Somebody's leave",
                    "calendar_id": calendar.id,
                    "date_from": "2026-05-05 00:00:00",
                    "date_to": "2026-05-06 00:00:00",
                    "resource_id": self.env["resource.resource"].create({"name": "R"}).id,
                },
            ]
        )
        self.assertEqual(self.at("2026-05-01 12:00:00"), "holiday")
        self.assertEqual(self.at("2026-05-02 12:00:00"), "ok")
        self.assertEqual(self.at("2026-05-05 12:00:00"), "ok")

    def test_service_may_be_exempt(self):
        self.assertEqual(self.at("2026-03-10 22:00:00", purpose="service"), "ok")
        self.policy.exempts_service = False
        self.assertEqual(self.at("2026-03-10 22:00:00", purpose="service"), "quiet_hours")

    def test_the_channel_s_own_policy_wins(self):
        self.env["bank.contact.policy"].create({"channel": "any", "quiet_from": 0, "quiet_to": 24})
        self.assertEqual(self.at("2026-03-10 12:00:00"), "ok")
        self.assertEqual(self.verdict(channel="email")[1], "quiet_hours")

    def test_no_quiet_hours(self):
        self.policy.write({"quiet_from": 8, "quiet_to": 8})
        self.assertEqual(self.at("2026-03-10 22:00:00"), "ok")


class TestMassMail(ConsentCase):
    def compose(self, records, mode="mass_mail", **values):
        composer = self.env["mail.compose.message"].create(
            {
                "model": records._name,
                "res_ids": records.ids,
                "composition_mode": mode,
                "subject": "Offer",
                "body": "<p>New fund</p>",
                "auto_delete": False,
                "force_send": False,
                **values,
            }
        )
        return composer._action_send_mail()

    def test_without_consent_it_is_dropped_with_the_reason(self):
        self.ben.email = "ben@example.com"
        self.contact.email = "contact@example.com"
        self.consent()
        mails = self.compose(self.anna | self.ben | self.contact)[0]
        found = {mail.recipient_ids.name or mail.email_to: mail for mail in mails}
        by_partner = {mail.res_id: mail for mail in mails}
        self.assertEqual(by_partner[self.anna.id].state, "outgoing", found)
        self.assertEqual(by_partner[self.contact.id].state, "outgoing")
        dropped = by_partner[self.ben.id]
        self.assertEqual((dropped.state, dropped.failure_type), ("cancel", "mail_optout"))
        self.assertEqual(dropped.failure_reason, "No consent")

    def test_leads_of_customers(self):
        lead = self.env["crm.lead"].create({"name": "L", "partner_id": self.anna.id})
        stranger = self.env["crm.lead"].create({"name": "S", "email_from": "stranger@example.com"})
        mails = self.compose(lead | stranger)[0]
        found = {mail.res_id: mail.state for mail in mails}
        self.assertEqual(found, {lead.id: "cancel", stranger.id: "outgoing"})

    def test_a_single_service_mail_is_possible(self):
        messages = self.compose(self.anna, mode="comment", partner_ids=[Command.link(self.anna.id)])[1]
        self.assertIn(self.anna, messages.notified_partner_ids)

    def test_text_messages(self):
        if "sms.composer" not in self.env:
            self.skipTest("the module sms is not installed")
        self.ben.phone = "+86 10 8765 4321"
        self.consent(channel="sms")
        composer = self.env["sms.composer"].create(
            {
                "composition_mode": "mass",
                "res_model": "res.partner",
                "res_ids": str((self.anna | self.ben).ids),
                "body": "Offer",
                "mass_force_send": False,
            }
        )
        messages = composer._action_send_sms()
        found = {message.partner_id: (message.state, message.failure_type) for message in messages}
        self.assertEqual(found[self.anna], ("outgoing", False))
        self.assertEqual(found[self.ben], ("canceled", "sms_optout"))
