"""Households of customers who own something together, and uses of the benefits of their tiers."""

from dateutil.relativedelta import relativedelta

from odoo.fields import Command

MOST_HOUSEHOLDS = 12
MOST_USERS = 30


def write_households(env, plan, partners):
    """Make a household of each two people who share a holding, and compute its months."""
    known, values = set(), []
    for holding in plan.holdings:
        owners = [index for index, role, _share in holding.parties if role in ("owner", "joint")]
        people = [plan.customers[index].person for index in owners]
        if len(owners) != 2 or known & set(owners) or any(person.kind != "individual" for person in people):
            continue
        if len(values) == MOST_HOUSEHOLDS:
            break
        known |= set(owners)
        values.append(_prepare_household(plan, partners, owners))
    households = env["bank.group"].create(values)
    env.flush_all()
    env["bank.group.month"]._compute_groups(households.ids)


def _prepare_household(plan, partners, owners):
    return {
        "name": " & ".join(plan.customers[index].person.name for index in owners),
        "kind": "household",
        "member_ids": [
            Command.create(
                {
                    "partner_id": partners[index].id,
                    "role": "spouse" if place else "head",
                    "is_head": not place,
                    "has_consented": True,
                    "date_from": plan.customers[index].relationship_start_on,
                }
            )
            for place, index in enumerate(owners)
        ],
    }


def write_benefit_uses(env, partners):
    """Let customers of the higher tiers use what they are entitled to, within their quotas."""
    uses, today = env["bank.benefit.use"], env["bank.run"]._today()
    users = partners.filtered(lambda partner: partner.tier_id.code in ("vip", "premier", "private"))[:MOST_USERS]
    for number, partner in enumerate(users):
        benefits = partner.tier_id.benefit_ids.filtered("is_counted")
        if benefits:
            benefit = benefits[number % len(benefits)]
            day = today - relativedelta(days=number)
            if benefit in env["bank.benefit"]._entitlements(partner, day):
                uses._record_use(partner, benefit, f"demo-{number:03}", used_on=day)
