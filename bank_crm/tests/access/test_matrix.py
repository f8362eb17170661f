"""Who may do what: roles × models × own or other customer."""

from odoo.exceptions import AccessError

from ..common import BankCase

ROLES = ("rm_north", "manager_north", "agent", "compliance", "auditor", "operations", "bank_admin")

# What each of ROLES may do with the records of a customer: of an own one / of another one (of roles that have no
# customers of their own, of any). r read, w write, c create, u unlink.
MATRIX = {
    "res.partner": "rwc/ rwc/ r/r r/r r/r rwc/rwc /",
    "bank.financial.profile": "rw/ rw/ r/r r/r r/r rw/rw /",
    "bank.identity.document": "rwc/ rwc/ r/r r/r r/r rwc/rwc /",
    "bank.assignment": "rc/ rwc/ r/r r/r r/r rwc/rwc /",
    "bank.holding": "r/ r/ r/r r/r r/r rwc/rwc /",
    "bank.holding.party": "r/ r/ r/r r/r r/r rwcu/rwcu /",
    "bank.balance": "r/ r/ r/r r/r r/r rwc/rwc /",
    "bank.tier.history": "r/ r/ r/r r/r r/r r/r /",
    "bank.customer.event": "r/ r/ r/r r/r r/r r/r /",
}
CONFIGURATION = (
    "bank.branch",
    "bank.branch.service",
    "bank.income.band",
    "bank.product",
    "bank.product.family",
    "bank.tier",
    "bank.benefit",
)
OPERATIONS = {"r": "read", "w": "write", "c": "create", "u": "unlink"}
OUTSIDERS = ("employee", "portal")


class TestMatrix(BankCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for number, partner in enumerate((cls.anna, cls.carl)):
            partner.tier_id = cls.env.ref("bank_crm.bank_tier_gold")
            cls.env["bank.identity.document"].create(
                {"partner_id": partner.id, "type": "passport", "number": f"E{number:09}"}
            )
        cls.env.flush_all()

    def record_of(self, partner, model):
        field = {
            "res.partner": "id",
            "bank.holding": "party_ids.partner_id",
            "bank.balance": "holding_id.party_ids.partner_id",
        }.get(model, "partner_id")
        record = self.env[model].search([(field, "=", partner.id)], limit=1)
        self.assertTrue(record, f"the test needs a record of {model}")
        return record

    def may(self, role, record):
        """Return the letters of what the role may do with the record."""
        record = self.as_user(role, record)
        return "".join(letter for letter, operation in OPERATIONS.items() if record.has_access(operation))

    def test_customers(self):
        for model, cells in MATRIX.items():
            for role, cell in zip(ROLES, cells.split(" "), strict=True):
                for partner, allowed in zip((self.anna, self.carl), cell.split("/"), strict=True):
                    with self.subTest(model=model, role=role, customer=partner.name):
                        self.assertEqual(set(self.may(role, self.record_of(partner, model))), set(allowed))

    def test_what_may_not_be_read_is_not_found(self):
        for model, cells in MATRIX.items():
            for role, cell in zip(ROLES, cells.split(" "), strict=True):
                for partner, allowed in zip((self.anna, self.carl), cell.split("/"), strict=True):
                    record = self.record_of(partner, model)
                    with self.subTest(model=model, role=role, customer=partner.name):
                        found = self.as_user(role, self.env[model]).search([("id", "=", record.id)])
                        self.assertEqual(bool(found), "r" in allowed)

    def test_outsiders(self):
        for model in MATRIX:
            for role in OUTSIDERS:
                with self.subTest(model=model, role=role):
                    if model == "res.partner":
                        self.assertEqual(self.may(role, self.anna), "")
                    else:
                        for operation in OPERATIONS.values():
                            self.assertFalse(self.as_user(role, self.env[model]).has_access(operation))

    def test_configuration_is_read_by_staff_and_changed_by_administrators(self):
        for model in CONFIGURATION:
            for role in (*ROLES, *OUTSIDERS):
                with self.subTest(model=model, role=role):
                    expected = "rwcu" if role == "bank_admin" else "" if role in OUTSIDERS else "r"
                    records = self.as_user(role, self.env[model])
                    allowed = "".join(letter for letter, name in OPERATIONS.items() if records.has_access(name))
                    self.assertEqual(allowed, expected)

    def test_runs_are_read_only(self):
        run = self.env["bank.run"].create({"job": "totals"})
        for role in (*ROLES, *OUTSIDERS):
            expected = "r" if role in ("bank_admin", "operations", "auditor") else ""
            self.assertEqual(self.may(role, run), expected, role)

    def test_both_managers_work_in_their_customers(self):
        self.as_user("rm_north", self.anna).write({"preferred_channel": "phone"})
        self.as_user("manager_north", self.pia).write({"preferred_channel": "app"})
        for role, partner in (("rm_north", self.carl), ("rm_north", self.pia), ("manager_north", self.carl)):
            with self.assertRaises(AccessError):
                self.as_user(role, partner).write({"preferred_channel": "phone"})
