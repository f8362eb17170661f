from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .common import ExchangeCase


def row(external_id, booked_on, amount, holding="h1", **values):
    return {
        "external_id": external_id,
        "holding_external_id": holding,
        "booked_on": booked_on,
        "amount": amount,
        **values,
    }


class TransactionCase(ExchangeCase):
    """Anna has an account h1, an account h2 in Czech crowns and a loan l1."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.loan = cls.env["bank.product"].create({"name": "Loan", "code": "XLOAN", "product_class": "loan"})
        cls.fund = cls.env["bank.product"].create({"name": "Fund", "code": "XFUND", "product_class": "fund"})
        cls.exchange.push_customers("core", "c", [{"external_id": "1", "name": "Anna"}])
        parties = [{"customer_external_id": "1", "role": "owner"}]
        cls.exchange.push_holdings(
            "core",
            "h",
            [
                {"external_id": "h1", "product_code": "XCUR", "parties": parties, "number": "6222021234567894"},
                {"external_id": "h2", "product_code": "XCUR", "parties": parties, "currency": "CZK"},
                {"external_id": "h3", "product_code": "XCUR", "parties": parties},
                {"external_id": "l1", "product_code": "XLOAN", "parties": parties},
                {"external_id": "f1", "product_code": "XFUND", "parties": parties},
            ],
        )

    def posting(self, external_id, source="core"):
        self.env.invalidate_all()
        return self.env["bank.transaction"].search([("external_id", "=", external_id), ("source", "=", source)])


@tagged("post_install", "-at_install")
class TestPushTransactions(TransactionCase):
    def test_what_is_kept(self):
        answer = self.push_transactions(
            [
                row(
                    "t1",
                    "2026-01-03",
                    "-250.00",
                    kind="payment_out",
                    text="Rent January",
                    counterparty="Vinohrady Homes",
                    channel="app",
                    balance_after="1000.5",
                ),
                row("t2", "2026-01-04", 10.005),
            ]
        )
        self.assertCounts(answer, created=2)
        self.assertRecordValues(
            self.posting("t1") | self.posting("t2"),
            [
                {
                    "holding_id": self.holding("h1").id,
                    "company_id": self.env.company.id,
                    "currency_id": self.holding("h1").currency_id.id,
                    "amount": -250,
                    "kind": "payment_out",
                    "text": "Rent January",
                    "counterparty": "Vinohrady Homes",
                    "channel": "app",
                    "balance_after": 1000.5,
                    "has_balance_after": True,
                    "owner_id": self.customer("1").id,
                    "is_corrected": False,
                },
                {
                    "holding_id": self.holding("h1").id,
                    "company_id": self.env.company.id,
                    "currency_id": self.holding("h1").currency_id.id,
                    "amount": 10.01,
                    "kind": "other",
                    "text": False,
                    "counterparty": False,
                    "channel": False,
                    "balance_after": 0,
                    "has_balance_after": False,
                    "owner_id": self.customer("1").id,
                    "is_corrected": False,
                },
            ],
        )
        self.assertEqual(self.posting("t1").create_uid, self.operator)

    def test_the_same_again_changes_nothing(self):
        rows = [
            row("t1", "2026-01-03", "-250.00", text="Card 6222021234567894", balance_after=0),
            row("t2", "2026-01-04", 1),
        ]
        self.push_transactions(rows)
        self.env.cr.execute("UPDATE bank_transaction SET write_date = '2001-01-01'")
        self.env.cr.execute("UPDATE bank_holding SET write_date = '2001-01-01'")
        self.assertCounts(self.push_transactions(rows, key="2"), unchanged=2)
        self.assertTrue(self.push_transactions(rows, key="2")["replayed"])
        self.assertEqual({self.posting(key).write_date.year for key in ("t1", "t2")}, {2001})
        self.assertEqual(self.holding("h1").write_date.year, 2001)
        self.assertFalse(self.posting("t1").revision_ids)

    def test_only_what_is_there_is_written(self):
        self.push_transactions([row("t1", "2026-01-03", 5, text="Salary", kind="salary", channel="app")])
        answer = self.push_transactions([row("t1", "2026-01-03", 5, channel=None)], key="2")
        self.assertCounts(answer, updated=1)
        self.assertRecordValues(self.posting("t1"), [{"text": "Salary", "kind": "salary", "channel": False}])
        self.assertCounts(self.push_transactions([row("t1", "2026-01-03", 5, kind=None)], key="3"), updated=1)
        self.assertEqual(self.posting("t1").kind, "other")

    def test_a_correction_keeps_what_it_was(self):
        self.push_transactions([row("t1", "2026-01-03", 5, text="Salry"), row("t2", "2026-01-03", 7)])
        answer = self.push_transactions(
            [row("t1", "2026-01-04", 6, text="Salary"), row("t2", "2026-01-03", 7)], key="2"
        )
        self.assertCounts(answer, updated=1, unchanged=1)
        posting = self.posting("t1")
        self.assertRecordValues(posting, [{"amount": 6, "text": "Salary", "is_corrected": True}])
        self.assertRecordValues(
            posting.revision_ids,
            [
                {
                    "amount": 5,
                    "text": "Salry",
                    "changed_fields": "booked_on,amount,text",
                    "holding_id": self.holding("h1").id,
                    "user_id": self.operator.id,
                }
            ],
        )
        self.assertEqual(str(posting.revision_ids.booked_on), "2026-01-03")
        self.assertEqual(posting.revision_ids.changed_labels, "Booked, Amount, Text")
        self.push_transactions([row("t1", "2026-01-04", 8)], key="3")
        self.assertEqual(self.posting("t1").revision_ids.mapped("amount"), [6, 5])

    def test_card_identity_and_account_numbers_are_masked(self):
        self.push_transactions(
            [
                row(
                    "t1",
                    "2026-01-03",
                    -5,
                    text="Card 4111 1111 1111 1111, ID 11010519491231002X, to 6222021234567894",
                    counterparty="Petr Novák 2000145399/0800",
                )
            ]
        )
        self.assertRecordValues(
            self.posting("t1"),
            [
                {
                    "text": "Card ****1111, ID ****002X, to ****7894",
                    "counterparty": "Petr Novák ****5399/0800",
                }
            ],
        )

    def test_wrong_rows_are_told_apart(self):
        rows = [
            row("t1", "2026-01-03", 1, holding="nope"),
            row("t2", "2026-02-30", 1),
            row("t3", "2026-01-03", "12,50"),
            row("t4", "2026-01-03", True),
            {"external_id": "t5", "holding_external_id": "h1", "booked_on": "2026-01-03"},
            row("t6", "2026-01-03", 1, kind="gift"),
            row("t7", "2026-01-03", 1),
            row("t7", "2026-01-04", 1),
            row("t8", "2026-01-04", 1e300),
            row("t9", "2026-01-05", 1, currency="CZK"),
            row("t10", "2200-01-05", 1),
            row("t11", "2026-01-05", 1, text="x" * 513),
            row(" t12", "2026-01-05", 1),
            row("t13", "2026-01-05", 1, balance_after="much"),
            row("t14", "2026-01-05", 1, counterparty="a\nb"),
        ]
        answer = self.push_transactions(rows, on_error="skip_row")
        self.assertRefused(
            answer,
            (1, "holding_external_id", "unknown_holding"),
            (2, "booked_on", "invalid_date"),
            (3, "amount", "invalid_amount"),
            (4, "amount", "wrong_type"),
            (5, "amount", "required_field"),
            (6, "kind", "invalid_value"),
            (8, "external_id", "duplicate_key"),
            (9, "amount", "invalid_amount"),
            (10, "currency", "unknown_field"),
            (11, "booked_on", "invalid_date"),
            (12, "text", "too_long"),
            (13, "external_id", "invalid_text"),
            (14, "balance_after", "invalid_amount"),
            (15, "counterparty", "invalid_text"),
        )
        self.assertCounts(answer, created=1, rejected=14)
        self.assertEqual(self.push_transactions(rows, key="2")["state"], "rejected")
        self.assertFalse(self.posting("t6"))

    def test_a_refused_batch_leaves_nothing(self):
        answer = self.push_transactions([row("t1", "2026-01-03", 1), row("t2", "2026-01-03", "x")])
        self.assertCounts(answer, rejected=2)
        self.assertFalse(self.posting("t1"))
        self.assertFalse(self.holding("h1").balance_on)

    def test_nothing_personal_is_kept_of_refused_rows(self):
        answer = self.push_transactions(
            [row("t1", "2026-01-03", "x", text="Alimony", counterparty="Petr", kind="fee")], on_error="skip_row"
        )
        batch = self.env["bank.exchange.batch"].browse(answer["batch_id"])
        self.assertEqual(
            batch.error_ids.row_data,
            {
                "external_id": "t1",
                "holding_external_id": "h1",
                "booked_on": "2026-01-03",
                "amount": "****",
                "text": "****",
                "counterparty": "****",
                "kind": "fee",
            },
        )

    def test_a_posting_moves_to_another_holding(self):
        self.push_transactions([row("t1", "2026-01-03", 5), row("t2", "2026-01-04", 7)])
        self.push_transactions([row("t2", "2026-01-04", 7, holding="h3")], key="2")
        self.env.invalidate_all()
        self.assertEqual((self.holding("h1").balance, str(self.holding("h1").balance_on)), (5, "2026-01-03"))
        self.assertEqual((self.holding("h3").balance, str(self.holding("h3").balance_on)), (7, "2026-01-04"))
        answer = self.push_transactions([row("t2", "2026-01-04", 7, holding="h2")], key="3")
        self.assertRefused(answer, (1, "holding_external_id", "currency_mismatch"))

    def test_sources_do_not_mix(self):
        self.push_transactions([row("t1", "2026-01-03", 5)])
        answer = self.push_transactions([row("t1", "2026-01-03", 6)], source="other")
        self.assertRefused(answer, (1, "holding_external_id", "unknown_holding"))

    def test_the_currency_of_a_holding_with_postings_is_fixed(self):
        self.push_transactions([row("t1", "2026-01-03", -5, holding="f1")])
        answer = self.push_holdings(
            [
                {
                    "external_id": "f1",
                    "product_code": "XFUND",
                    "currency": "CZK",
                    "parties": [{"customer_external_id": "1", "role": "owner"}],
                }
            ]
        )
        self.assertRefused(answer, (1, "currency", "currency_mismatch"))

    def test_no_words_about_an_anonymised_customer_come_back(self):
        self.push_transactions([row("t1", "2026-01-03", 5, text="Salary", counterparty="Bright")])
        self.customer("1").is_anonymized = True
        self.env.flush_all()
        self.env.cr.execute("UPDATE bank_transaction SET text = NULL, counterparty = NULL")
        rows = [row("t1", "2026-01-03", 5, text="Salary", counterparty="Bright"), row("t2", "2026-01-04", 5, text="x")]
        self.assertCounts(self.push_transactions(rows, key="2"), created=1, unchanged=1)
        self.assertEqual([self.posting("t1").text, self.posting("t2").text], [False, False])


@tagged("post_install", "-at_install")
class TestSealedTransactions(TransactionCase):
    def test_nobody_writes_postings(self):
        self.push_transactions([row("t1", "2026-01-03", 5)])
        self.push_transactions([row("t1", "2026-01-03", 6)], key="2")
        posting = self.posting("t1")
        values = {
            "holding_id": posting.holding_id.id,
            "company_id": self.env.company.id,
            "currency_id": posting.currency_id.id,
            "source": "core",
            "external_id": "t9",
            "booked_on": "2026-01-03",
            "amount": 1,
        }
        everybody = [
            new_test_user(self.env, login=f"xch.{role}", groups=f"bank_crm.group_{role}")
            for role in ("branch_manager", "service_agent", "compliance", "auditor", "bank_admin")
        ]
        everybody += [self.operator, self.manager, self.env.ref("base.user_admin"), self.env.ref("base.user_root")]
        for user in everybody:
            context = {"bank_seal_key": True, "bank_guard_key": "x"}  # what a caller over RPC can send
            for env in (self.env(user=user), self.env(user=user, context=context), self.env(user=user, su=True)):
                with self.subTest(user=user.login, su=env.su), self.assertRaises(AccessError):
                    env["bank.transaction"].create(values)
                for record in (posting.with_env(env), posting.revision_ids.with_env(env)):
                    with self.subTest(user=user.login, su=env.su), self.assertRaises(AccessError):
                        record.write({"amount": 7})
                    with self.subTest(user=user.login, su=env.su), self.assertRaises(AccessError):
                        record.unlink()
                with self.subTest(user=user.login, su=env.su), self.assertRaises(AccessError):
                    env["bank.transaction.revision"].create({**posting.revision_ids.copy_data()[0]})

    def test_what_is_written_in_python_is_masked_too(self):
        posting = (
            self.env["bank.transaction"]
            ._unsealed()
            .create(
                {
                    "holding_id": self.holding("h1").id,
                    "company_id": self.env.company.id,
                    "currency_id": self.holding("h1").currency_id.id,
                    "source": "core",
                    "external_id": "t9",
                    "booked_on": "2026-01-03",
                    "amount": 1,
                    "text": "Card 4111111111111111",
                    "counterparty": "Anna 12345678",
                }
            )
        )
        self.assertRecordValues(posting, [{"text": "Card ****1111", "counterparty": "Anna ****5678"}])
