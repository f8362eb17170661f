"""Loads the PKDD'99 financial data ("Berka": a Czech bank, 1993-1998) into a running Bank CRM over XML-RPC.

Only the standard library is used, and only what any other core-banking system could use too: Odoo's external
API for the configuration, `bank.exchange` for customers, holdings and transactions. The balances of the accounts are
not sent: the server computes them from the transactions, and `verify` compares them with figures of its own.

How data flows through the files of this package::

    tables -> records -> dataset -> mapping -> feed -> (XML-RPC) -> verify
    files     one row    references  exchange  batches              read back
"""
