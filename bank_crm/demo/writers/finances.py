"""Products, holdings and the history of balances."""

from odoo.fields import Command

from ...models.exchange.feed.balance_store import store_balances
from ...tools import sealing
from ..plan.catalogue import FAMILIES, MARGINS, PRODUCTS
from ..plan.people import account_number

SOURCE = "demo-core"


def write_products(env):
    """Create families and products, with Chinese names where that language is installed.

    :return: ``{code: product}``
    """
    today = env["bank.run"]._today()
    families = env["bank.product.family"].create(
        [
            {"code": row.code, "name": row.name, "product_class": row.product_class, "sequence": 10 * place}
            for place, row in enumerate(FAMILIES, start=1)
        ]
    )
    family_by_code = {family.code: family for family in families}
    tiers = {tier.code: tier.id for tier in env["bank.tier"].search([])}
    products = env["bank.product"].create(
        [
            {
                "code": row.code,
                "name": row.name,
                "family_id": family_by_code[row.family].id,
                "product_class": family_by_code[row.family].product_class,
                "issuer_rating": row.rating,
                "seller_rating": row.rating,
                "annual_rate": row.rate,
                "margin_pct": MARGINS[row.family],
                "term_months": row.term_months,
                "min_amount": row.min_amount,
                "max_amount": row.max_amount,
                "customer_type": row.customer_type,
                "currency_id": env.ref(f"base.{row.currency}").id,
                "tier_ids": [Command.set([tiers[code] for code in row.tiers if code in tiers])],
                "sale_start_on": today.replace(year=today.year - 3, day=1),
                "sale_end_on": today.replace(day=1) if row.ended else False,
            }
            for row in PRODUCTS
        ]
    )
    if "zh_CN" in dict(env["res.lang"].get_installed()):
        for rows, records in ((FAMILIES, families), (PRODUCTS, products)):
            for row, record in zip(rows, records.with_context(lang="zh_CN"), strict=True):
                record.name = row.name_zh
    return {product.code: product for product in products}


def _serving_branch(customer, serial):
    """Nobody looks after some customers, and two branches serve them: the conflicts that the product is to find."""
    if not customer.owners and serial % 2:
        return "harbour" if customer.branch == "head_office" else "head_office"
    return customer.branch


def write_holdings(env, plan, partners, branches, products):
    """Create the holdings of the plan with their parties.

    :return: the holdings, in the order of the plan
    """
    holdings = env["bank.holding"]
    has_keys = sealing.is_configured()
    values = []
    for serial, row in enumerate(plan.holdings, start=1):
        product = products[row.product]
        owner = row.parties[0][0]
        vals = {
            "product_id": product.id,
            "external_id": f"H{serial:06}",
            "source": SOURCE,
            "currency_id": product.currency_id.id,
            "branch_id": branches[_serving_branch(plan.customers[owner], serial)].id,
            "opened_on": row.opened_on,
            "matures_on": row.matures_on,
            "closed_on": row.closed_on,
            "state": "closed" if row.closed_on else "dormant" if row.is_dormant else "active",
            "is_held_away": row.is_held_away,
            "party_ids": [
                Command.create({"partner_id": partners[index].id, "role": role, "share_pct": share})
                for index, role, share in row.parties
            ],
        }
        if has_keys and not row.is_held_away:
            vals.update(holdings._prepare_secret_values("number", account_number(serial)))
        values.append(vals)
    return holdings.create(values)


def write_balances(env, plan, holdings):
    """Write the history of balances in one statement; the holdings follow their newest one."""
    env.flush_all()
    store_balances(
        env,
        [
            (holding.id, date, amount)
            for row, holding in zip(plan.holdings, holdings, strict=True)
            for date, amount in row.balances
        ],
    )
    env.invalidate_all()
