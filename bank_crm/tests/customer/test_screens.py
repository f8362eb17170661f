"""What opens where: customers in the bank's form, other contacts in Odoo's; every screen for every role."""

from lxml import etree

from odoo.exceptions import AccessError
from odoo.tests import Form

from ..common import BankCase

ROLES_OF_STAFF = (
    "rm_north",
    "manager_north",
    "agent",
    "compliance",
    "auditor",
    "operations",
    "bank_admin",
)


class TestScreens(BankCase):
    def test_links_lead_to_the_form_of_the_bank(self):
        bank_form = self.env.ref("bank_crm.bank_customer_view_form")
        self.assertEqual(self.as_user("rm_north", self.anna).get_formview_id(), bank_form.id)
        self.assertNotEqual(self.as_user("rm_north", self.contact).get_formview_id(), bank_form.id)

    def test_form_of_contacts_by_role(self):
        partners = self.env["res.partner"]
        for role, shown in (("rm_north", True), ("employee", False)):
            arch = partners.with_user(self.users[role]).get_view(self.env.ref("base.view_partner_form").id)["arch"]
            self.assertEqual('name="action_open_bank_customer"' in arch, shown, role)
            self.assertEqual('name="action_make_bank_customer"' in arch, shown, role)

    def test_contact_is_made_a_customer(self):
        action = self.as_user("rm_north", self.contact).action_make_bank_customer()
        self.assertTrue(self.contact.is_bank_customer)
        self.assertEqual(self.contact.relationship_manager_id, self.users["rm_north"])
        self.assertEqual(action["res_id"], self.contact.id)

    def test_contact_is_not_made_a_customer_by_an_agent(self):
        with self.assertRaises(AccessError):
            self.as_user("agent", self.contact).action_make_bank_customer()

    def test_other_contacts_keep_their_form(self):
        with Form(self.env["res.partner"], view="base.view_partner_form") as form:
            form.name = "Somebody"
        self.assertFalse(form.record.is_bank_customer)

    def test_menus_of_the_app(self):
        menus = self.env["ir.ui.menu"]
        root = self.env.ref("bank_crm.bank_crm_menu_root")
        configuration = self.env.ref("bank_crm.bank_crm_menu_configuration")
        exchange = self.env.ref("bank_crm.bank_crm_menu_exchange")
        expected = {
            "rm_north": {root},
            "operations": {root, exchange},
            "bank_admin": {root, exchange, configuration},
            "employee": set(),
        }
        for role, shown in expected.items():
            visible = menus.with_user(self.users[role])._visible_menu_ids()
            self.assertEqual({menu for menu in (root, configuration, exchange) if menu.id in visible}, shown, role)

    def test_every_screen_opens_for_every_role(self):
        """Views, fields and first page of each action that the role's menus lead to."""
        for role in ROLES_OF_STAFF:
            user = self.users[role]
            visible = self.env["ir.ui.menu"].with_user(user)._visible_menu_ids()
            app = self.env["ir.ui.menu"].search(
                [("id", "child_of", self.env.ref("bank_crm.bank_crm_menu_root").id), ("id", "in", list(visible))]
            )
            actions = [menu.action for menu in app if menu.action and menu.action._name == "ir.actions.act_window"]
            self.assertGreater(len(actions), 5, role)
            for action in actions:
                with self.subTest(role=role, action=action.path or action.name):
                    self.assert_opens(self.env[action.res_model].with_user(user), action)

    def assert_opens(self, model, action):
        views = model.get_views(action.views)["views"]
        if "list" in views:
            columns = {node.get("name") for node in etree.fromstring(views["list"]["arch"]).iter("field")}
            model.search([], limit=5).web_read({name: {} for name in columns})
