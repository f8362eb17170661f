"""`bank_customer_overview`: what other systems and staff may know of one customer."""

import json
import xmlrpc.client

from odoo.exceptions import ValidationError

from ..common import TODAY, BankCase


class TestOverview(BankCase):
    def overview(self, role, values):
        return self.as_user(role, self.env["res.partner"]).bank_customer_overview(values)

    def test_the_answer(self):
        self.anna.write({"tier_id": self.env.ref("bank_crm.bank_tier_gold").id, "last_contact_on": "2026-03-01"})
        self.anna.financial_profile_id.relationship_start_on = "2020-02-29"
        answer = self.overview("rm_north", {"customer_number": self.anna.customer_number})
        self.assertEqual(answer["name"], "Anna")
        manager = self.users["rm_north"]
        self.assertEqual(answer["relationship_manager"], {"code": "bank_rm_north", "name": manager.name})
        self.assertEqual(answer["branch"], {"code": "NVIP", "name": "North VIP"})
        self.assertEqual(answer["tier"], {"code": "gold", "name": "Gold"})
        self.assertEqual((answer["currency"], answer["aum"], answer["net_assets"]), ("CNY", 66000, 66000))
        self.assertEqual((answer["last_contact_on"], answer["relationship_start_on"]), ("2026-03-01", "2020-02-29"))
        self.assertEqual((answer["next_contact_on"], answer["figures_as_of"]), (False, TODAY))
        self.assertEqual(sorted(line["product_code"] for line in answer["holdings"]), ["ACC", "FUND"])
        self.assertEqual({line["share_pct"] for line in answer["holdings"]}, {100, 60})

    def test_nobody_s_customer_has_no_owner(self):
        answer = self.overview("agent", {"customer_number": self.olga.customer_number})
        self.assertEqual((answer["relationship_manager"], answer["branch"], answer["tier"]), (False, False, False))
        self.assertEqual(answer["holdings"], [])

    def test_the_answer_can_travel(self):
        answer = self.overview("rm_north", {"customer_number": self.anna.customer_number})
        self.assertEqual(json.loads(json.dumps(answer)), answer)
        [travelled], _method = xmlrpc.client.loads(xmlrpc.client.dumps((answer,)))  # refuses None
        self.assertEqual(travelled, answer)

    def test_refusals(self):
        number = self.anna.customer_number
        for values, code in (
            ([], "wrong_type"),
            (None, "wrong_type"),
            (number, "wrong_type"),
            ({}, "required_field"),
            ({"customer_number": ""}, "required_field"),
            ({"customer_number": 7}, "required_field"),
            ({"customer_number": [number]}, "required_field"),
            ({"customer_number": None}, "required_field"),
            ({"customer_number": number, "nmae": 1}, "unknown_field"),
            ({"customer_number": "no such"}, "unknown_customer"),
            ({"customer_number": "%"}, "unknown_customer"),
        ):
            with self.assertRaisesRegex(ValidationError, rf"^\[{code}\]"):
                self.overview("rm_north", values)

    def test_another_manager_s_customer_is_unknown(self):
        values = {"customer_number": self.anna.customer_number}
        with self.assertRaises(ValidationError) as hidden:
            self.overview("rm_south", values)
        with self.assertRaises(ValidationError) as missing:
            self.overview("rm_south", {"customer_number": "no such"})
        self.assertEqual(str(hidden.exception), str(missing.exception), "it may not tell that he exists")

    def test_roles(self):
        values = {"customer_number": self.anna.customer_number}
        for role in ("rm_north", "manager_north", "agent", "compliance", "auditor", "operations"):
            self.assertEqual(self.overview(role, values)["aum"], 66000, role)
        for role in ("rm_south", "bank_admin", "employee"):
            with self.assertRaises(ValidationError):
                self.overview(role, values)
        with self.assertRaises(ValidationError):
            self.overview("portal", values)
