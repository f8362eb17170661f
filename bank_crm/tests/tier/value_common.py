"""Months of customers, written as the computation of months leaves them, and the value classes in plain Python."""

import math
from fractions import Fraction

from odoo.tools import SQL

from ..common import BankCase


class ValueCase(BankCase):
    def set_months(self, rows, state="closed"):
        """Write months: ``rows`` are (partner, month, contribution) with ``transaction_count``, ``adb_aum``,
        ``currency`` as a dictionary at the end, if there is any."""
        self.env.flush_all()
        for partner, month, contribution, *more in rows:
            extra = more[0] if more else {}
            self.env.cr.execute(
                SQL(
                    """INSERT INTO bank_customer_month (partner_id, company_id, month, state, currency_id,
                                                        joint_policy, contribution, transaction_count, adb_aum,
                                                        computed_at)
                       VALUES (%s, %s, %s, %s, %s, 'share', %s, %s, %s, clock_timestamp() AT TIME ZONE 'UTC')
                       ON CONFLICT (partner_id, month) DO UPDATE
                          SET contribution = EXCLUDED.contribution, state = EXCLUDED.state,
                              computed_at = EXCLUDED.computed_at,
                              transaction_count = EXCLUDED.transaction_count, adb_aum = EXCLUDED.adb_aum""",
                    partner.id,
                    (extra.get("company") or self.company).id,
                    month,
                    state,
                    (extra.get("currency") or self.cny).id,
                    contribution,
                    extra.get("transaction_count", 0),
                    extra.get("adb_aum", 0),
                )
            )
        self.env.invalidate_all()

    def value(self, partner):
        return self.env["bank.customer.value"].search([("partner_id", "=", partner.id)])

    def classes(self, partners, field="abc_bank"):
        found = {value.partner_id: value[field] for value in self.env["bank.customer.value"].search([])}
        return "".join(found.get(partner) or "-" for partner in partners)

    def history(self, partner):
        return self.env["bank.customer.value.history"].search([("partner_id", "=", partner.id)], order="id")


def reference_classes(amounts, a=80, b=95):
    """Return the class of each of ``{key: amount}``; keys are compared where amounts are equal."""
    whole = sum(amount for amount in map(Fraction, amounts.values()) if amount > 0)
    classes, running = {}, Fraction(0)
    for key, amount in sorted(amounts.items(), key=lambda item: (-Fraction(item[1]), item[0])):
        before = running
        running += max(Fraction(amount), 0)
        if amount <= 0:
            classes[key] = "c"
        elif before < whole * a / 100:
            classes[key] = "a"
        else:
            classes[key] = "b" if running <= whole * b / 100 else "c"
    return classes


def reference_fifths(amounts):
    """Return the fifth of each of ``{key: amount}``, 5 for the highest; equals share the lower fifth."""
    ordered = sorted(amounts.values())
    return {key: math.floor(ordered.index(amount) * 5 / len(ordered)) + 1 for key, amount in amounts.items()}
