"""A small bank that the tests of all rooms share.

::

    HEAD  Head Office
    ├── NORTH  North Branch      manager: manager_north
    │   └── NVIP  North VIP      rm_north's home branch
    └── SOUTH  South Branch      rm_south's home branch

    customer   owner               holdings
    anna       rm_north at NVIP    account 60,000 CNY; joint fund 10,000 CNY (60 %)
    ben        rm_north at NVIP    joint fund (40 %)
    carl       rm_south at SOUTH   account 300,000 CNY; mortgage 120,000 CNY
    pia        pool of NORTH       none
    olga       nobody              none

Users are ``cls.users["<role>"]``; the keys of encryption are the class's own.
"""

import os
from unittest.mock import patch

from cryptography.fernet import Fernet
from hypothesis import settings

from odoo import Command
from odoo.tests import TransactionCase, new_test_user, tagged

settings.register_profile("bank_crm", deadline=None, database=None, derandomize=True)
settings.load_profile("bank_crm")

TODAY = "2026-03-31"

ROLES = {
    "rm_north": "bank_crm.group_relationship_manager",
    "rm_south": "bank_crm.group_relationship_manager",
    "manager_north": "bank_crm.group_branch_manager",
    "agent": "bank_crm.group_service_agent",
    "compliance": "bank_crm.group_compliance",
    "auditor": "bank_crm.group_auditor",
    "operations": "bank_crm.group_operations",
    "bank_admin": "bank_crm.group_bank_admin",
    "employee": "base.group_user",
    "portal": "base.group_portal",
}


class BankWorld:
    """Makes the bank; mix it into a test class of Odoo and call :meth:`make_world` in ``setUpClass``."""

    @classmethod
    def make_world(cls):
        cls.use_keys()
        cls.env = cls.env(context=dict(cls.env.context, tracking_disable=True, no_reset_password=True))
        cls.company = cls.env.company
        cls.cny = cls.env.ref("base.CNY")
        cls.eur = cls.env.ref("base.EUR")
        (cls.cny | cls.eur).active = True
        cls.company.currency_id = cls.cny
        cls.make_users()
        cls.make_branches()
        cls.make_customers()
        cls.make_holdings()
        cls.env.flush_all()

    @classmethod
    def use_keys(cls):
        keys = {"BANK_CRM_KEYS": Fernet.generate_key().decode(), "BANK_CRM_HASH_KEY": "hash key of the tests"}
        cls.startClassPatcher(patch.dict(os.environ, keys))

    @classmethod
    def make_users(cls):
        cls.users = {
            name: new_test_user(cls.env, f"bank_{name}", groups=group, password=f"bank_{name}")
            for name, group in ROLES.items()
        }

    @classmethod
    def make_branches(cls):
        cls.head = cls.make_branch("HEAD", "Head Office")
        cls.north = cls.make_branch("NORTH", "North Branch", parent=cls.head, manager=cls.users["manager_north"])
        cls.north_vip = cls.make_branch("NVIP", "North VIP", parent=cls.north, branch_class="vip_centre")
        cls.south = cls.make_branch("SOUTH", "South Branch", parent=cls.head)
        cls.users["rm_north"].bank_branch_id = cls.north_vip
        cls.users["rm_south"].bank_branch_id = cls.south

    @classmethod
    def make_branch(cls, code, name, parent=None, manager=None, **values):
        return cls.env["bank.branch"].create(
            {
                "code": code,
                "name": name,
                "parent_id": parent.id if parent else False,
                "manager_id": manager.id if manager else False,
                **values,
            }
        )

    @classmethod
    def make_customers(cls):
        north, south = cls.users["rm_north"], cls.users["rm_south"]
        cls.anna = cls.make_customer("Anna", user=north, branch=cls.north_vip, email="anna@example.com")
        cls.ben = cls.make_customer("Ben", user=north, branch=cls.north_vip)
        cls.carl = cls.make_customer("Carl", user=south, branch=cls.south)
        cls.pia = cls.make_customer("Pia", branch=cls.north)
        cls.olga = cls.make_customer("Olga")
        cls.contact = cls.env["res.partner"].create({"name": "No Customer"})

    @classmethod
    def make_customer(cls, name, user=None, branch=None, **values):
        return cls.env["res.partner"].create(
            {
                "name": name,
                "is_bank_customer": True,
                "relationship_manager_id": user.id if user else False,
                "branch_id": branch.id if branch else False,
                **values,
            }
        )

    @classmethod
    def make_holdings(cls):
        cls.account = cls.make_product("ACC", "deposit")
        cls.mortgage = cls.make_product("MORT", "loan")
        cls.fund = cls.make_product("FUND", "fund")
        cls.card = cls.make_product("CARD", "card")
        cls.anna_account = cls.make_holding(cls.account, {cls.anna: 100}, 60000)
        cls.joint_fund = cls.make_holding(cls.fund, {cls.anna: 60, cls.ben: 40}, 10000)
        cls.carl_account = cls.make_holding(cls.account, {cls.carl: 100}, 300000)
        cls.carl_mortgage = cls.make_holding(cls.mortgage, {cls.carl: 100}, 120000)

    @classmethod
    def make_product(cls, code, product_class, **values):
        return cls.env["bank.product"].create(
            {"code": code, "name": f"Product {code}", "product_class": product_class, **values}
        )

    @classmethod
    def make_holding(cls, product, shares, balance=None, on=TODAY, currency=None, **values):
        """Make a holding of the owners ``{partner: share}``; the first one is the owner, the others are joint."""
        if balance is not None:
            values["balance_ids"] = [Command.create({"date": on, "amount": balance})]
        return cls.env["bank.holding"].create(
            {
                "product_id": product.id,
                "currency_id": (currency or cls.cny).id,
                "party_ids": [
                    Command.create(
                        {"partner_id": partner.id, "role": "joint" if index else "owner", "share_pct": share}
                    )
                    for index, (partner, share) in enumerate(shares.items())
                ],
                **values,
            }
        )

    @classmethod
    def set_rate(cls, currency, date, rate, company=None):
        """``rate`` units of ``currency`` are one unit of the company's currency from ``date`` on."""
        return cls.env["res.currency.rate"].create(
            {"currency_id": currency.id, "name": date, "rate": rate, "company_id": (company or cls.company).id}
        )

    def as_user(self, role, record):
        """Return ``record`` as the user of ``role`` sees it, read anew from the database."""
        self.env.flush_all()
        self.env.invalidate_all()
        return record.with_user(self.users[role])

    def events(self, partner, kind=None):
        domain = [("partner_id", "=", partner.id), *([("kind", "=", kind)] if kind else [])]
        return self.env["bank.customer.event"].search(domain, order="id")


@tagged("post_install", "-at_install")
class BankCase(BankWorld, TransactionCase):
    """A test in the bank of this module's picture."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_world()
