from odoo import api, models
from odoo.tools import SQL

from ..tools import metrics
from ..tools.small_cells import hidden_cells


class BankScorecardMetric(models.Model):
    """What customers say of a relationship manager, and how he takes care of it.

    NPS and satisfaction of fewer answers than the programmes show are not there, as everywhere.
    """

    _inherit = "bank.scorecard.metric"

    @api.model
    def _scorecard_survey_nps(self, user_ids, date_from, date_to):
        return self._scorecard_of_scores("nps", user_ids, date_from, date_to)

    @api.model
    def _scorecard_survey_csat(self, user_ids, date_from, date_to):
        return self._scorecard_of_scores("csat", user_ids, date_from, date_to)

    @api.model
    def _scorecard_of_scores(self, kind, user_ids, date_from, date_to):
        # sudo: bank.survey.stat - called as superuser, see `bank.scorecard.metric`; the company is in the domain
        (tallies,) = (
            self.env["bank.survey.stat"]
            .sudo()
            ._tallies(
                [
                    ("company_id", "=", self.env.company.id),
                    ("metric", "=", kind),
                    ("answered_on", ">=", date_from),
                    ("answered_on", "<=", date_to),
                ],
                [("manager",)],
            )
        )
        # sudo: bank.survey.program - the largest limit: figures of several programmes are shown as the strictest are
        programs = self.env["bank.survey.program"].sudo().search([("company_id", "=", self.env.company.id)])
        smallest = max(programs.mapped("min_cell"), default=1)
        hidden = hidden_cells({key: found[kind].answers for key, found in tallies.items()}, smallest)
        answer = {}
        for user_id in user_ids:
            tally = tallies.get((user_id,), {}).get(kind)
            if tally:
                figure = None if (user_id,) in hidden else tally.nps() if kind == "nps" else tally.share()
                answer[user_id] = self._estimated(figure, tally.n)
        return answer

    @api.model
    def _scorecard_survey_response_rate(self, user_ids, date_from, date_to):
        """Completed questionnaires among the delivered invitations that were sent in the period (RR1)."""
        self.env["bank.survey.invitation"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """SELECT manager_id, COUNT(*) FILTER (WHERE state = 'completed'), COUNT(*)
                     FROM bank_survey_invitation
                    WHERE sent_at >= %s AND sent_at < %s::date + 1 AND state != 'bounced'
                      AND manager_id = ANY(%s) AND company_id = %s
                 GROUP BY manager_id""",
                date_from,
                date_to,
                list(user_ids),
                self.env.company.id,
            )
        )
        return {user_id: self._estimated(metrics.share(hits, count), count) for user_id, hits, count in rows}

    @api.model
    def _scorecard_survey_loop_in_time(self, user_ids, date_from, date_to):
        """Follow-ups whose first deadline fell into the period and was kept, among all of them that were due."""
        self.env["bank.survey.followup"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """SELECT user_id, COUNT(*) FILTER (WHERE done_at <= due), COUNT(*)
                     FROM (SELECT user_id, COALESCE(contact_due_at, close_due_at) AS due,
                                  CASE WHEN contact_due_at IS NULL THEN closed_at ELSE contacted_at END AS done_at
                             FROM bank_survey_followup
                            WHERE user_id = ANY(%s) AND company_id = %s AND state != 'cancelled') followup
                    WHERE due >= %s AND due < %s::date + 1 AND (due < now() AT TIME ZONE 'UTC' OR done_at IS NOT NULL)
                 GROUP BY user_id""",
                list(user_ids),
                self.env.company.id,
                date_from,
                date_to,
            )
        )
        return {user_id: self._estimated(metrics.share(hits, count), count) for user_id, hits, count in rows}

    @api.model
    def _estimated(self, figure, n):
        return {
            "value": figure and figure.value,
            "n": n,
            "low": figure and figure.low,
            "high": figure and figure.high,
        }
