import datetime
import io
import itertools
import unittest

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ...models.finance import bank_statement
from ...wizard import bank_statement_request
from ..common import BankCase

try:
    import PyPDF2
except ImportError:
    PyPDF2 = None


def day(text):
    return datetime.date.fromisoformat(text)


class PostingMaker:
    """Books what only the feed may book; mix it into a test class with a bank."""

    @classmethod
    def make_posting(cls, holding, booked_on, amount, kind="other", **values):
        return (
            cls.env["bank.transaction"]
            ._unsealed()
            .create(
                {
                    "holding_id": holding.id,
                    "company_id": holding.company_id.id or cls.company.id,
                    "currency_id": holding.currency_id.id,
                    "source": "core",
                    "external_id": f"{holding.id}/{booked_on}/{amount}/{kind}/{len(holding.transaction_ids)}",
                    "booked_on": booked_on,
                    "amount": amount,
                    "kind": kind,
                    **values,
                }
            )
        )


class StatementCase(PostingMaker, BankCase):
    @classmethod
    def make_balances(cls, holding, **amounts):
        """``d2026_01_31=100``: the balance at the end of a day."""
        cls.env["bank.balance"].create(
            [
                {"holding_id": holding.id, "date": name[1:].replace("_", "-"), "amount": amount}
                for name, amount in amounts.items()
            ]
        )

    def statement_of(self, holding, first="2026-02-01", last="2026-02-28"):
        self.env.flush_all()
        statement = self.env["bank.statement"]._account(holding, day(first), day(last))
        self.assertAlmostEqual(
            statement["opening"] + statement["movement"] + statement["difference"], statement["closing"], 2
        )
        return statement

    def assertStatement(self, statement, **expected):
        self.assertEqual({name: statement[name] for name in expected}, expected)


@tagged("post_install", "-at_install")
class TestAccountStatement(StatementCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.holding = cls.make_holding(cls.account, {cls.anna: 100}, opened_on="2020-01-01")

    def test_opening_movements_closing(self):
        self.make_balances(self.holding, d2026_01_31=100, d2026_02_28=170)
        self.make_posting(self.holding, "2026-01-31", 55)
        self.make_posting(self.holding, "2026-02-01", 100, "salary", counterparty="Bright Trading")
        self.make_posting(self.holding, "2026-02-28", -30, "card")
        self.make_posting(self.holding, "2026-03-01", 1)
        statement = self.statement_of(self.holding)
        self.assertStatement(
            statement,
            opening=100,
            closing=170,
            money_in=100,
            money_out=30,
            movement=70,
            difference=0,
            is_opening_known=True,
            count=2,
        )
        [page] = statement["pages"]
        self.assertEqual([line["balance"] for line in page["lines"]], [200, 170])
        self.assertEqual([line["kind"] for line in page["lines"]], ["Salary", "Card Payment"])

    def test_books_that_differ_say_by_how_much(self):
        self.make_balances(self.holding, d2026_01_31=100, d2026_02_27=150)
        self.make_posting(self.holding, "2026-02-10", 30)
        self.make_posting(self.holding, "2026-02-28", 7)  # after the last balance
        statement = self.statement_of(self.holding)
        self.assertStatement(statement, opening=100, movement=37, difference=20, closing=157)
        self.assertEqual(str(statement["compared_on"]), "2026-02-27")

    def test_a_quiet_period(self):
        self.make_balances(self.holding, d2026_01_15=100)
        statement = self.statement_of(self.holding)
        self.assertStatement(statement, opening=100, closing=100, difference=0, count=0, compared_on=None)
        self.assertEqual(statement["pages"], [{"lines": [], "brought": None, "carried": None}])

    def test_what_was_booked_after_the_last_balance_belongs_to_the_opening(self):
        self.make_balances(self.holding, d2026_01_15=100)
        self.make_posting(self.holding, "2026-01-20", 5)
        self.assertStatement(self.statement_of(self.holding), opening=105, closing=105)

    def test_nothing_is_known_before(self):
        self.make_balances(self.holding, d2026_02_20=170)
        self.make_posting(self.holding, "2026-02-10", 30)
        self.make_posting(self.holding, "2026-02-25", -1)
        self.assertStatement(
            self.statement_of(self.holding), opening=140, closing=169, difference=0, is_opening_known=False
        )

    def test_an_account_that_was_opened_in_the_period(self):
        holding = self.make_holding(self.account, {self.anna: 100}, opened_on="2026-02-03")
        self.make_balances(holding, d2026_02_20=31)
        self.make_posting(holding, "2026-02-10", 30)
        self.assertStatement(self.statement_of(holding), opening=0, closing=31, difference=1, is_opening_known=True)

    def test_of_a_loan_it_is_what_is_owed(self):
        self.make_balances(self.carl_mortgage, d2026_01_31=1000, d2026_02_28=905)
        self.make_posting(self.carl_mortgage, "2026-02-10", 100, "loan_repayment")
        self.make_posting(self.carl_mortgage, "2026-02-28", -5, "interest")
        statement = self.statement_of(self.carl_mortgage)
        self.assertStatement(statement, opening=1000, movement=-95, closing=905, difference=0)
        self.assertEqual([line["balance"] for line in statement["pages"][0]["lines"]], [900, 905])

    def test_a_fund_changes_its_value(self):
        self.make_balances(self.joint_fund, d2026_01_31=1000, d2026_02_15=1520)
        self.make_posting(self.joint_fund, "2026-02-10", -500, "investment_buy")
        self.assertStatement(
            self.statement_of(self.joint_fund), opening=1000, movement=500, difference=20, closing=1520, is_valued=True
        )

    def test_pages_carry_their_sums_forward(self):
        first, others = bank_statement.FIRST_PAGE_LINES, bank_statement.PAGE_LINES
        self.make_balances(self.holding, d2026_01_31=0)
        for number in range(first + others + 3):
            self.make_posting(self.holding, "2026-02-10", -1 if number % 3 == 0 else 2)
        pages = self.statement_of(self.holding)["pages"]
        self.assertEqual([len(page["lines"]) for page in pages], [first, others, 3])
        self.assertEqual(
            [(page["brought"] is None, page["carried"] is None) for page in pages],
            [(True, False), (False, False), (False, True)],
        )
        for page, following in itertools.pairwise(pages):
            self.assertEqual(page["carried"], following["brought"])
            self.assertEqual(page["carried"]["balance"], page["lines"][-1]["balance"])
            self.assertEqual(page["carried"]["money_in"] - page["carried"]["money_out"], page["carried"]["balance"])

    def test_the_cost_does_not_grow_with_the_transactions(self):
        self.make_balances(self.holding, d2026_01_31=0)
        for count in (3, 60):
            for number in range(count):
                self.make_posting(self.holding, "2026-02-10", number)
            self.env.flush_all()
            self.env.invalidate_all()
            with self.assertQueryCount(8):
                self.statement_of(self.holding)


@tagged("post_install", "-at_install")
class TestYearlyStatement(StatementCase):
    def yearly(self, partner, year=2025):
        self.env.flush_all()
        holdings = self.env["bank.holding"].search(partner._owned_holdings_domain())
        return self.env["bank.statement"]._yearly(holdings, year)

    def test_interest_and_fees(self):
        self.make_balances(self.anna_account, d2024_12_31=100, d2025_12_31=130)
        for booked_on, amount, kind in (
            ("2024-12-31", 99, "interest"),
            ("2025-01-01", 10, "interest"),
            ("2025-12-31", 25.5, "interest"),
            ("2025-06-30", -2.25, "interest"),
            ("2025-06-30", -4, "fee"),
            ("2025-07-01", 1, "fee"),  # a fee that was given back
            ("2025-07-01", 5, "salary"),
            ("2026-01-01", 99, "interest"),
        ):
            self.make_posting(self.anna_account, booked_on, amount, kind)
        euros = self.make_holding(self.account, {self.anna: 100}, currency=self.eur, opened_on="2025-03-01")
        self.make_posting(euros, "2025-04-01", 7, "interest")
        statement = self.yearly(self.anna)
        rows = {row["holding"]: row for row in statement["holdings"]}
        self.assertEqual(set(rows), {self.anna_account, self.joint_fund, euros})
        self.assertStatement(
            rows[self.anna_account],
            opening=100,
            closing=130,
            interest_received=35.5,
            interest_paid=2.25,
            fees=3,
        )
        self.assertStatement(rows[euros], opening=0, closing=None, interest_received=7, interest_paid=0, fees=0)
        self.assertEqual(
            {(total["currency"].name, total["interest_received"], total["fees"]) for total in statement["totals"]},
            {("CNY", 35.5, 3), ("EUR", 7, 0)},
        )

    def test_holdings_of_other_years_and_other_banks_are_left_out(self):
        self.make_holding(self.account, {self.olga: 100}, opened_on="2026-01-01")
        self.make_holding(self.account, {self.olga: 100}, opened_on="2019-01-01", closed_on="2024-12-31")
        self.make_holding(self.account, {self.olga: 100}, is_held_away=True)
        closed = self.make_holding(self.account, {self.olga: 100}, opened_on="2019-01-01", closed_on="2025-01-01")
        self.assertEqual([row["holding"] for row in self.yearly(self.olga)["holdings"]], [closed])

    def test_the_cost_does_not_grow_with_the_holdings(self):
        for _turn in range(2):
            for _number in range(10):
                holding = self.make_holding(self.account, {self.olga: 100}, 5, on="2025-03-01")
                self.make_posting(holding, "2025-04-01", 7, "interest")
            self.env.flush_all()
            self.env.invalidate_all()
            with self.assertQueryCount(14):
                self.yearly(self.olga)


@tagged("post_install", "-at_install")
@freeze_time("2026-03-15 08:00:00")
class TestStatementRequest(StatementCase):
    def request(self, role="rm_north", **values):
        return self.as_user(role, self.env["bank.statement.request"]).create(
            {"kind": "account", "holding_id": self.anna_account.id, **values}
        )

    def html(self, request):
        report = self.env["ir.actions.report"].with_user(request.env.user)
        content, _kind = report._render_qweb_html(request._report().report_name, request.ids)
        return content.decode()

    def test_the_month_before_for_the_main_owner(self):
        request = self.request()
        self.assertRecordValues(request, [{"partner_id": self.anna.id}])
        self.assertEqual((str(request.date_from), str(request.date_to)), ("2026-02-01", "2026-02-28"))
        action = request.action_print()
        self.assertEqual(action["report_name"], "bank_crm.report_bank_statement_account")

    def test_roles(self):
        for role in ("rm_north", "manager_north", "agent", "compliance", "auditor", "operations"):
            with self.subTest(role=role):
                self.assertTrue(self.request(role).action_print())
        for role in ("rm_south", "bank_admin"):
            for kind in ("account", "yearly"):
                with self.subTest(role=role, kind=kind), self.assertRaises(AccessError):
                    self.request(role, kind=kind, partner_id=self.anna.id).action_print()
        for role in ("employee", "portal"):
            with self.subTest(role=role), self.assertRaises(AccessError):
                self.request(role, partner_id=self.anna.id)

    def test_the_report_refuses_what_the_button_refuses(self):
        forged = (
            self.env["bank.statement.request"]
            .with_user(self.users["rm_south"])
            .create({"kind": "yearly", "partner_id": self.anna.id})
        )
        with mute_logger("odoo.http"), self.assertRaisesRegex(Exception, "(?i)access|allowed"):
            self.html(forged)

    def test_a_request_is_its_makers(self):
        request = self.request()
        with self.assertRaises(AccessError):
            request.with_user(self.users["agent"]).read(["partner_id"])

    def test_wrong_requests(self):
        for values in (
            {"date_from": "2026-02-02", "date_to": "2026-02-01"},
            {"date_from": "2024-01-01", "date_to": "2026-02-01"},
            {"date_from": False},
            {"holding_id": False, "partner_id": self.anna.id},
            {"partner_id": self.ben.id},
            {"kind": "yearly", "year": 2027},
            {"kind": "yearly", "year": 25},
        ):
            with self.subTest(values=values), self.assertRaises(ValidationError):
                self.request(**values)

    def test_too_many_lines(self):
        self.make_posting(self.anna_account, "2026-02-10", 1)
        request = self.request()
        self.patch(bank_statement_request, "MOST_LINES", 0)
        with self.assertRaisesRegex(UserError, r"^\[long_statement\]"):
            request.action_print()

    def test_what_is_printed(self):
        self.make_balances(self.anna_account, d2026_01_31=1100, d2026_02_28=1250)
        self.make_posting(
            self.anna_account, "2026-02-10", 100, "salary", counterparty="Bright <b>Trading</b>", text="February"
        )
        html = self.html(self.request())
        self.assertIn("Account Statement", html)
        self.assertIn("Bright &lt;b&gt;Trading&lt;/b&gt;", html)
        self.assertIn("1,100.00", html)
        self.assertIn("1,250.00", html)
        self.assertRegex(html, r"differs from the\s+opening balance and the transactions by")
        self.assertIn("50.00", html)
        self.assertIn("¥", html)

    def test_the_yearly_statement_is_printed(self):
        self.make_posting(self.anna_account, "2025-02-10", 12.34, "interest")
        html = self.html(self.request(kind="yearly", year=2025, holding_id=False, partner_id=self.anna.id))
        self.assertIn("Yearly Statement", html)
        self.assertIn("12.34", html)
        self.assertIn("unknown", html)

    def test_in_the_language_of_the_customer(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.make_posting(self.anna_account, "2026-02-10", 1234.5, "salary")
        salary = self.env["ir.model.fields.selection"].search(
            [("field_id.model", "=", "bank.transaction"), ("field_id.name", "=", "kind"), ("value", "=", "salary")]
        )
        salary.with_context(lang="fr_FR").name = "Salaire"
        self.anna.lang = "fr_FR"
        html = self.html(self.request())
        self.assertIn("Salaire", html)
        self.assertIn('lang="fr"', html)
        self.assertRegex(html, "1\\D234,50")
        self.anna.lang = False
        self.assertNotIn("Salaire", self.html(self.request()))

    @unittest.skipUnless(PyPDF2, "PyPDF2 is not installed")
    def test_a_long_statement_keeps_to_its_pages(self):
        self.make_balances(self.anna_account, d2026_01_31=0)
        count = bank_statement.FIRST_PAGE_LINES + bank_statement.PAGE_LINES + 3
        for number in range(count):
            self.make_posting(
                self.anna_account,
                "2026-02-10",
                number + 1,
                "payment_in",
                text="words " * 60,
                counterparty="somebody with a long name " * 8,
            )
        request = self.request()
        report = self.env["ir.actions.report"].with_context(force_report_rendering=True)
        content, kind = report._render_qweb_pdf(request._report().report_name, request.ids)
        self.assertEqual(kind, "pdf")
        pages = PyPDF2.PdfReader(io.BytesIO(content)).pages
        self.assertEqual(len(pages), 3)
        texts = [page.extract_text() for page in pages]
        self.assertEqual(["Carried forward" in text for text in texts], [True, True, False])
        self.assertEqual(["Brought forward" in text for text in texts], [False, True, True])
