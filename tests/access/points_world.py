"""A customer in each place with points: an account, entries, what a rule gave, and a finding."""

from odoo.tools import SQL

# Models that hang on the points of a customer; :func:`furnish_points` gives each place a record of each.
POINTS_MODELS = {
    "bank.points.account": ("partner_id", "staff r"),
    "bank.points.entry": ("partner_id", "staff r"),
    "bank.points.allocation": ("partner_id", "staff r"),
    "bank.points.earning": ("partner_id", "staff r"),
    "bank.points.finding": ("partner_id", "loyalty rw, auditor r, operations r"),
}
# Models of the points programmes without customers.
POINTS_SETTINGS = {
    "bank.points.program": "staff r, loyalty rwc, admin rwc",
    **{
        f"bank.points.{name}": "staff r, loyalty rwcd, admin rwcd"
        for name in ("rule", "rule.band", "rule.filter", "rule.multiplier", "campaign", "budget")
    },
    # wizards: everybody sees his own records only
    "bank.points.simulation": "loyalty rwc, admin rwc",
    "bank.points.simulation.line": "loyalty r, admin r",
}


def furnish_points(cls, customer, word):
    """Give ``customer`` 100 points that a rule gave, of which he has spent 40, and a finding about his account.

    :param cls: the test class, for ``cls.env``; its ``points_rules`` keeps the rule of each company
    :param word: marker of the place, see ``world.marker``
    """
    company = customer.company_id or cls.company
    rule = cls.points_rules.get(company)
    if not rule:
        rule = cls.points_rules[company] = make_rule(cls, company)
    account = cls.env["bank.points.account"]._of(rule.program_id, customer)
    book = account._book()
    book.earn(100, key=f"earned by {word}", reason=f"for {word}", value_on=rule.create_date.date())
    book.spend(40, key=f"spent by {word}", reason=f"gift of {word}")
    cls.env["bank.points.finding"]._record([("lots", account.id, None, 1, 2)])
    cls.env.cr.execute(
        SQL(
            """INSERT INTO bank_points_earning (program_id, company_id, partner_id, rule_id, rule_code, key, value_on,
                                                points, base_points, campaign_wanted, campaign_granted, corrections)
               VALUES (%s, %s, %s, %s, %s, %s, '2026-03-31', 100, 100, 0, 0, 0)""",
            rule.program_id.id,
            company.id,
            customer.id,
            rule.id,
            rule.code,
            f"earned by {word}",
        )
    )


def make_rule(cls, company):
    """Make a programme with a rule, whose points can be spent at once."""
    program = cls.env["bank.points.program"].create(
        {"name": f"Points of {company.name}", "code": "MATRIX", "company_id": company.id, "pending_days": 0}
    )
    return cls.env["bank.points.rule"].create(
        {"name": f"Rule of {company.name}", "code": "MATRIX", "program_id": program.id, "rate_den": 20}
    )
