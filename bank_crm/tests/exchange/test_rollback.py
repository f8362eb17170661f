from unittest.mock import patch

import psycopg2

from odoo.exceptions import ConcurrencyError
from odoo.tests import tagged
from odoo.tools import SQL, mute_logger

from ...models.exchange.bank_exchange import BankExchange
from ...models.exchange.feed import customer_documents, events
from .common import ExchangeCase

ROWS = [
    {
        "external_id": "1",
        "name": "Anna",
        "branch_code": "XT1",
        "annual_income": 5,
        "identity_documents": [{"type": "passport", "number": "X1234567"}],
    }
]
TABLES = (
    "res_partner",
    "bank_financial_profile",
    "bank_exchange_key",
    "bank_assignment",
    "bank_identity_document",
    "bank_customer_event",
    "bank_exchange_batch",
    "bank_exchange_error",
)


@tagged("post_install", "-at_install")
class TestRollback(ExchangeCase):
    def count(self):
        self.env.flush_all()
        return {
            table: self.env.execute_query(SQL("SELECT count(*) FROM %s", SQL.identifier(table)))[0][0]
            for table in TABLES
        }

    def test_a_failure_in_the_last_statement_leaves_nothing_of_the_first(self):
        before, logged = self.count(), []
        with (
            patch.object(events.EventWriter, "store", side_effect=RuntimeError("disk on fire")),
            patch.object(BankExchange, "_log_failure", lambda *args: logged.append(args[1])),
            self.assertRaisesRegex(RuntimeError, "disk on fire"),
        ):
            self.push_customers(ROWS)
        self.assertEqual(self.count(), before)
        self.assertEqual([str(error) for error in logged], ["disk on fire"])

    def test_a_failure_of_the_database_leaves_nothing(self):
        before = self.count()

        def broken(feed, new):
            feed.env.cr.execute("INSERT INTO bank_identity_document (partner_id) VALUES (-1)")

        with (
            patch.object(customer_documents.DocumentFeed, "_insert", broken),
            patch.object(BankExchange, "_log_failure", lambda *args: None),
            mute_logger("odoo.sql_db"),
            self.assertRaises(psycopg2.IntegrityError),
        ):
            self.push_customers(ROWS)
        self.assertEqual(self.count(), before)
        self.assertCounts(self.push_customers(ROWS), created=1)

    def test_a_failed_batch_is_kept_and_its_key_stays_free(self):
        # Odoo's assertRaises rolls everything back, the record of the failure too
        with (
            self.enter_registry_test_mode(),
            patch.object(events.EventWriter, "store", side_effect=RuntimeError("disk on fire")),
        ):
            try:
                self.push_customers(ROWS)
            except RuntimeError as error:
                raised = error
        self.assertEqual(str(raised), "disk on fire")
        self.assertFalse(self.customer("1"))
        batch = self.env["bank.exchange.batch"].search([("batch_key", "=", "customers-1")])
        self.assertRecordValues(
            batch, [{"state": "failed", "received": 1, "rejected_count": 1, "failure": "RuntimeError"}]
        )
        self.assertCounts(self.push_customers(ROWS), created=1)

    def test_a_race_for_a_key_asks_for_a_repetition(self):
        """Somebody else has created the customer in a transaction that ours does not see yet."""
        self.push_customers(ROWS)
        rows = [{"external_id": "1", "name": "Anna"}]
        target = "odoo.addons.bank_crm.models.exchange.feed.known_customers.fetch"
        with patch(target, lambda *args: {}), mute_logger("odoo.sql_db"), self.assertRaises(ConcurrencyError):
            self.push_customers(rows, key="2")

    def test_a_batch_waits_for_another_one_of_its_source(self):
        """The lock is held by another session: the call waits for it and then asks to be begun anew."""
        number = SQL("hashtextextended(%s, 0)", f"bank.exchange/{self.env.company.id}/core")
        with self.env.registry.cursor() as other:
            other.execute(SQL("SELECT pg_advisory_xact_lock(%s)", number))
            self.env.cr.execute("SET LOCAL lock_timeout = '200ms'")
            with (
                mute_logger("odoo.sql_db"),
                self.assertRaises(psycopg2.OperationalError) as caught,
                self.env.cr.savepoint(),
            ):
                self.push_customers(ROWS)
            self.assertEqual(caught.exception.pgcode, "55P03")  # lock_not_available: it did wait
            answer = self.push_customers(ROWS, source="cards")
            self.assertCounts(answer, created=1)
