"""What the rules of a company give to a batch of customers, booked."""

from odoo.tools import SQL

from odoo.addons.bank_crm.models.finance.figures.steps import Steps

from . import facts
from .booking import Booking
from .judgement import Judgement


def earn(env, partner_ids, since=None):
    """Judge what came or changed since a moment and book what differs from what was given before.

    The second time nothing is booked. Each version judges the facts of its value dates; one that was activated after
    ``since`` judges all of them.

    :param partner_ids: list of ids of customers
    :param since: datetime, or None for everything
    :return: number of facts for which something was booked or corrected
    """
    if not partner_ids:
        return 0
    env.flush_all()
    rules = env["bank.points.rule"].search(
        [("company_id", "=", env.company.id), ("state", "!=", "draft"), ("program_id.active", "=", True)],
        order="program_id, code, version",
    )
    families = rules.grouped(lambda rule: (rule.program_id, rule.code))
    return sum(_earn_by(versions, partner_ids, since) for versions in families.values())


def _earn_by(versions, partner_ids, since):
    partners = SQL("SELECT unnest(%s::int[])", list(partner_ids))
    with Steps(versions.env.cr) as steps:
        known = _stage_known(steps, versions, partners, since)
        items = []
        for rule in versions:
            judgement = Judgement(steps, rule, partners)
            begun = since if since and rule.activated_at and rule.activated_at <= since else None
            judgement.of_changes(begun, known)
            items.append((rule, judgement.items))
        return Booking(steps, versions).book(items, known)


def _stage_known(steps, versions, partners, since):
    """Stage ``known``: what was given for facts that changed, which may not count any more."""
    keys = facts.changed_keys(versions[:1], partners, since)
    if keys is None:
        return None
    steps.stage(
        "known",
        SQL(
            """SELECT earning.* FROM (%s) changed
                 JOIN bank_points_earning earning ON earning.program_id = %s AND earning.key = changed.key""",
            keys,
            versions.program_id.id,
        ),
    )
    return steps.known
