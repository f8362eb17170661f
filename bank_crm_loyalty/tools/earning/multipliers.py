"""By what the points of a fact are multiplied: its customer's tier, its product, a campaign, all at the value date."""

from odoo.tools import SQL

from .fractions import denominator, scaled


def of_bands(rule):
    """Return (numerator of balance × rate as an expression over ``placed.amount``, denominator)."""
    bands = [(band.from_amount, band.rate_num, band.rate_den) for band in rule.band_ids.sorted("from_amount")]
    common = denominator([(num, den) for _amount, num, den in bands])
    counted = SQL("placed.amount")
    if rule.threshold_mode == "excess":
        counted = SQL("(placed.amount - %s::numeric)", str(rule.threshold))
    if rule.band_mode == "reached":
        cases = [
            SQL("WHEN %s >= %s::numeric THEN %s * %s::numeric", counted, str(start), counted, scaled(num, den, common))
            for start, num, den in reversed(bands)
        ]
        return SQL("(CASE %s ELSE 0 END)", SQL(" ").join(cases)), common
    ends = [start for start, _num, _den in bands[1:]] + [None]
    slices = []
    for (start, num, den), end in zip(bands, ends, strict=True):
        top = counted if end is None else SQL("LEAST(%s, %s::numeric)", counted, str(end))
        slices.append(SQL("GREATEST(%s - %s::numeric, 0) * %s::numeric", top, str(start), scaled(num, den, common)))
    return SQL("(%s)", SQL(" + ").join(slices)), common


class Multipliers:
    """The multipliers of one version, over one denominator.

    :param steps: ``Steps`` with the step ``amount``
    :param rule: ``bank.points.rule``, one record
    """

    def __init__(self, steps, rule):
        self.steps = steps
        self.rule = rule
        self.of_tier = rule.multiplier_ids.filtered("tier_id")
        self.of_product = rule.multiplier_ids - self.of_tier
        self.campaigns = self._find_campaigns()
        self.tier_den = denominator([(line.factor_num, line.factor_den) for line in self.of_tier])
        self.product_den = denominator([(line.factor_num, line.factor_den) for line in self.of_product])
        factors = [] if rule.campaign_id else self.campaigns
        self.campaign_den = denominator([(campaign.factor_num, campaign.factor_den) for campaign in factors])
        self.parts_den = self.tier_den * self.product_den * self.campaign_den
        self.denominator = self.parts_den * (rule.multiplier_cap_den if rule.multiplier_cap_num else 1)

    def _find_campaigns(self):
        rule = self.rule
        campaigns = rule.env["bank.points.campaign"]
        if not (rule.uses_campaigns or rule.campaign_id):
            return campaigns
        domain = [("program_id", "=", rule.program_id.id), ("state", "!=", "draft")]
        if rule.campaign_id:
            domain.append(("id", "=", rule.campaign_id.id))
        else:
            domain += ["|", ("rule_kind", "=", False), ("rule_kind", "=", rule.kind)]
        found = campaigns.search(domain)
        if rule.campaign_id:
            return found
        return found.filtered(lambda campaign: not campaign.rule_ids)  # what pays rules of its own multiplies none

    # ------------------------------------------------------------------ steps

    def stage_placed(self):
        """Stage ``placed``: the facts with tier, branch, campaign and budget at the value date."""
        tier, branch = self._tier(), self._branch_path()
        self.steps.stage(
            "at_date",
            SQL("SELECT amount.*, %s AS tier_id, %s AS branch_path FROM %s amount", tier, branch, self.steps.amount),
        )
        one = self.campaign_den
        none = SQL("NULL::int AS campaign_id, NULL::int AS budget_id, %s::numeric AS campaign_scaled", one)
        if not self.campaigns:
            query = SQL("SELECT at_date.*, %s FROM %s at_date", none, self.steps.at_date)
        else:
            query = self._select_with_campaign()
        self.steps.stage("placed", query)

    def _needs_tier(self):
        return bool(self.of_tier or self.campaigns.tier_ids)

    def _tier(self):
        """Return the tier of the customer at the value date; 0 is none."""
        if not self._needs_tier():
            return SQL("0")
        return SQL(
            """
            COALESCE(
                (SELECT COALESCE(history.to_tier_id, 0) FROM bank_tier_history history
                  WHERE history.partner_id = amount.partner_id AND history.changed_on <= amount.value_on
                  ORDER BY history.changed_on DESC, history.id DESC LIMIT 1),
                (SELECT COALESCE(history.from_tier_id, 0) FROM bank_tier_history history
                  WHERE history.partner_id = amount.partner_id ORDER BY history.changed_on, history.id LIMIT 1),
                (SELECT partner.tier_id FROM res_partner partner WHERE partner.id = amount.partner_id),
                0)
            """
        )

    def _branch_path(self):
        """Return the path of the customer's branch at the value date."""
        if not self.campaigns.budget_ids.branch_id:
            return SQL("NULL::varchar")
        return SQL(
            """
            (SELECT branch.parent_path FROM bank_assignment assignment
               JOIN bank_branch branch ON branch.id = assignment.branch_id
              WHERE assignment.partner_id = amount.partner_id AND assignment.role = 'primary'
                AND assignment.date_from <= amount.value_on
                AND (assignment.date_to IS NULL OR assignment.date_to >= amount.value_on)
              ORDER BY assignment.date_from DESC, assignment.id DESC LIMIT 1)
            """
        )

    def _select_with_campaign(self):
        scaled_factor = SQL("%s::numeric * campaign.factor_num / campaign.factor_den", self.campaign_den)
        if self.rule.campaign_id:
            scaled_factor = SQL("%s::numeric", self.campaign_den)
        return SQL(
            """
            SELECT at_date.*, best.campaign_id, best.budget_id,
                   COALESCE(best.campaign_scaled, %(one)s)::numeric AS campaign_scaled
              FROM %(at_date)s at_date
              %(join)s JOIN LATERAL (
                  SELECT campaign.id AS campaign_id, budget.id AS budget_id, round(%(scaled)s) AS campaign_scaled
                    FROM bank_points_campaign campaign
                    LEFT JOIN LATERAL (
                        SELECT budget.id, budget.branch_id FROM bank_points_budget budget
                          LEFT JOIN bank_branch branch ON branch.id = budget.branch_id
                         WHERE budget.campaign_id = campaign.id
                           AND (budget.branch_id IS NULL OR starts_with(at_date.branch_path, branch.parent_path))
                         ORDER BY length(branch.parent_path) DESC NULLS LAST LIMIT 1
                    ) budget ON TRUE
                   WHERE campaign.id = ANY(%(campaigns)s)
                     AND at_date.value_on BETWEEN campaign.valid_from AND campaign.valid_to
                     AND (campaign.budget_policy = 'none' OR budget.id IS NOT NULL)
                     AND %(tiers)s AND %(products)s
                   ORDER BY campaign.factor_num::numeric / campaign.factor_den DESC, campaign.id
                   LIMIT 1
              ) best ON TRUE
            """,
            one=self.campaign_den,
            at_date=self.steps.at_date,
            join=SQL("INNER" if self.rule.campaign_id else "LEFT"),
            scaled=scaled_factor,
            campaigns=self.campaigns.ids,
            tiers=self._only("tier_ids", SQL("at_date.tier_id")),
            products=self._only("product_ids", SQL("at_date.product_id")),
        )

    def _only(self, name, column):
        """Return the condition that a campaign's list is empty or holds the fact's value."""
        field = self.campaigns._fields[name]
        table, own, other = (SQL.identifier(part) for part in (field.relation, field.column1, field.column2))
        return SQL(
            """(NOT EXISTS (SELECT FROM %(table)s AS listed WHERE listed.%(own)s = campaign.id)
                OR EXISTS (SELECT FROM %(table)s AS listed
                            WHERE listed.%(own)s = campaign.id AND listed.%(other)s = %(column)s))""",
            table=table,
            own=own,
            other=other,
            column=column,
        )

    # ------------------------------------------------------------------ factors

    def tier_scaled(self):
        return self._case(
            [(SQL("placed.tier_id = %s", line.tier_id.id), line) for line in self.of_tier], self.tier_den
        )

    def product_scaled(self):
        lines = self.of_product.sorted(lambda line: not line.product_id)  # a product goes before its class
        return self._case(
            [
                (
                    SQL("placed.product_id = %s", line.product_id.id)
                    if line.product_id
                    else SQL("placed.product_class = %s", line.product_class),
                    line,
                )
                for line in lines
            ],
            self.product_den,
        )

    def _case(self, cases, common):
        if not cases:
            return SQL("%s::numeric", common)
        whens = SQL(" ").join(
            SQL("WHEN %s THEN %s::numeric", condition, scaled(line.factor_num, line.factor_den, common))
            for condition, line in cases
        )
        return SQL("(CASE %s ELSE %s::numeric END)", whens, common)

    def words(self):
        """Return columns of the single multipliers as decimals, for people; empty where there is none."""

        def decimal(expression, common):
            return SQL("NULLIF(trim_scale(round(%s / %s::numeric, 4)), 1)", expression, common)

        return SQL(
            "%s AS tier_factor, %s AS product_factor, %s AS campaign_factor",
            decimal(self.tier_scaled(), self.tier_den),
            decimal(self.product_scaled(), self.product_den),
            decimal(SQL("placed.campaign_scaled"), self.campaign_den),
        )

    def factor(self, with_campaign):
        """Return the numerator of the whole multiplier as an expression over ``placed``."""
        tier, product = self.tier_scaled(), self.product_scaled()
        campaign = SQL("placed.campaign_scaled") if with_campaign else SQL("%s::numeric", self.campaign_den)
        if self.rule.multiplier_policy == "multiply":
            whole = SQL("%s * %s * %s", tier, product, campaign)
        else:
            whole = SQL(
                "GREATEST(%s * %s::numeric + %s * %s::numeric + %s * %s::numeric - %s::numeric, 0)",
                tier,
                self.product_den * self.campaign_den,
                product,
                self.tier_den * self.campaign_den,
                campaign,
                self.tier_den * self.product_den,
                2 * self.parts_den,
            )
        num, den = self.rule.multiplier_cap_num, self.rule.multiplier_cap_den
        if not num:
            return whole
        return SQL("LEAST((%s) * %s::numeric, %s::numeric)", whole, den, num * self.parts_den)
