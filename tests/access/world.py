"""A customer in each place that matters, everything that hangs on a customer, and a user of each role."""

import base64

from odoo import Command
from odoo.tests import new_test_user

from odoo.addons.bank_crm.tests.common import BankWorld

from .expectations import PLACES, ROLES
from .months_world import furnish_months
from .planting import Planter, links_to_customers
from .points_world import furnish_points
from .survey_world import furnish_survey
from .ticket_world import furnish_ticket
from .transaction_world import furnish_transactions

# role of the matrix: user of bank_crm/tests/common.py, or of make_world
USERS = {
    "relationship manager": "rm_north",
    "branch manager": "manager_north",
    "service agent": "agent",
    "compliance": "compliance",
    "auditor": "auditor",
    "operations": "operations",
    "bank admin": "bank_admin",
    "satisfaction manager": "satisfaction",
    "loyalty manager": "loyalty",
    "plain employee": "employee",
    "portal user": "portal",
}


def marker(place):
    """Return the word that appears in the name, address and texts of the customer in ``place`` and nowhere else."""
    return "zq" + "".join(letter for letter in place if letter.isalpha())


class AccessWorld(BankWorld):
    @classmethod
    def make_world(cls):
        super().make_world()
        cls.programs = {}
        cls.points_rules = {}
        cls.users["satisfaction"] = new_test_user(
            cls.env,
            "bank_satisfaction",
            groups="bank_crm_survey.group_satisfaction_manager",
            password="bank_satisfaction",
        )
        cls.users["loyalty"] = new_test_user(
            cls.env, "bank_loyalty", groups="bank_crm_loyalty.group_loyalty_manager", password="bank_loyalty"
        )
        cls.role_users = {role: cls.users[name] for role, name in USERS.items()}
        cls.role_users["public"] = cls.env.ref("base.public_user")
        assert set(cls.role_users) == set(ROLES)
        cls.places = cls.make_places()
        assert set(cls.places) == set(PLACES)
        for place, customer in cls.places.items():
            cls.furnish(place, customer)
        cls.make_report()
        cls.env.flush_all()
        cls.not_planted = cls.plant_links()
        cls.env.invalidate_all()

    @classmethod
    def make_places(cls):
        user = cls.users["rm_north"]
        user.bank_branch_id = cls.north
        colleague = new_test_user(cls.env, "bank_colleague", groups="bank_crm.group_relationship_manager")
        cls.other_company = cls.env["res.company"].create({"name": "Another Bank"})
        stranger = new_test_user(
            cls.env,
            "bank_stranger",
            groups="bank_crm.group_relationship_manager",
            company_id=cls.other_company.id,
            company_ids=[Command.set(cls.other_company.ids)],
        )
        far = cls.make_branch("FAR", "Far Branch", company_id=cls.other_company.id)
        places = {
            "own": cls.place("own", user, cls.north),
            "backup": cls.place("backup", cls.users["rm_south"], cls.south),
            "emergency": cls.place("emergency", cls.users["rm_south"], cls.south),
            "same branch": cls.place("same branch", colleague, cls.north),
            "sub-branch": cls.place("sub-branch", colleague, cls.north_vip),
            "pool": cls.place("pool", None, cls.north),
            "other branch": cls.place("other branch", cls.users["rm_south"], cls.south),
            "nobody's": cls.place("nobody's", None, None),
            "other company": cls.place("other company", stranger, far, company_id=cls.other_company.id),
        }
        cls.env["bank.assignment"].create({"partner_id": places["backup"].id, "user_id": user.id, "role": "backup"})
        grants = cls.env["bank.access.grant"].with_user(user)
        grants._grant(places["emergency"].with_user(user).sudo(), "the customer stands at the counter")
        return places

    @classmethod
    def place(cls, place, user, branch, **values):
        word = marker(place)
        return cls.make_customer(
            f"Person {word}",
            user=user,
            branch=branch,
            email=f"{word}@example.com",
            phone="+86 10 5555 0000",
            street=f"{word} street",
            comment=f"<p>note on {word}</p>",
            **values,
        )

    @classmethod
    def furnish(cls, place, customer):
        """Everything that a customer collects through the product's own ways."""
        word, company = marker(place), customer.company_id
        product = cls.account
        if company != cls.company:
            product = cls.make_product("FARACC", "deposit", company_id=company.id)
        holding = cls.make_holding(product, {customer: 100}, 4711, company_id=company.id)
        furnish_transactions(cls, holding, word)
        document = cls.env["bank.identity.document"].create(
            {"partner_id": customer.id, "type": "passport", "number": f"ZQ{customer.id:07}"}
        )
        cls.env["bank.reveal.log"]._log_shown(document, "number", f"look at {word}", customer.id, 60)
        customer.message_post(body=f"talk about {word}")
        customer.activity_schedule(
            "mail.mail_activity_data_todo", summary=f"call {word}", user_id=cls.env.ref("base.user_admin").id
        )
        cls.env["ir.attachment"].create(
            {
                "name": f"contract {word}.txt",
                "res_model": "res.partner",
                "res_id": customer.id,
                "datas": base64.b64encode(f"contents of {word}".encode()),
            }
        )
        cls.env["crm.lead"].create({"name": f"chance {word}", "partner_id": customer.id, "user_id": False})
        cls.env["calendar.event"].create(
            {
                "name": f"meeting {word}",
                "start": "2026-03-31 08:00:00",
                "stop": "2026-03-31 09:00:00",
                "user_id": cls.env.ref("base.user_admin").id,
                "partner_ids": [Command.set(customer.ids)],
            }
        )
        cls.env["res.partner.bank"].create({"partner_id": customer.id, "acc_number": f"{word} 1234"})
        furnish_months(cls, customer, word)
        furnish_ticket(cls, customer, word)
        furnish_survey(cls, customer, word)
        furnish_points(cls, customer, word)

    @classmethod
    def make_report(cls):
        cls.env["ir.ui.view"].create(
            {
                "name": "report",
                "key": "bank_crm_access.report",
                "type": "qweb",
                "arch": """<t t-name="bank_crm_access.report">
                    <t t-foreach="docs" t-as="doc"><p t-out="doc.name"/></t>
                </t>""",
            }
        )
        cls.env["ir.actions.report"].create(
            {
                "name": "Customers",
                "model": "res.partner",
                "report_name": "bank_crm_access.report",
                "report_type": "qweb-html",
            }
        )

    @classmethod
    def plant_links(cls):
        """Give each place a row of each link to customers.

        :returns: names of the links that could not be given one
        """
        missing = set()
        for model, field in links_to_customers(cls.env):
            for customer in cls.places.values():
                cls.env.cr.execute(f'SELECT 1 FROM "{model._table}" WHERE "{field.name}" = %s LIMIT 1', [customer.id])
                if cls.env.cr.fetchone():
                    continue
                planter = Planter(
                    cls.env,
                    {
                        "res_users": cls.env.ref("base.user_admin").id,
                        "res_partner": customer.id,
                        "res_company": customer.company_id.id,
                    },
                )
                values = {field.name: customer.id}
                if model._name == "res.partner":
                    values["partner_share"] = True  # no colleague
                if "company_id" in model._fields and model._fields["company_id"].store:
                    values["company_id"] = customer.company_id.id
                if not planter.plant(model._table, values):
                    missing.add(f"{model._name}.{field.name}")
        cls.env["res.partner"]._fill_bank_customer_id()
        return missing
