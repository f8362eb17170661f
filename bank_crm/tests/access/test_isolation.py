"""What others may not learn of a customer, by whatever way they ask; and what has to keep working all the same."""

from odoo.exceptions import AccessError
from odoo.tests import Form

from ..common import BankCase

OPINIONS = (
    "value_class",
    "lifecycle_stage",
    "risk_class",
    "kyc_state",
    "last_contact_on",
    "next_contact_on",
    "financial_profile_id",
    "aum",
    "aum_month_average",
    "net_assets",
    "total_deposit",
    "total_loan",
    "product_count",
    "profile_birthdate",
    "profile_annual_income",
    "profile_occupation",
    "profile_objective_note",
)


class TestPlainEmployee(BankCase):
    def partners(self, role="employee"):
        return self.as_user(role, self.env["res.partner"])

    def test_no_search_finds_customers(self):
        mine = [("name", "=", "Anna")]
        for role in ("employee", "rm_south", "bank_admin"):
            partners = self.partners(role)
            self.assertFalse(partners.search(mine))
            self.assertEqual(partners.search_count(mine), 0)
            self.assertFalse(partners.search_read(mine, ["name"]))
            self.assertEqual(partners.web_search_read(mine, {"name": {}})["records"], [])
            self.assertNotIn(self.anna.id, dict(partners.name_search("Anna")))
            self.assertFalse(partners.search([("customer_number", "=", self.anna.customer_number)]))
            self.assertFalse(partners.search([("email", "=", "anna@example.com")]))

    def test_no_grouping_counts_them(self):
        for role in ("employee", "rm_south"):
            groups = self.partners(role).formatted_read_group([("is_bank_customer", "=", True)], ["name"], ["__count"])
            self.assertNotIn("Anna", [group["name"] for group in groups])

    def test_no_reading_and_no_export(self):
        for role in ("employee", "rm_south", "bank_admin"):
            partner = self.as_user(role, self.anna)
            with self.assertRaises(AccessError):
                partner.read(["name"])
            with self.assertRaises(AccessError):
                partner.web_read({"name": {}})
        self.users["employee"].group_ids |= self.env.ref("base.group_allow_export")
        with self.assertRaises(AccessError):
            self.as_user("employee", self.anna).export_data(["name"])

    def test_no_way_around_by_related_records(self):
        """A child contact, a meeting, a lead lead to the customer; his data stay closed."""
        child = self.env["res.partner"].create({"name": "Assistant", "parent_id": self.anna.id})
        child = self.as_user("employee", child)
        with self.assertRaises(AccessError):
            child.read(["name"])
        with self.assertRaises(AccessError):
            self.as_user("employee", self.anna).read(["phone", "email"])
        self.assertFalse(child.search([("parent_id.email", "=", "anna@example.com")]))

    def test_events_of_others_by_the_back_door(self):
        for role in ("employee", "portal"):
            for model in ("bank.customer.event", "bank.holding", "bank.financial.profile", "bank.assignment"):
                with self.assertRaises(AccessError):
                    self.as_user(role, self.env[model]).search_read([], ["id"])

    def test_a_colleague_who_is_a_customer_keeps_his_figures_for_himself(self):
        colleague = self.users["rm_south"].partner_id
        colleague.is_bank_customer = True
        colleague.write({"kyc_state": "restricted", "risk_class": "c4"})
        self.make_holding(self.account, {colleague: 100}, 12345)
        for role in ("employee", "portal"):
            partner = self.as_user(role, colleague)
            for name in OPINIONS:
                with self.assertRaises(AccessError, msg=name):
                    partner.read([name])
        found = self.partners()
        for name in ("kyc_state", "aum", "risk_class"):
            with self.assertRaises(AccessError, msg=name):
                found.search([(name, "!=", False)])

    def test_a_portal_customer_reads_no_opinion_of_the_bank_on_himself(self):
        partner = self.users["portal"].partner_id
        partner.is_bank_customer = True
        mine = self.as_user("portal", partner)
        self.assertTrue(mine.name)
        for name in OPINIONS:
            with self.assertRaises(AccessError, msg=name):
                mine.read([name])


class TestEverydayWork(BankCase):
    """The rule on contacts must not break what every employee does."""

    def test_log_in_and_own_partner(self):
        for role in ("employee", "rm_north", "manager_north", "agent", "auditor", "bank_admin", "portal"):
            user = self.users[role]
            self.assertEqual(user.with_user(user).partner_id.name, user.name)
            self.assertTrue(self.as_user(role, user.partner_id).read(["name", "email"]))

    def test_colleagues_are_found(self):
        for role in ("employee", "rm_north", "bank_admin"):
            partners = self.as_user(role, self.env["res.partner"])
            for other in ("rm_south", "operations"):
                self.assertIn(self.users[other].partner_id, partners.search([]))
        colleague = self.users["rm_south"].partner_id
        colleague.is_bank_customer = True
        self.assertIn(colleague, self.as_user("employee", self.env["res.partner"]).search([]))

    def test_contacts_who_are_no_customers(self):
        for role in ("employee", "rm_north", "bank_admin"):
            self.assertEqual(self.as_user(role, self.contact).name, "No Customer")
        self.users["employee"].group_ids |= self.env.ref("base.group_partner_manager")
        contact = self.as_user("employee", self.env["res.partner"]).create({"name": "Supplier"})
        contact.phone = "1"
        contact.unlink()

    def test_a_meeting_with_a_colleague(self):
        for role in ("employee", "rm_north"):
            partners = self.users[role].partner_id | self.users["rm_south"].partner_id
            event = self.as_user(role, self.env["calendar.event"]).create(
                {
                    "name": "Meeting",
                    "start": "2026-04-01 08:00:00",
                    "stop": "2026-04-01 09:00:00",
                    "partner_ids": [(6, 0, partners.ids)],
                }
            )
            self.assertEqual(len(event.attendee_ids), 2)
            self.assertEqual(self.as_user("rm_south", event).name, "Meeting")

    def test_a_meeting_with_an_own_customer(self):
        event = self.as_user("rm_north", self.env["calendar.event"]).create(
            {
                "name": "Review",
                "start": "2026-04-01 08:00:00",
                "stop": "2026-04-01 09:00:00",
                "partner_ids": [(6, 0, (self.users["rm_north"].partner_id | self.anna).ids)],
            }
        )
        self.assertEqual(len(event.attendee_ids), 2)

    def test_chatter_and_activities_on_an_own_customer(self):
        anna = self.as_user("rm_north", self.anna)
        note = "Called her"
        message = anna.message_post(body=note, message_type="comment", subtype_xmlid="mail.mt_comment")
        self.assertIn(message, anna.message_ids)
        activity = anna.activity_schedule("mail.mail_activity_data_todo", user_id=self.users["rm_north"].id)
        self.assertIn(activity, anna.activity_ids)
        activity.action_feedback(feedback="done")
        self.assertTrue(anna.message_ids[0].body)

    def test_no_chatter_on_another_manager_s_customer(self):
        carl, note = self.as_user("rm_north", self.carl), "Secret of Carl"
        with self.assertRaises(AccessError):
            carl.message_post(body=note)
        with self.assertRaises(AccessError):
            carl.activity_schedule("mail.mail_activity_data_todo")
        self.carl.message_post(body=note)
        messages = self.as_user("rm_north", self.env["mail.message"])
        self.assertFalse(messages.search([("model", "=", "res.partner"), ("res_id", "=", self.carl.id)]))

    def test_the_contact_form_opens_for_everybody(self):
        self.users["employee"].group_ids |= self.env.ref("base.group_partner_manager")
        for role in ("employee", "rm_north", "agent", "bank_admin"):
            partners = self.as_user(role, self.env["res.partner"])
            view = partners.get_view(self.env.ref("base.view_partner_form").id, "form")
            self.assertIn("name", view["arch"])
        with Form(self.as_user("employee", self.env["res.partner"]), "base.view_partner_form") as form:
            form.name = "Supplier"
        self.assertFalse(form.record.is_bank_customer)
