"""The monthly figures once more, in plain Python: day by day, holding by holding. The tests compare with it."""

import calendar
import datetime
from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal

OWNERS = ("owner", "joint")
DEBTS = ("loan", "card")
INVESTMENTS = ("fund", "wealth", "insurance", "metal")
CLASSES = ("deposit", "fund", "wealth", "insurance", "metal", "other", "loan", "card")
ONE_DAY = datetime.timedelta(days=1)


def reference(partner, month, today):
    """Return ``{field: Decimal or int}`` of the figures of ``partner`` in ``month``, or None where there is no day."""
    company = partner.company_id or partner.branch_id.company_id or partner.env.company
    currency = partner.financial_profile_id.currency_id or company.currency_id
    roles = partner.env["bank.holding.party"].search([("partner_id", "=", partner.id), ("role", "in", OWNERS)])
    holdings = roles.holding_id
    last = datetime.date(month.year, month.month, calendar.monthrange(month.year, month.month)[1])
    if last >= today:
        fresh = any(balance.date == today for balance in holdings.filtered(_counts(company, partner)).balance_ids)
        last = today if fresh else today - ONE_DAY
    if last < month:
        return None
    days = [month + ONE_DAY * number for number in range((last - month).days + 1)]
    sums = defaultdict(Decimal)
    coverage = len(days)
    for holding in holdings:
        factor = factor_of(holding, partner, company.bank_joint_policy)
        if not factor or (holding.opened_on and holding.opened_on > last):
            continue
        if holding.closed_on and holding.closed_on < month:
            continue
        covered = 0
        for day in days:
            amount, is_covered = amount_on(holding, day, currency, company)
            covered += is_covered
            _add(sums, holding, amount * factor, is_last=day == last)
        if holding.product_id.is_aum and not holding.is_held_away:
            coverage = min(coverage, covered)
    figures = {
        name: rounded(value / len(days) if name.startswith("adb_") else value, currency)
        for name, value in sums.items()
    }
    return {**figures, "coverage_days": coverage, "days": len(days)}


def _counts(company, partner):
    return lambda holding: factor_of(holding, partner, company.bank_joint_policy) > 0


def factor_of(holding, partner, policy):
    roles = holding.party_ids.filtered(lambda party: party.partner_id == partner and party.role in OWNERS)
    if policy == "full":
        return Decimal(1)
    if policy == "first":
        return Decimal(holding.owner_id == partner)
    return sum((Decimal(str(role.share_pct)) for role in roles), Decimal(0)) / 100


def amount_on(holding, day, currency, company):
    """Return the amount at the end of ``day`` in ``currency``, and whether the day is covered."""
    if (holding.opened_on and day < holding.opened_on) or (holding.closed_on and day > holding.closed_on):
        return Decimal(0), True
    known = [balance for balance in holding.balance_ids if balance.date <= day]
    if not known:
        return Decimal(0), False
    last = max(known, key=lambda balance: balance.date)
    amount = Decimal(str(last.amount))
    if holding.currency_id != currency:
        rates = (holding.currency_id | currency)._get_rates(company.root_id, last.date)
        amount = amount * Decimal(str(rates[currency.id])) / Decimal(str(rates[holding.currency_id.id]))
    if holding.product_class in DEBTS:
        amount = abs(amount)
    return amount, (day - last.date).days <= company.bank_balance_carry_days


def _add(sums, holding, amount, is_last):
    code = holding.product_class
    if not holding.is_held_away:
        sums[f"adb_{code}"] += amount
        if holding.product_id.is_aum:
            sums["adb_aum"] += amount
        sums["contribution"] += amount * Decimal(str(holding.product_id.margin_pct)) / 36500
    if not is_last:
        return
    sums["eop_net_assets"] += -amount if code in DEBTS else amount
    if holding.is_held_away:
        return
    if holding.product_id.is_aum:
        sums["eop_aum"] += amount
    if code == "deposit":
        sums["eop_deposit"] += amount
    elif code in INVESTMENTS:
        sums["eop_wealth"] += amount
    elif code in DEBTS:
        sums["eop_loan"] += amount


def rounded(value, currency):
    step = Decimal(str(currency.rounding))
    return (value / step).quantize(Decimal(1), rounding=ROUND_HALF_UP) * step
