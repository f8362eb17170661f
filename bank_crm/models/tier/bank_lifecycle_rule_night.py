from odoo import api, fields, models
from odoo.tools import SQL

from ..finance.bank_holding import OWNER_ROLES
from .bank_lifecycle_rule import FINAL_STAGES


class BankLifecycleRule(models.Model):
    """Puts customers into the stage that the rules say; set-based, in batches of customers."""

    _inherit = "bank.lifecycle.rule"

    @api.model
    def _apply(self, partner_ids, on, as_of=None):
        """Judge customers on a day and write those whose stage changes, with history, event and action plan.

        Customers who are closed or deceased stay so; a stage that somebody set with an end date stays until then.

        :param partner_ids: list of ids of ``res.partner``
        :param on: date on which is judged
        :param as_of: date up to which postings are known; left out, it is looked up
        :return: number of the customers whose stage changed
        """
        if not partner_ids:
            return 0
        self.env.flush_all()
        self.env["bank.lifecycle.override"]._expire(partner_ids, on)
        rules = self._valid_rules(on)
        if not rules:
            return 0
        as_of = as_of or self._postings_known_until(on)
        self._stage_facts(list(partner_ids), on, as_of, rules)
        history_ids = self._write_stages(rules, on, as_of)
        self.env["res.partner"].invalidate_model(["lifecycle_stage", "lifecycle_history_ids"])
        if history_ids:
            history = self.env["bank.lifecycle.history"]
            history._record_events(history_ids)
            history.browse(history_ids)._schedule_plans(on)
        return len(history_ids)

    @api.model
    def _postings_known_until(self, on):
        """Return the date of the newest posting of the company up to ``on``, or None where there are none."""
        if "bank.transaction" not in self.env:
            return None
        return self.env.execute_query(
            SQL(
                "SELECT max(booked_on) FROM bank_transaction WHERE company_id = %s AND booked_on <= %s",
                self.env.company.id,
                on,
            )
        )[0][0]

    # ------------------------------------------------------------------
    # Facts
    # ------------------------------------------------------------------

    @api.model
    def _stage_facts(self, partner_ids, on, as_of, rules):
        """Put what the rules ask into the temporary table ``bank_lifecycle_fact``."""
        values = self.env["bank.customer.value"]
        values._stage_step("bank_lifecycle_holding", self._select_holdings(partner_ids))
        values._stage_step("bank_lifecycle_posting", self._select_postings(as_of, rules))
        values._stage_step("bank_lifecycle_fact", self._select_facts(partner_ids, on, rules))

    @api.model
    def _select_holdings(self, partner_ids):
        return SQL(
            """
            SELECT party.partner_id, party.holding_id, bool_or(holding.state != 'closed') AS is_open,
                   min(holding.opened_on) AS opened_on
              FROM bank_holding_party party JOIN bank_holding holding ON holding.id = party.holding_id
             WHERE party.partner_id = ANY(%s) AND party.role IN %s
             GROUP BY party.partner_id, party.holding_id
            """,
            partner_ids,
            OWNER_ROLES,
        )

    @api.model
    def _windows(self, rules):
        return sorted({rule.drop_days for rule in rules if rule.drop_pct})

    @api.model
    def _select_postings(self, as_of, rules):
        """Return, for each customer with postings, since when they are known and how many there were lately."""
        windows = self._windows(rules)
        if not as_of or "bank.transaction" not in self.env:
            counts = [
                SQL("0 AS %s", SQL.identifier(f"{part}_{days}")) for days in windows for part in ("recent", "before")
            ]
            columns = SQL(", ").join([SQL("NULL::date AS observed_from, NULL::date AS last_own_on"), *counts])
            return SQL("SELECT NULL::int AS partner_id, %s WHERE FALSE", columns)
        look_back = max([2 * days for days in windows] + [rule.idle_days for rule in rules] + [1])
        return SQL(
            """
            SELECT holding.partner_id, min(first.booked_on) AS observed_from, max(last.booked_on) AS last_own_on
                   %(counts)s
              FROM bank_lifecycle_holding holding
             CROSS JOIN LATERAL (SELECT min(booked_on) AS booked_on FROM bank_transaction posting
                                  WHERE posting.holding_id = holding.holding_id) AS first
              LEFT JOIN LATERAL (SELECT max(booked_on) AS booked_on %(sums)s FROM bank_transaction posting
                                  WHERE posting.holding_id = holding.holding_id
                                    AND posting.booked_on BETWEEN %(since)s AND %(as_of)s AND %(own)s) AS last ON TRUE
             WHERE first.booked_on IS NOT NULL
             GROUP BY holding.partner_id
            """,
            counts=SQL("").join(
                SQL(", COALESCE(sum(last.%s), 0)::int AS %s", name, name)
                for days in windows
                for name in (SQL.identifier(f"recent_{days}"), SQL.identifier(f"before_{days}"))
            ),
            sums=SQL("").join(self._window_sums(as_of, days) for days in windows),
            since=fields.Date.subtract(as_of, days=look_back),
            as_of=as_of,
            own=self.env["bank.customer.value"]._own_posting(SQL("posting.kind")),
        )

    @api.model
    def _window_sums(self, as_of, days):
        middle = fields.Date.subtract(as_of, days=days)
        begin = fields.Date.subtract(as_of, days=2 * days)
        return SQL(
            """, count(*) FILTER (WHERE booked_on > %(middle)s) AS %(recent)s,
                 count(*) FILTER (WHERE booked_on > %(begin)s AND booked_on <= %(middle)s) AS %(before)s""",
            middle=middle,
            begin=begin,
            recent=SQL.identifier(f"recent_{days}"),
            before=SQL.identifier(f"before_{days}"),
        )

    @api.model
    def _select_facts(self, partner_ids, on, rules):
        values = self.env["bank.customer.value"]
        return SQL(
            """
            SELECT partner.id AS partner_id, partner.lifecycle_stage AS stage, partner.tier_id,
                   start.started_on, %(on)s::date - start.started_on AS age_days,
                   COALESCE(held.has_holding, FALSE) AS has_holding,
                   COALESCE(profile.aum, 0) * %(own)s / %(foreign)s AS aum,
                   posting.observed_from, posting.last_own_on %(counts)s
              FROM res_partner partner
             CROSS JOIN (SELECT %(on)s::date AS last_on) AS span
              LEFT JOIN bank_financial_profile profile ON profile.partner_id = partner.id
              LEFT JOIN (SELECT partner_id, bool_or(is_open) AS has_holding, min(opened_on) AS opened_on
                           FROM bank_lifecycle_holding GROUP BY partner_id) AS held ON held.partner_id = partner.id
              LEFT JOIN bank_lifecycle_posting posting ON posting.partner_id = partner.id
             CROSS JOIN LATERAL (SELECT COALESCE(profile.relationship_start_on, held.opened_on) AS started_on) AS start
             WHERE partner.id = ANY(%(ids)s) AND partner.is_bank_customer
               AND (partner.company_id IS NULL OR partner.company_id = %(company)s)
               AND COALESCE(partner.lifecycle_stage, '') NOT IN %(final)s
               AND partner.is_anonymized IS NOT TRUE
               AND NOT EXISTS (SELECT FROM bank_lifecycle_override override
                                WHERE override.partner_id = partner.id AND override.state = 'active')
            """,
            on=on,
            own=values._rate_expression(SQL("%s", self.env.company.currency_id.id)),
            foreign=values._rate_expression(SQL("profile.currency_id")),
            counts=SQL("").join(
                SQL(", COALESCE(posting.%s, 0) AS %s", name, name)
                for days in self._windows(rules)
                for name in (SQL.identifier(f"recent_{days}"), SQL.identifier(f"before_{days}"))
            ),
            ids=partner_ids,
            company=self.env.company.id,
            final=FINAL_STAGES,
        )

    # ------------------------------------------------------------------
    # Results
    # ------------------------------------------------------------------

    @api.model
    def _write_stages(self, rules, on, as_of):
        """Write the stages that differ and their history; return the ids of the history."""
        cases = SQL(" ").join(SQL("WHEN %s THEN %s", rule._condition(on, as_of), rule.id) for rule in rules)
        rows = self.env.execute_query(
            SQL(
                """
                WITH judged AS MATERIALIZED (
                    SELECT fact.*, rule.id AS rule_id, rule.stage AS new_stage, rule.version
                      FROM (SELECT fact.*, CASE %(cases)s END AS decided_by FROM bank_lifecycle_fact fact) AS fact
                      JOIN bank_lifecycle_rule rule ON rule.id = fact.decided_by
                     WHERE rule.stage IS DISTINCT FROM fact.stage
                ),
                written AS (
                    UPDATE res_partner partner
                       SET lifecycle_stage = judged.new_stage, write_uid = %(uid)s,
                           write_date = now() AT TIME ZONE 'UTC'
                      FROM judged WHERE partner.id = judged.partner_id
                )
                INSERT INTO bank_lifecycle_history (partner_id, from_stage, to_stage, changed_on, reason, rule_id,
                                                    rule_version, inputs, user_id,
                                                    create_uid, create_date, write_uid, write_date)
                SELECT partner_id, stage, new_stage, %(on)s, 'rule', rule_id, version::varchar,
                       jsonb_strip_nulls(
                           to_jsonb(judged) - '{partner_id,stage,new_stage,rule_id,decided_by,version}'::text[]
                           || jsonb_build_object('as_of', %(as_of)s::date)),
                       %(meta)s, %(uid)s, now() AT TIME ZONE 'UTC'
                  FROM judged ORDER BY partner_id
             RETURNING id
                """,
                cases=cases,
                uid=self.env.uid,
                on=on,
                as_of=as_of,
                meta=SQL("%s, %s, now() AT TIME ZONE 'UTC'", self.env.uid, self.env.uid),
            )
        )
        return [row[0] for row in rows]
