"""Who may see what: every role, every model, every place of a customer, and the side doors.

What is expected is written in ``access/expectations.py``.  Each test counts what it tried; the table at the end says
how many cases there were and how many leaks
(``conftest.py`` prints it).
"""

import datetime

from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, TransactionCase, tagged
from odoo.tools import mute_logger

from .access import http_doors
from .access.expectations import CUSTOMER_MODELS, EXCEPTIONS, NOT_OURS, OTHER_MODELS, SEES, allowed
from .access.planting import links_to_customers
from .access.side_doors import DOORS
from .access.tally import TALLY
from .access.world import USERS, AccessWorld, marker

OPERATIONS = {"c": "create", "r": "read", "w": "write", "d": "unlink"}

# Links to a customer that show a name where the customer himself stays closed, and why that is right.
OPEN_LINKS = {
    "discuss.channel.member.partner_id": "members of a channel know each other",
}
# Links of which no row can be planted, and why.
UNPLANTED_LINKS = {
    "discuss.channel.rtc.session.partner_id": "a copy of its member's contact; the members are tried",
}

# An emergency opens the customer and what the bank knows of him, not what other addons hang on the contact.
CLOSED_DOORS = {("emergency", name) for name in ("meetings", "attendees", "accounts")}


def readable(model_name, role):
    """Return the places of which ``role`` sees records of a model, where the model is open to it at all."""
    return EXCEPTIONS.get((model_name, role, "r"), SEES[role])


def may_read(role, model_name, place):
    return "r" in allowed(CUSTOMER_MODELS[model_name][1], role) and place in readable(model_name, role)


@tagged("post_install", "-at_install", "standard")
class TestAccessMatrix(AccessWorld, TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_world()

    def setUp(self):
        super().setUp()
        self.enterContext(mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model"))

    def tally(self, group, is_right, text):
        TALLY.count(group, is_right, text)

    def finish(self, *groups):
        wrong = [text for group in groups for text in TALLY.leaks[group]]
        self.assertFalse(bool(wrong), "\n" + "\n".join(wrong[:400]))

    # ------------------------------------------------------------------ records

    def test_every_model_has_a_row(self):
        ours = {
            model._name
            for model in self.env.values()
            if model._original_module.startswith("bank_crm") and not model._abstract
        }
        known = set(CUSTOMER_MODELS) | set(OTHER_MODELS)
        self.assertFalse(ours - known, "Write what each role may do into access/expectations.py")
        self.assertFalse(known - ours - NOT_OURS, "These models are gone")
        self.assertFalse(self.not_planted - set(UNPLANTED_LINKS))

    def test_records_of_customers(self):
        for name, (path, rights) in CUSTOMER_MODELS.items():
            for place, customer in self.places.items():
                records = self.env[name].search([(path, "=", customer.id)])
                self.assertTrue(records, f"{name}: nothing to try in place {place}")
                for role, user in self.role_users.items():
                    self.try_records(role, place, records.with_user(user), allowed(rights, role))
        self.finish(*OPERATIONS.values(), "search", "read")

    def try_records(self, role, place, records, letters):
        for letter, operation in OPERATIONS.items():
            exception = EXCEPTIONS.get((records._name, role, letter))
            places = SEES[role] if exception is None else exception
            expected = letter in letters and place in places
            got = any(record.has_access(operation) for record in records)
            everything = all(record.has_access(operation) for record in records)
            text = f"{role}: {operation} {records._name}, {place}"
            is_right = got == expected and (everything or not expected or bool(exception))
            self.tally(operation, is_right, f"{text}: {got}, not {expected}")
        expected = "r" in letters and place in readable(records._name, role)
        try:
            found = records.search([("id", "in", records.ids)])
            shown = str(records.read(["display_name"]))
        except AccessError:
            found, shown = None, None
        self.tally("search", bool(found) == expected, f"{role}: search {records._name}, {place}: {found}")
        self.tally("read", bool(shown) == expected, f"{role}: read {records._name}, {place}: {shown}")

    def test_other_records(self):
        for name, rights in OTHER_MODELS.items():
            for role, user in self.role_users.items():
                for letter, operation in OPERATIONS.items():
                    expected = letter in allowed(rights, role)
                    got = self.env[name].with_user(user).has_access(operation)
                    self.tally("model", got == expected, f"{role}: {operation} {name}: {got}, not {expected}")
        self.finish("model")

    def test_other_company(self):
        """Configuration of another company stays closed, too."""
        far = self.env["bank.branch"].search([("code", "=", "FAR")])
        program = self.programs[self.other_company]
        records = (far, self.env["bank.product"].search([("code", "=", "FARACC")]), program, program.wave_ids)
        for record in records:
            for role, user in self.role_users.items():
                for operation in OPERATIONS.values():
                    got = record.with_user(user).has_access(operation)
                    self.tally("other company", not got, f"{role}: {operation} {record._name} of another company")
        self.finish("other company")

    # ------------------------------------------------------------------ side doors

    def test_side_doors(self):
        for name, (door, opens, models) in DOORS.items():
            for place, customer in self.places.items():
                for role, user in self.role_users.items():
                    may = any(may_read(role, model, place) for model in models)
                    self.try_door(name, door, may, may and opens, role, place, self.env(user=user), customer)
        self.finish("side doors")

    def try_door(self, name, door, may, must, role, place, env, customer):
        self.env.invalidate_all()
        word = marker(place)
        with self.env.cr.savepoint() as savepoint:
            try:
                shown = word in str(door(env, customer, word)).lower()
            except (AccessError, UserError, KeyError):
                shown = False
            savepoint.rollback()
        must = must and (place, name) not in CLOSED_DOORS
        is_right = (may or not shown) and (shown or not must)
        self.tally("side doors", is_right, f"{role}: {name}, {place}: {'shown' if shown else 'closed'}")

    def test_mass_edit(self):
        """One customer among many whom the user may not change, and nothing of it is written."""
        mine = self.places["own"]
        for place, customer in self.places.items():
            for role, user in self.role_users.items():
                may_all = "w" in allowed(CUSTOMER_MODELS["res.partner"][1], role)
                for one in (mine, customer):
                    where = "own" if one == mine else place
                    may_all &= where in EXCEPTIONS.get(("res.partner", role, "w"), SEES[role])
                both = (mine | customer).with_user(user)
                with self.env.cr.savepoint() as savepoint:
                    try:
                        both.write({"city": "Changed"})
                        written = True
                    except AccessError:
                        written = False
                    self.env.flush_all()
                    changed = len(both.sudo().filtered_domain([("city", "=", "Changed")]))
                    savepoint.rollback()
                self.env.invalidate_all()
                text = f"{role}: mass edit of own and {place}: {written}, {changed} written"
                self.tally("mass edit", written == may_all and bool(changed) == written, text)
        self.finish("mass edit")

    def test_merge_of_customers(self):
        """Whoever may merge contacts gets no customer into his hands by it."""
        manager = self.env.ref("base.group_partner_manager")
        for place, customer in self.places.items():
            for role, user in self.role_users.items():
                if not user._is_internal():
                    continue
                with self.env.cr.savepoint() as savepoint:
                    user.group_ids += manager
                    own = self.env["res.partner"].create({"name": "mine"})
                    partners = own | customer
                    try:
                        wizard = self.env["base.partner.merge.automatic.wizard"].with_user(user)
                        wizard.create({"partner_ids": partners.ids, "dst_partner_id": own.id}).action_merge()
                    except UserError:
                        pass
                    is_right = partners.exists() == partners and not own.sudo().is_bank_customer
                    savepoint.rollback()
                self.env.invalidate_all()
                self.tally("partner merge", is_right, f"{role}: merge with {place}")
        self.finish("partner merge")

    def test_links_to_customers(self):
        """No record of any model leads to the name of a customer whom one may not see."""
        for model, field in links_to_customers(self.env):
            if f"{model._name}.{field.name}" in OPEN_LINKS:
                continue
            for role, user in self.role_users.items():
                records = model.with_user(user).with_context(active_test=False)
                if not records.has_access("read") or not records._has_field_access(field, "read"):
                    continue
                for place, customer in self.places.items():
                    self.try_link(role, place, records, field.name, customer)
        self.finish("links")

    def try_link(self, role, place, records, name, customer):
        self.env.invalidate_all()  # what others read before is no longer at hand, as in a request of its own
        try:
            rows = records.search_read([(name, "=", customer.id)], [name, "display_name"])
        except AccessError:
            rows = []
        is_right = place in readable(records._name, role) or marker(place) not in str(rows).lower()
        self.tally("links", is_right, f"{role}: {records._name}.{name}, {place}: {rows[:1]}")


@tagged("post_install", "-at_install", "standard")
class TestAccessOverHttp(AccessWorld, HttpCase):
    """The same over HTTP, in the places that differ."""

    PLACES = ("own", "emergency", "sub-branch", "other branch", "other company")

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_world()

    def test_doors_over_http(self):
        self.enterContext(
            mute_logger(
                "odoo.http",
                "odoo.addons.base.models.ir_rule",
                "odoo.addons.base.models.ir_model",
                "odoo.addons.rpc.controllers.xmlrpc",
                "odoo.addons.rpc.controllers.json2",
            )
        )
        for role, user in USERS.items():
            client = http_doors.Client(self, f"bank_{user}", f"bank_{user}", self.make_key(self.users[user]))
            for place in self.PLACES:
                self.try_doors(role, place, client, self.places[place])
        wrong = TALLY.leaks["over HTTP"]
        self.assertFalse(bool(wrong), "\n" + "\n".join(wrong))

    def make_key(self, user):
        if not user._is_internal():
            return None
        tomorrow = datetime.datetime.now() + datetime.timedelta(days=1)
        return self.env["res.users.apikeys"].with_user(user)._generate("rpc", "access matrix", tomorrow)

    def try_doors(self, role, place, client, customer):
        attachment = self.env["ir.attachment"].search([("name", "ilike", marker(place))], limit=1)
        for name, (door, opens, models) in http_doors.DOORS.items():
            shown = marker(place) in door(client, customer, attachment).lower()
            may = any(may_read(role, model, place) for model in models)
            is_right = (may or not shown) and (shown or not (may and opens))
            TALLY.count("over HTTP", is_right, f"{role}: {name}, {place}: {'shown' if shown else 'closed'}")
