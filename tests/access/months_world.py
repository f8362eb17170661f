"""What hangs on the monthly figures of a customer."""

from odoo import Command


def furnish_months(world, customer, word):
    """A household of one with the figures of a month, a corrected figure and a month to compute anew."""
    company = customer.company_id or world.company
    env = world.env
    group = env["bank.group"].create(
        {
            "name": f"Household {word}",
            "company_id": company.id,
            "currency_id": world.cny.id,
            "note": f"about {word}",
            "member_ids": [Command.create({"partner_id": customer.id, "is_head": True, "role": "head"})],
        }
    )
    figures = {"month": "2026-02-01", "currency_id": world.cny.id, "company_id": company.id}
    env["bank.customer.month"].create({**figures, "partner_id": customer.id, "adb_aum": 4711})
    env["bank.group.month"].create({**figures, "group_id": group.id, "adb_aum": 4711})
    env["bank.figure.correction"].create(
        {
            **figures,
            "partner_id": customer.id,
            "field_name": "adb_aum",
            "old_amount": 1,
            "new_amount": 4711,
            "reason": "late_balance",
        }
    )
    env["bank.month.stale"].create({"partner_id": customer.id, "month": "2026-02-01", "reason": "late_balance"})
