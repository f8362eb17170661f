import re
from html import unescape

from freezegun import freeze_time

from odoo.exceptions import AccessError
from odoo.tests import HttpCase, new_test_user, tagged

from ..common import BankWorld
from .test_statement import PostingMaker

STATEMENT = "date_from=2026-03-01&date_to=2026-03-31"


@tagged("post_install", "-at_install")
@freeze_time("2026-03-31 08:00:00")
class TestHoldingPortal(PostingMaker, BankWorld, HttpCase):
    """Anna, Ben and Carl look at their accounts; ``clerk`` works for a company that is a customer."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_world()
        cls.anna_account.number = "6222021234567894"
        cls.bright = cls.make_customer("Bright Trading", is_company=True)
        cls.bright_account = cls.make_holding(cls.account, {cls.bright: 100}, 777)
        cls.clerk = cls.env["res.partner"].create({"name": "Clerk", "parent_id": cls.bright.id})
        for name in ("anna", "ben", "carl", "clerk"):
            new_test_user(
                cls.env,
                f"bank_{name}",
                groups="base.group_portal",
                password=f"bank_{name}",
                partner_id=getattr(cls, name).id,
            )
        cls.make_posting(cls.anna_account, "2026-03-05", 4321.5, "salary", counterparty="Bright & <i>Co</i>")
        cls.make_posting(cls.anna_account, "2026-02-05", -17.25, "card", text="Groceries")
        cls.make_posting(cls.carl_account, "2026-03-05", 8765.25, "salary", counterparty="Carl's employer")
        cls.env.flush_all()

    def page(self, path, login="bank_anna", status=200):
        self.authenticate(login, login) if login else self.authenticate(None, None)
        response = self.url_open(path, allow_redirects=False)
        self.assertEqual(response.status_code, status, path)
        text = re.sub(r"<(script|style).*?</\1>", " ", response.text, flags=re.DOTALL)
        return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", text)))

    def test_the_list_shows_ones_own(self):
        text = self.page("/my/holdings")
        self.assertIn("Product ACC ****7894", text)
        self.assertIn("60,000.00", text)
        self.assertIn("Product FUND", text)  # together with Ben
        self.assertNotIn("6222021234567894", text)
        self.assertNotIn("300,000.00", text)
        self.assertIn("Product FUND", self.page("/my/holdings", "bank_ben"))
        self.assertNotIn("60,000.00", self.page("/my/holdings", "bank_ben"))

    def test_the_counter_at_home(self):
        self.authenticate("bank_anna", "bank_anna")
        answer = self.make_jsonrpc_request("/my/counters", {"counters": ["bank_holding_count"]})
        self.assertEqual(answer, {"bank_holding_count": 2})

    def test_transactions_and_periods(self):
        path = f"/my/holdings/{self.anna_account.id}"
        text = self.page(path)
        self.assertIn("Salary : Bright & <i>Co</i>", text)
        self.assertIn("4,321.50", text)
        self.assertNotIn("Groceries", text)
        self.assertIn("Groceries", self.page(f"{path}?filterby=last_month"))
        self.assertNotIn("4,321.50", self.page(f"{path}?filterby=last_month"))
        for period in ("year", "all"):
            text = self.page(f"{path}?filterby={period}")
            self.assertIn("Groceries", text)
            self.assertIn("4,321.50", text)
        self.assertIn("Nothing was booked", self.page(f"{path}?filterby=last_year"))
        self.assertIn("4,321.50", self.page(f"{path}?filterby=nonsense&sortby=x&page=7"))

    def test_pages_of_a_long_list(self):
        for number in range(45):
            self.make_posting(self.anna_account, "2026-03-06", number + 0.01, text=f"posting {number}")
        self.env.flush_all()
        path = f"/my/holdings/{self.anna_account.id}"
        self.assertNotIn("4,321.50", self.page(path))
        self.assertIn("4,321.50", self.page(f"{path}/page/2"))
        self.assertIn("4,321.50", self.page(f"{path}/page/99999999999"))
        self.assertIn("4,321.50", self.page(f"{path}?page=2"))
        self.assertIn("posting 44", self.page(f"{path}?page=x"))

    def test_others_holdings_are_not_there(self):
        for path in (
            f"/my/holdings/{self.carl_account.id}",
            f"/my/holdings/{self.carl_account.id}/page/1",
            f"/my/holdings/{self.carl_account.id}/statement?{STATEMENT}",
            f"/my/holdings/{self.bright_account.id}",
            "/my/holdings/999999999",
            "/my/holdings/99999999999999999999",
            "/my/holdings/0",
        ):
            with self.subTest(path=path):
                self.assertNotIn("8,765.25", self.page(path, status=404))
        self.page(f"/my/holdings/{self.bright_account.id}", "bank_clerk", status=404)
        self.assertIn("no accounts", self.page("/my/holdings", "bank_clerk"))
        self.page("/my/holdings/yearly?year=2026", "bank_clerk", status=404)

    def test_only_owners(self):
        self.env["bank.holding.party"].create(
            {"holding_id": self.carl_account.id, "partner_id": self.anna.id, "role": "signatory"}
        )
        self.make_holding(self.account, {self.anna: 100}, 4242, is_held_away=True)
        self.env.flush_all()
        self.page(f"/my/holdings/{self.carl_account.id}", status=404)
        self.assertNotIn("4,242.00", self.page("/my/holdings"))

    def test_visitors_and_employees(self):
        self.page("/my/holdings", login=None, status=303)
        self.page(f"/my/holdings/{self.anna_account.id}", "bank_rm_north", status=404)
        self.assertIn("no accounts", self.page("/my/holdings", "bank_rm_north"))

    def test_restricted_and_deceased_see_nothing(self):
        path = f"/my/holdings/{self.anna_account.id}"
        for values in (
            {"is_restricted": True},
            {"lifecycle_stage": "deceased"},
            {"kyc_state": "restricted"},
            {"is_bank_customer": False},
        ):
            with self.subTest(values=values):
                former = self.anna.read(list(values))[0]
                self.env.cr.execute(
                    "UPDATE res_partner SET {} = %s WHERE id = %s".format(*values), [*values.values(), self.anna.id]
                )
                self.env.invalidate_all()
                self.assertIn("no accounts", self.page("/my/holdings"))
                self.page(path, status=404)
                self.page(f"{path}/statement?{STATEMENT}", status=404)
                self.page("/my/holdings/yearly?year=2026", status=404)
                [name] = values
                self.env.cr.execute(
                    f"UPDATE res_partner SET {name} = %s WHERE id = %s", [former[name] or None, self.anna.id]
                )
                self.env.invalidate_all()
        self.page(path)

    def test_a_statement(self):
        self.authenticate("bank_anna", "bank_anna")
        response = self.url_open(f"/my/holdings/{self.anna_account.id}/statement?{STATEMENT}")
        self.assertEqual(response.status_code, 200)
        self.assertEqual(response.headers["Content-Type"], "application/pdf")
        self.assertIn(
            "Account statement 2026-03-01 to 2026-03-31.pdf",
            unescape(response.headers["Content-Disposition"].replace("%20", " ")),
        )
        self.assertEqual(response.headers["Cache-Control"], "no-store")
        self.assertIn("4,321.50", response.text)  # Odoo renders HTML in tests
        response = self.url_open("/my/holdings/yearly?year=2026")
        self.assertEqual(response.status_code, 200)
        self.assertIn("Yearly Statement", response.text)
        self.assertNotIn("8,765.25", response.text)

    def test_impossible_statements(self):
        path = f"/my/holdings/{self.anna_account.id}/statement"
        for query in (
            "",
            "?date_from=2026-03-01",
            "?date_from=x&date_to=2026-03-31",
            "?date_from=2026-03-31&date_to=2026-03-01",
            "?date_from=2000-03-31&date_to=2026-03-01",
        ):
            with self.subTest(query=query):
                self.page(path + query, status=400)
        for query in ("", "?year=x", "?year=20260", "?year=2027", "?year=٢٠٢٦"):
            with self.subTest(query=query):
                self.page(f"/my/holdings/yearly{query}", status=400)

    def test_visitors_have_no_rights_of_their_own(self):
        env = self.env(user=self.env["res.users"].search([("login", "=", "bank_anna")]))
        for name in (
            "bank.holding",
            "bank.holding.party",
            "bank.balance",
            "bank.transaction",
            "bank.transaction.revision",
            "bank.statement.request",
        ):
            with self.subTest(name=name), self.assertRaises(AccessError):
                env[name].search([])
