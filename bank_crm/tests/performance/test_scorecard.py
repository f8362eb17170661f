"""Scorecards: the contract of metrics, who sees whose, and what colleagues' figures tell."""

from unittest.mock import patch

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import BaseCase, tagged

from ...models.performance.scorecard_comparison import compare
from ..common import BankCase

PERIOD = {"date_from": "2026-01-01", "date_to": "2099-03-31"}


class TestScorecard(BankCase):
    def figures(self, role="auditor", **values):
        return self.as_user(role, self.env["bank.scorecard.metric"]).figures({**PERIOD, **values})

    def of(self, role, code, **values):
        rows = self.figures(codes=[code], user_logins=[self.users[role].login], **values)
        self.assertEqual(len(rows), 1)
        return rows[0]

    def test_the_book(self):
        row = self.of("rm_north", "customers")
        self.assertEqual((row["value"], row["n"], row["low"], row["high"]), (2, 2, 2, 2))
        self.assertEqual((row["unit"], row["direction"], row["hidden"]), ("number", "higher", False))
        self.assertEqual(self.of("rm_north", "aum")["value"], 60000 + 10000)
        self.assertEqual(self.of("rm_south", "aum")["value"], 300000)
        self.assertEqual(self.of("manager_north", "customers")["value"], False)

    def test_the_book_of_an_earlier_day(self):
        self.assertEqual(self.of("rm_north", "customers", date_from="1999-01-01", date_to="1999-12-31")["n"], 0)

    def test_other_currencies(self):
        self.set_rate(self.eur, "2020-01-01", 0.125)
        dora = self.make_customer("Dora", user=self.users["rm_south"], branch=self.south)
        dora.financial_profile_id.currency_id = self.eur
        self.make_holding(self.account, {dora: 100}, 1000, currency=self.eur)
        self.assertEqual(self.of("rm_south", "aum")["value"], 300000 + 8000)

    def test_who_sees_whose(self):
        seen = {
            "rm_north": {"rm_north"},
            "rm_south": {"rm_south"},
            "manager_north": {"manager_north", "rm_north"},
            "agent": set(),
            "operations": set(),
            "bank_admin": set(),
        }
        names = {user.login: role for role, user in self.users.items()}
        for role, whose in seen.items():
            rows = self.figures(role)
            self.assertEqual({names[row["user_login"]] for row in rows}, whose, role)
        for role in ("auditor", "compliance"):
            logins = {row["user_login"] for row in self.figures(role)}
            self.assertLessEqual({self.users[name].login for name in ("rm_north", "rm_south")}, logins)
        for role in ("employee", "portal"):
            with self.assertRaisesRegex(AccessError, r"^\[access_denied\]"):
                self.figures(role)

    def test_nobody_asks_for_others(self):
        with self.assertRaisesRegex(ValidationError, r"^\[unknown_user\]"):
            self.figures("rm_north", user_logins=[self.users["rm_south"].login])

    def test_colleagues(self):
        row = self.of("rm_south", "aum")
        self.assertEqual((row["peers_better"], row["peers_worse"] >= 1), (0, True))

    def test_the_contract(self):
        metrics = self.env["bank.scorecard.metric"]
        with self.assertRaises(ValidationError):  # nothing computes it
            metrics.create({"name": "Smiles", "code": "smiles"})
        north, south = self.users["rm_north"].id, self.users["rm_south"].id
        asked = []

        def smiles(metrics, user_ids, date_from, date_to):
            asked.append((set(user_ids) >= {north, south}, str(date_from), metrics.env.su))
            return {
                north: {"value": 3.0, "n": 2, "low": 1.0, "high": 5.0},
                south: {"value": 9.0, "n": 50, "low": 8.0, "high": 10.0},
            }

        with patch.object(type(metrics), "_scorecard_smiles", smiles, create=True):
            metrics.create({"name": "Smiles", "code": "smiles", "direction": "lower", "min_n": 2})
            row = self.of("rm_north", "smiles")
            self.assertEqual((row["value"], row["peers_worse"], row["peers_better"]), (3, 1, 0))
            self.assertEqual(asked, [(True, "2026-01-01", True)])
            metrics.search([("code", "=", "smiles")]).min_n = 10
            row = self.of("rm_north", "smiles")
            self.assertEqual((row["value"], row["n"], row["hidden"], row["peers_same"]), (False, 2, True, False))
            self.assertEqual(self.of("rm_south", "smiles")["peers_same"], 0)  # small figures are no colleagues

    def test_wrong_values(self):
        for code, values in {
            "unknown_field": {"users": []},
            "required_field": {"date_to": ""},
            "invalid_date": {"date_from": "1.1.2026"},
            "unknown_metric": {"codes": ["smiles"]},
            "unknown_user": {"user_logins": ["nobody"]},
            "wrong_type": {"codes": "customers"},
        }.items():
            with self.assertRaisesRegex(ValidationError, rf"^\[{code}\]"):
                self.figures(**values)
        with self.assertRaisesRegex(ValidationError, r"^\[invalid_date\]"):
            self.figures(date_from="2099-04-01")

    def test_configuration(self):
        metric = self.env.ref("bank_crm.bank_scorecard_metric_customers")
        self.as_user("bank_admin", metric).sequence = 99
        for role in ("rm_north", "manager_north", "auditor", "operations"):
            self.as_user(role, metric).read(["name"])
            with self.assertRaises(AccessError):
                self.as_user(role, metric).name = "Other"


@tagged("post_install", "-at_install")
class TestComparison(BaseCase):
    def test_only_where_intervals_separate(self):
        mine = {"value": 50, "low": 40, "high": 60}
        others = [
            {"value": 80, "low": 61, "high": 90},
            {"value": 70, "low": 60, "high": 80},
            {"value": 10, "low": 0, "high": 39},
            {"value": 10, "low": None, "high": None},
        ]
        self.assertEqual(compare(mine, others, True), {"peers_better": 1, "peers_worse": 1, "peers_same": 2})
        self.assertEqual(compare(mine, others[:1], False), {"peers_better": 0, "peers_worse": 1, "peers_same": 0})
        self.assertEqual(set(compare(None, others, True).values()), {False})
