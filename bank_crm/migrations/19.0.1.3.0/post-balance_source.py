"""Balances from before 19.0.1.3.0 were sent or entered: transactions, from which they could be computed, are new."""

import logging

_logger = logging.getLogger(__name__)


def migrate(cr, version):
    if not version:
        return
    cr.execute(
        """UPDATE bank_holding holding SET balance_source = 'sent'
            WHERE balance_source IS NULL
              AND EXISTS (SELECT FROM bank_balance balance WHERE balance.holding_id = holding.id)"""
    )
    _logger.info("Balances of %s holdings are marked as sent", cr.rowcount)
