"""From what rules give to the ledger: new earnings, differences of corrected ones, budgets of campaigns."""

from odoo.tools import SQL

from ..ledger import bulk, bulk_reverse
from .words import explanation


class Booking:
    """Books the difference between what versions of one rule give now and what they gave before.

    :param steps: ``Steps`` with the items of the versions
    :param rules: ``bank.points.rule``: the versions, all of one programme and code
    """

    def __init__(self, steps, rules):
        self.steps = steps
        self.rules = rules
        self.env = rules.env
        self.program = rules.program_id

    def book(self, items, known=None):
        """Book what differs, and note it in ``bank.points.earning``.

        :param items: list of (rule, step of its items)
        :param known: step of earnings whose facts changed: those that no item mentions any more give nothing now
        :return: number of facts for which something was booked or noted
        """
        self._stage_targets(items, known)
        if not self.steps.stage("change", self._select_changes()):
            return 0
        self._stage_budgets()
        count = self.steps.stage("granted", self._select_granted())
        self._use_budgets()
        self._stage_dates()
        bulk.earn(self.env, self.program, self._select_earnings())
        bulk_reverse.take_back(self.env, self.program, self._select_reversals())
        self._note_new()
        self._note_changed()
        self.env["bank.points.earning"].invalidate_model(flush=False)
        return count

    # ------------------------------------------------------------------ what differs

    def _stage_targets(self, items, known):
        parts = [
            SQL(
                """SELECT item.partner_id, item.key, item.value_on, item.seq, item.amount, item.source_model,
                          item.source_id, item.rule_id, item.base_points, item.campaign_wanted, item.campaign_id,
                          item.budget_id, %s AS explanation
                     FROM %s item""",
                explanation(rule),
                table,
            )
            for rule, table in items
        ]
        self.steps.stage("goal", SQL(" UNION ALL ").join(parts))
        if known:
            self.env.cr.execute(
                SQL(
                    """INSERT INTO %(target)s
                       SELECT known.partner_id, known.key, known.value_on, 0, 0, known.source_model, known.source_id,
                              known.rule_id, 0, 0, NULL, NULL, '{}'::jsonb
                         FROM %(known)s known
                        WHERE NOT EXISTS (SELECT FROM %(target)s target WHERE target.key = known.key)""",
                    target=self.steps.goal,
                    known=known,
                )
            )

    def _select_changes(self):
        return SQL(
            """
            SELECT target.key, COALESCE(earning.partner_id, target.partner_id) AS partner_id, target.value_on,
                   target.seq, target.amount, target.source_model, target.source_id, target.rule_id,
                   target.base_points, target.campaign_wanted, target.campaign_id, target.budget_id,
                   target.explanation, earning.id AS earning_id, COALESCE(earning.points, 0) AS old_points,
                   COALESCE(earning.campaign_wanted, 0) AS old_wanted,
                   COALESCE(earning.campaign_granted, 0) AS old_granted, earning.budget_id AS old_budget_id,
                   COALESCE(earning.corrections, 0) + 1 AS correction,
                   COALESCE(earning.absorbed_points, 0) AS absorbed_points
              FROM %(target)s target
              LEFT JOIN bank_points_earning earning
                ON earning.program_id = %(program)s AND earning.key = target.key
             WHERE CASE WHEN earning.id IS NULL THEN target.base_points + target.campaign_wanted > 0
                        ELSE (earning.base_points, earning.campaign_wanted)
                             IS DISTINCT FROM (target.base_points, target.campaign_wanted) END
               AND NOT EXISTS (SELECT FROM bank_points_account account
                                WHERE account.program_id = %(program)s AND account.state = 'closed'
                                  AND account.partner_id = COALESCE(earning.partner_id, target.partner_id))
            """,
            target=self.steps.goal,
            program=self.program.id,
        )

    # ------------------------------------------------------------------ budgets

    def _stage_budgets(self):
        """Lock the counters that are touched, and stage what is left of those that stop (NULL: no limit)."""
        self.steps.stage(
            "budget_used",
            SQL(
                """SELECT budget_id AS id FROM %(change)s WHERE budget_id IS NOT NULL
                    UNION SELECT old_budget_id FROM %(change)s WHERE old_budget_id IS NOT NULL""",
                change=self.steps.change,
            ),
        )
        self.env.cr.execute(
            SQL(
                "SELECT id FROM bank_points_budget WHERE id IN (SELECT id FROM %s) ORDER BY id FOR UPDATE",
                self.steps.budget_used,
            )
        )
        self.steps.stage(
            "budget",
            SQL(
                """SELECT budget.id,
                          CASE WHEN campaign.budget_policy = 'stop'
                               THEN GREATEST(budget.points - COALESCE(budget.used_points, 0), 0) END AS left_over
                     FROM bank_points_budget budget
                     JOIN bank_points_campaign campaign ON campaign.id = budget.campaign_id
                    WHERE budget.id IN (SELECT id FROM %s)""",
                self.steps.budget_used,
            ),
        )

    def _select_granted(self):
        """Return the changes with what their campaign pays: a fact that was cut is not topped up later."""
        same = SQL("change.budget_id IS NOT DISTINCT FROM change.old_budget_id AND change.earning_id IS NOT NULL")
        return SQL(
            """
            SELECT asked.*, base_points + kept + paid AS points, kept + paid AS campaign_granted,
                   base_points + kept + paid - old_points AS delta
              FROM (
                SELECT asked.*, CASE WHEN left_over IS NULL THEN asked
                                     ELSE LEAST(sum(asked) OVER line, left_over)
                                        - LEAST(sum(asked) OVER line - asked, left_over) END::int AS paid
                  FROM (
                    SELECT change.*, budget.left_over,
                           CASE WHEN %(same)s THEN LEAST(old_granted, campaign_wanted) ELSE 0 END AS kept,
                           CASE WHEN %(same)s THEN GREATEST(campaign_wanted - old_wanted, 0)
                                ELSE campaign_wanted END AS asked
                      FROM %(change)s change LEFT JOIN %(budget)s budget ON budget.id = change.budget_id
                  ) asked
                WINDOW line AS (PARTITION BY budget_id ORDER BY value_on, seq, key)
              ) asked
            """,
            same=same,
            change=self.steps.change,
            budget=self.steps.budget,
        )

    def _use_budgets(self):
        self.env.cr.execute(
            SQL(
                """
                UPDATE bank_points_budget budget SET used_points = COALESCE(budget.used_points, 0) + move.points
                  FROM (SELECT id, sum(points)::int AS points
                          FROM (SELECT budget_id AS id, campaign_granted AS points FROM %(granted)s
                                 UNION ALL SELECT old_budget_id, -old_granted FROM %(granted)s) moves
                         WHERE id IS NOT NULL GROUP BY id HAVING sum(points) != 0) move
                 WHERE move.id = budget.id RETURNING budget.id
                """,
                granted=self.steps.granted,
            )
        )
        if budgets := [row[0] for row in self.env.cr.fetchall()]:
            self.env["bank.points.budget"]._report_used(budgets)

    # ------------------------------------------------------------------ ledger

    def _stage_dates(self):
        """Stage from when until when the points of each value date can be spent."""
        days = [row[0] for row in self.env.execute_query(SQL("SELECT DISTINCT value_on FROM %s", self.steps.granted))]
        program = self.program
        self.steps.stage(
            "dates",
            SQL(
                "SELECT * FROM unnest(%s::date[], %s::date[], %s::date[]) AS day(value_on, available_on, expires_on)",
                days,
                [program._available_on(day) for day in days],
                [program._expires_on(day) or None for day in days],
            ),
        )

    def _reason(self):
        """Return the rule's name in the customer's language."""
        return SQL("COALESCE(rule.name->>partner.lang, rule.name->>'en_US')")

    def _explained(self):
        """Return the explanation of a booking over the alias ``granted``."""
        return SQL(
            """
            granted.explanation || jsonb_strip_nulls(jsonb_build_object(
                'points', granted.points,
                'campaign_points', NULLIF(granted.campaign_granted, 0),
                'campaign_cut', NULLIF(granted.campaign_wanted - granted.campaign_granted, 0),
                'before', CASE WHEN granted.earning_id IS NOT NULL THEN granted.old_points END))
            """
        )

    def _select_earnings(self):
        return SQL(
            """
            SELECT granted.partner_id, granted.delta::int AS points,
                   granted.key || CASE WHEN granted.earning_id IS NULL THEN ''
                                       ELSE ':C' || granted.correction END AS key,
                   CASE WHEN rule.kind = 'event' OR rule.campaign_id IS NOT NULL THEN 'bonus' ELSE 'earn' END AS kind,
                   granted.value_on, dates.available_on, dates.expires_on, %(reason)s AS reason,
                   granted.source_model, granted.source_id, granted.key AS source_ref, %(explanation)s AS explanation
              FROM %(granted)s granted
              JOIN %(dates)s dates ON dates.value_on = granted.value_on
              JOIN bank_points_rule rule ON rule.id = granted.rule_id
              JOIN res_partner partner ON partner.id = granted.partner_id
             WHERE granted.delta > 0
            """,
            granted=self.steps.granted,
            dates=self.steps.dates,
            reason=self._reason(),
            explanation=self._explained(),
        )

    def _select_reversals(self):
        """Return the reversals: of the lots of the fact, the first one first, as far as nobody has reversed them.

        What was merged into this customer lies in lots of other keys: it is taken back without naming one.
        """
        return SQL(
            """
            WITH lot AS (
                SELECT granted.key AS fact_key, lot.id, lot.points - COALESCE(lot.reversed_points, 0) AS free,
                       sum(lot.points - COALESCE(lot.reversed_points, 0)) OVER line AS stop
                  FROM %(granted)s granted
                 CROSS JOIN LATERAL generate_series(0, granted.correction) AS number
                  JOIN bank_points_entry lot ON lot.program_id = %(program)s
                   AND lot.key = granted.key || CASE WHEN number = 0 THEN '' ELSE ':C' || number END
                   AND lot.points > 0
                  JOIN bank_points_account account ON account.id = lot.account_id
                   AND account.partner_id = granted.partner_id AND account.program_id = %(program)s
                 WHERE granted.delta < 0
                WINDOW line AS (PARTITION BY granted.key ORDER BY lot.id)
            ),
            part AS (
                SELECT fact_key, id AS original_id, LEAST(free, -granted.delta - (stop - free))::int AS points,
                       row_number() OVER (PARTITION BY fact_key ORDER BY id) AS number
                  FROM lot JOIN %(granted)s granted ON granted.key = lot.fact_key
                 WHERE free > 0 AND stop - free < -granted.delta
            ),
            rest AS (
                SELECT granted.key AS fact_key, NULL::int AS original_id,
                       LEAST(-granted.delta - COALESCE(sum(part.points), 0), granted.absorbed_points)::int AS points,
                       1000 AS number
                  FROM %(granted)s granted LEFT JOIN part ON part.fact_key = granted.key
                 WHERE granted.delta < 0 AND granted.absorbed_points > 0
                 GROUP BY granted.key, granted.delta, granted.absorbed_points
            )
            SELECT granted.partner_id, part.original_id, part.points,
                   granted.key || ':C' || granted.correction
                       || CASE WHEN part.number = 1 THEN '' ELSE '.' || part.number END AS key,
                   %(reason)s AS reason, granted.source_model, granted.source_id, granted.key AS source_ref,
                   %(explanation)s AS explanation
              FROM (SELECT * FROM part UNION ALL SELECT * FROM rest) part
              JOIN %(granted)s granted ON granted.key = part.fact_key
              JOIN bank_points_rule rule ON rule.id = granted.rule_id
              JOIN res_partner partner ON partner.id = granted.partner_id
             WHERE part.points > 0
            """,
            granted=self.steps.granted,
            program=self.program.id,
            reason=self._reason(),
            explanation=self._explained(),
        )

    # ------------------------------------------------------------------ notes

    def _note_new(self):
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO bank_points_earning (program_id, company_id, partner_id, rule_id, rule_code, key, value_on,
                                                 amount, currency_id, points, base_points, campaign_id, budget_id,
                                                 campaign_wanted, campaign_granted, corrections, absorbed_points,
                                                 source_model, source_id,
                                                 create_uid, create_date, write_uid, write_date)
                SELECT %(program)s, %(company)s, partner_id, rule_id, %(code)s, key, value_on, amount, %(currency)s,
                       points, base_points, campaign_id, budget_id, campaign_wanted, campaign_granted, 0, 0,
                       source_model, source_id, %(uid)s, %(now)s::timestamp, %(uid)s, %(now)s::timestamp
                  FROM %(granted)s WHERE earning_id IS NULL ORDER BY partner_id, value_on, seq
                """,
                granted=self.steps.granted,
                program=self.program.id,
                company=self.program.company_id.id,
                currency=self.program.currency_id.id,
                code=self.rules[:1].code,
                uid=self.env.uid,
                now=self.env.cr.now(),
            )
        )

    def _note_changed(self):
        self.env.cr.execute(
            SQL(
                """
                UPDATE bank_points_earning earning
                   SET rule_id = granted.rule_id, value_on = granted.value_on, amount = granted.amount,
                       points = granted.points, base_points = granted.base_points,
                       campaign_id = granted.campaign_id, budget_id = granted.budget_id,
                       campaign_wanted = granted.campaign_wanted, campaign_granted = granted.campaign_granted,
                       corrections = granted.correction,
                       absorbed_points = LEAST(COALESCE(earning.absorbed_points, 0), granted.points),
                       write_uid = %(uid)s, write_date = %(now)s::timestamp
                  FROM %(granted)s granted WHERE granted.earning_id = earning.id
                """,
                granted=self.steps.granted,
                uid=self.env.uid,
                now=self.env.cr.now(),
            )
        )
