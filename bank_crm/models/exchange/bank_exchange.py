import logging
import time

import psycopg2.errors

from odoo import api, fields, models
from odoo.exceptions import AccessError, ConcurrencyError, ValidationError
from odoo.tools import SQL
from odoo.tools.misc import clean_context

from .feed import digest
from .feed.balance_feed import BalanceFeed
from .feed.customer_feed import CustomerFeed
from .feed.holding_feed import HoldingFeed
from .feed.problems import Problems
from .feed.transaction_feed import TransactionFeed

_logger = logging.getLogger(__name__)

ON_ERROR = ("reject_batch", "skip_row")
MAX_ROWS = 100_000
LONGEST_KEY = 128
FEEDS = (CustomerFeed, HoldingFeed, BalanceFeed, TransactionFeed)
# Two calls at the same time have tried to create the same record: the second one is repeated and sees the first one's.
RACES = (psycopg2.errors.UniqueViolation, psycopg2.errors.ForeignKeyViolation)


class BankExchange(models.AbstractModel):
    """The door through which other systems send customers, holdings, balances and transactions.

    Every method takes ``(source, batch_key, rows, on_error)`` and gives the same answer::

        {"batch_id": 7, "batch_key": "2026-11-24/1", "state": "done", "replayed": false,
         "received": 2, "created": 1, "updated": 0, "unchanged": 1, "rejected": 0, "errors": []}

    ``state``
        ``done``: all rows were taken; ``partial``: with ``on_error="skip_row"`` some were refused; ``rejected``: with
        ``on_error="reject_batch"`` a row was wrong, so nothing was written.
    ``errors``
        ``[{"row", "field", "code", "message"}]``; rows are counted from 1, row 0 is the batch itself. A wrong row can
        have several errors. Codes are stable; messages are in the caller's language, name the field and the remedy,
        and never quote personal data.
    counts
        ``received = created + updated + unchanged + rejected``. A refused batch counts all of its rows as rejected.

    **Repetition.** ``batch_key`` is unique for each ``source``. The same key with the same rows answers the first
    result again with ``replayed: true``, whatever ``on_error`` says. The same key with other rows answers state
    ``rejected`` with the error ``batch_key_conflict`` and changes nothing, unless the first batch was rejected: that
    one left nothing behind, so its key may be used again for corrected rows.

    **Keys** are the other system's own ids, unique for each source. Only the keys that are present in a row are
    written; null or an empty text clears an optional field. Dates are ISO 8601, amounts JSON numbers or decimal texts.

    **Access.** Members of *Operations* only; for them the access rules of single customers do not apply.
    """

    _name = "bank.exchange"
    _description = "Exchange with Other Systems"

    # ------------------------------------------------------------------
    # Public methods
    # ------------------------------------------------------------------

    @api.model
    def push_customers(self, source, batch_key, rows, on_error="reject_batch"):
        """Create or update customers.

        Example (JSON-2)::

            POST /json/2/bank.exchange/push_customers
            {"source": "core", "batch_key": "customers-2026-11-24", "on_error": "skip_row", "rows": [
                {"external_id": "4711", "name": "Anna Berg", "type": "individual", "birthdate": "1984-02-29",
                 "email": "anna@example.com", "phone": "+420 601 123 456", "country_code": "CZ",
                 "branch_code": "PRG1", "manager_login": "li.na", "annual_income": "480000.00", "currency": "CZK",
                 "identity_documents": [{"type": "passport", "number": "X1234567", "country_code": "CZ",
                                         "expires_on": "2031-05-01"}]}]}

        :param source: name of the sending system, at most 128 characters
        :param batch_key: the sender's key of this batch, at most 128 characters
        :param rows: list of objects. Required: ``external_id``, ``name``. Optional: ``customer_number`` (left out, the
            next number is given), ``type`` (individual, sole_trader, company), ``birthdate``, ``gender`` (female,
            male, other, unknown), ``nationality`` and ``country_code`` (ISO 3166, two letters), ``email``, ``phone``,
            ``street``, ``city``, ``zip``, ``lang``, ``branch_code``, ``manager_login``, ``relationship_start_on``,
            ``occupation``, ``annual_income`` in ``currency`` (ISO 4217), ``preferred_channel``,
            ``identity_documents``: list of ``{type, number, country_code, issued_on, expires_on}``; documents are
            added or get new dates, a document that is not in the list stays
        :param on_error: ``reject_batch`` or ``skip_row``
        :return: see the class; codes: ``unknown_field``, ``required_field``, ``wrong_type``, ``invalid_date``,
            ``invalid_amount``, ``invalid_text``, ``invalid_value``, ``too_long``, ``duplicate_key``,
            ``customer_number_taken``, ``duplicate_identity_document``, ``invalid_document_number``,
            ``invalid_document_country``, ``unknown_branch``, ``unknown_manager``, ``unknown_country``,
            ``unknown_currency``, ``unknown_language``, ``batch_key_conflict``
        :raises AccessError: ``[access_denied]``
        :raises ValidationError: ``[invalid_argument]`` when the arguments themselves make no sense
        """
        return self._push(CustomerFeed, source, batch_key, rows, on_error)

    @api.model
    def push_holdings(self, source, batch_key, rows, on_error="reject_batch"):
        """Create or update holdings and who has which role in them.

        Example (JSON-2)::

            POST /json/2/bank.exchange/push_holdings
            {"source": "core", "batch_key": "holdings-2026-11-24", "rows": [
                {"external_id": "ACC-1", "product_code": "CURRENT", "number": "6222021234567890", "currency": "CZK",
                 "opened_on": "2019-03-01", "balance": "1250.50", "balance_on": "2026-11-23",
                 "parties": [{"customer_external_id": "4711", "role": "owner", "share_pct": 60},
                             {"customer_external_id": "4712", "role": "joint", "share_pct": 40}]}]}

        :param source: see :meth:`push_customers`
        :param batch_key: see :meth:`push_customers`
        :param rows: list of objects. Required: ``external_id``, ``product_code``, ``parties``: list of
            ``{customer_external_id, role, share_pct}`` with role owner, joint, beneficiary, signatory or guarantor;
            the list replaces the former one; the shares of owners and joint owners sum to 100, a single owner may
            leave his out. Optional: ``number`` (kept encrypted), ``currency``, ``opened_on``, ``matures_on``,
            ``closed_on``, ``branch_code``, ``balance`` with ``balance_on``, ``is_held_away``. The balance of a loan
            or a card is what is owed
        :param on_error: see :meth:`push_customers`
        :return: see the class; codes besides those of customers: ``unknown_product``, ``unknown_customer``,
            ``no_owner``, ``shares_not_100``, ``missing_balance_date``, ``currency_mismatch``
        :raises AccessError: ``[access_denied]``
        :raises ValidationError: ``[invalid_argument]``
        """
        return self._push(HoldingFeed, source, batch_key, rows, on_error)

    @api.model
    def push_balances(self, source, batch_key, rows, on_error="reject_batch"):
        """Write the balances of holdings at the end of days; a holding shows its newest one.

        Example (JSON-2)::

            POST /json/2/bank.exchange/push_balances
            {"source": "core", "batch_key": "balances-2026-11-23", "rows": [
                {"holding_external_id": "ACC-1", "date": "2026-11-23", "amount": "1250.50", "currency": "CZK"}]}

        :param source: see :meth:`push_customers`
        :param batch_key: see :meth:`push_customers`
        :param rows: list of objects. Required: ``holding_external_id``, ``date``, ``amount`` in the holding's
            currency. Optional: ``currency``, which is compared with the holding's. A second row for a
            holding and date replaces the first one when it comes in a later batch
        :param on_error: see :meth:`push_customers`
        :return: see the class; codes: ``unknown_field``, ``required_field``, ``wrong_type``, ``invalid_date``,
            ``invalid_amount``, ``unknown_holding``, ``unknown_currency``, ``currency_mismatch``, ``duplicate_key``,
            ``batch_key_conflict``
        :raises AccessError: ``[access_denied]``
        :raises ValidationError: ``[invalid_argument]``
        """
        return self._push(BalanceFeed, source, batch_key, rows, on_error)

    @api.model
    def push_transactions(self, source, batch_key, rows, on_error="reject_batch"):
        """Write the postings in the books of holdings.

        Example (JSON-2)::

            POST /json/2/bank.exchange/push_transactions
            {"source": "core", "batch_key": "transactions-2026-11-23", "rows": [
                {"external_id": "T-1", "holding_external_id": "ACC-1", "booked_on": "2026-11-23",
                 "amount": "-250.00", "kind": "payment_out", "text": "Rent November",
                 "counterparty": "Vinohrady Homes", "channel": "app", "balance_after": "1000.50"}]}

        A posting that comes again with other values is a correction: it changes, and what it was is kept. The balances
        of a holding of which no balance was ever sent are computed from its postings, for each day with one.

        :param source: see :meth:`push_customers`
        :param batch_key: see :meth:`push_customers`
        :param rows: list of objects. Required: ``external_id``, ``holding_external_id``, ``booked_on``, ``amount`` in
            the holding's currency, signed from the customer's view (above zero is money in, also for loans and cards).
            Optional: ``kind`` (see ``bank.transaction``; left out: other), ``text``, ``counterparty`` (card, identity
            and account numbers in them are masked), ``channel``, ``balance_after``: the holding's balance after the
            posting, of a loan or a card what is owed
        :param on_error: see :meth:`push_customers`
        :return: see the class; codes: ``unknown_field``, ``required_field``, ``wrong_type``, ``invalid_date``,
            ``invalid_amount``, ``invalid_text``, ``invalid_value``, ``too_long``, ``unknown_holding``,
            ``duplicate_key``, ``currency_mismatch``, ``batch_key_conflict``
        :raises AccessError: ``[access_denied]``
        :raises ValidationError: ``[invalid_argument]``
        """
        return self._push(TransactionFeed, source, batch_key, rows, on_error)

    # ------------------------------------------------------------------
    # One batch
    # ------------------------------------------------------------------

    def _push(self, feed_class, source, batch_key, rows, on_error):
        self._check_feed_access()
        self._check_arguments(source, batch_key, rows, on_error)
        clock = (fields.Datetime.now(), time.monotonic())
        # sudo: bank.exchange - the caller may feed all customers (checked above), whatever rules single records have
        server = self.sudo().with_context(clean_context(self.env.context), tracking_disable=True)
        return server._push_batch(feed_class, source, batch_key, rows, on_error, clock)

    def _push_batch(self, feed_class, source, batch_key, rows, on_error, clock):
        self._lock(feed_class, source, batch_key)
        batches = self.env["bank.exchange.batch"]
        payload_hash = digest.of_batch(feed_class.kind, rows)
        earlier = batches._find(source, batch_key)
        if earlier and earlier.payload_hash == payload_hash:
            earlier.replay_count += 1
            return earlier._answer(replayed=True)
        if earlier and earlier.state != "rejected":
            return self._refuse_conflict(earlier, len(rows))
        log = {
            "source": source,
            "batch_key": batch_key,
            "kind": feed_class.kind,
            "on_error": on_error,
            "payload_hash": payload_hash,
        }
        try:
            with self.env.cr.savepoint():
                result = self._process(feed_class(self.env, source), rows, on_error)
                batch = batches._log(result, clock, **log)
                batch._log_errors(result["errors"], rows)
                batch.flush_recordset()
        except RACES as error:
            # With its traceback, without its text: the database quotes values.
            raise ConcurrencyError(f"{type(error).__name__} in batch of {feed_class.kind}") from None
        except (psycopg2.OperationalError, ConcurrencyError):  # the server repeats the call
            raise
        except Exception as error:
            self._log_failure(error, len(rows), clock, log)
            raise
        return batch._answer(replayed=False, errors=result["errors"])

    def _process(self, feed, rows, on_error):
        """Read and, unless a wrong row forbids it, write the rows.

        :return: ``{state, received, created, updated, unchanged, rejected, errors}``
        """
        self.env.flush_all()
        feed.look_at(rows)
        rejected = len(feed.problems.rows)
        state = "partial" if rejected else "done"
        if rejected and on_error == "reject_batch":
            state, rejected = "rejected", len(rows)
        else:
            feed.apply()
            self.env.flush_all()
            self.env.invalidate_all(flush=False)
        return {
            "state": state,
            "received": len(rows),
            "created": feed.created,
            "updated": feed.updated,
            "unchanged": feed.unchanged,
            "rejected": rejected,
            "errors": feed.problems.as_answer(),
        }

    def _refuse_conflict(self, earlier, received):
        """Return the answer to other rows under a key that is taken; nothing is written."""
        problems = Problems(self.env)
        problems.add(0, "batch_key", "batch_key_conflict")
        return {
            "batch_id": earlier.id,
            "batch_key": earlier.batch_key,
            "state": "rejected",
            "replayed": False,
            "received": received,
            "created": 0,
            "updated": 0,
            "unchanged": 0,
            "rejected": received,
            "errors": problems.as_answer(),
        }

    def _log_failure(self, error, received, clock, log):
        """Keep the failed batch in a transaction of its own: the caller's is rolled back."""
        result = {"state": "failed", "received": received, "created": 0, "updated": 0, "unchanged": 0}
        result["rejected"] = received
        try:
            with self.env.registry.cursor() as cr:
                batches = self.env(cr=cr)["bank.exchange.batch"]
                batches._log(result, clock, failure=type(error).__name__, **log)
        except Exception:
            _logger.warning("A failed batch could not be kept", exc_info=True)  # its own error is the one that counts

    @api.model
    def _check_rows(self, kind, source, rows):
        """Look for errors without writing anything, for the import of files.

        :return: ``{created, updated, unchanged, rejected, errors}``; what would be written is not counted
        """
        self._check_feed_access()
        feed_class = {feed.kind: feed for feed in FEEDS}[kind]
        self.env.flush_all()
        # sudo: bank.exchange - the caller may feed all customers (checked above), whatever rules single records have
        feed = feed_class(self.sudo().env, source)
        feed.look_at(rows)
        return {
            "created": 0,
            "updated": 0,
            "unchanged": 0,
            "rejected": len(feed.problems.rows),
            "errors": feed.problems.as_answer(),
        }

    # ------------------------------------------------------------------
    # Checks
    # ------------------------------------------------------------------

    def _check_feed_access(self):
        if not (self.env.su or self.env.user.has_group("bank_crm.group_operations")):
            raise AccessError(
                self.env._(
                    "[access_denied] Only members of the group Operations may push data. Ask an administrator for the "
                    "group, or use another account."
                )
            )

    def _check_arguments(self, source, batch_key, rows, on_error):
        for name, value in (("source", source), ("batch_key", batch_key)):
            printable = isinstance(value, str) and value.isprintable() and value == value.strip()
            if not printable or not 0 < len(value) <= LONGEST_KEY:
                raise ValidationError(
                    self.env._(
                        "[invalid_argument] %(name)s: give a text of 1 to %(longest)s characters, without blanks "
                        "around it and without control characters.",
                        name=name,
                        longest=LONGEST_KEY,
                    )
                )
        if on_error not in ON_ERROR:
            raise ValidationError(
                self.env._("[invalid_argument] on_error: use one of %(values)s.", values=", ".join(ON_ERROR))
            )
        if not isinstance(rows, list):
            raise ValidationError(self.env._("[invalid_argument] rows: give a list of objects."))
        if len(rows) > self._max_rows():
            raise ValidationError(
                self.env._(
                    "[invalid_argument] rows: %(count)s rows are more than the %(limit)s that one batch may have. "
                    "Split them, or have the system parameter bank_crm.exchange_max_rows raised.",
                    count=len(rows),
                    limit=self._max_rows(),
                )
            )

    @api.model
    def _max_rows(self):
        # sudo: ir.config_parameter - a limit of the interface, no secret
        value = self.env["ir.config_parameter"].sudo().get_param("bank_crm.exchange_max_rows", MAX_ROWS)
        try:
            return max(1, int(value))
        except (TypeError, ValueError):
            return MAX_ROWS

    def _lock(self, feed_class, source, batch_key):
        """Let one batch of a source work at a time: two would create the same customer twice.

        Balances create no keys, so only equal batches wait for each other.

        :raises ConcurrencyError: somebody else was at work: this transaction does not see what he has written, so the
            server has to begin the call anew
        """
        key = f"bank.exchange/{self.env.company.id}/{source}"
        if not feed_class.makes_keys:
            key = f"{key}/{batch_key}"
        number = SQL("hashtextextended(%s, 0)", key)
        [(free,)] = self.env.execute_query(SQL("SELECT pg_try_advisory_xact_lock(%s)", number))
        if not free:
            self.env.execute_query(SQL("SELECT pg_advisory_xact_lock(%s)::text", number))
            raise ConcurrencyError("another batch of this source was at work")
