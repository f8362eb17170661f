from odoo import models
from odoo.tools import SQL


class BankSurveyWave(models.Model):
    """Weights that bring the strata of a wave back to their share of the population (post-stratification)."""

    _inherit = "bank.survey.wave"

    def _compute_weights(self):
        """Write the weights of strata, invitations, answers and scores; one statement each for all of these waves.

        The weight of a stratum is ``(N_h / N) / (n_h / n)``: its share of the population by its share of the answers
        that count. N and n are those of the strata that answered at all, so the weights of a wave average 1 even when
        a stratum is silent; such a stratum keeps 1.
        """
        if not self:
            return
        for model in ("bank.survey.stratum", "bank.survey.invitation", "bank.survey.score", "survey.user_input"):
            self.env[model].flush_model()
        self.env.execute_query(
            SQL(
                """
                WITH answer AS (
                    SELECT stratum_id, count(DISTINCT user_input_id) AS number FROM bank_survey_score
                     WHERE wave_id = ANY(%(waves)s) AND is_counted IS TRUE AND stratum_id IS NOT NULL
                     GROUP BY stratum_id),
                part AS (
                    SELECT stratum.id, answer.number,
                           stratum.population::numeric / NULLIF(sum(stratum.population) OVER wave, 0) AS population,
                           answer.number::numeric / sum(answer.number) OVER wave AS answers
                      FROM bank_survey_stratum stratum JOIN answer ON answer.stratum_id = stratum.id
                     WHERE stratum.wave_id = ANY(%(waves)s)
                    WINDOW wave AS (PARTITION BY stratum.wave_id))
                UPDATE bank_survey_stratum AS stratum
                   SET weight = COALESCE(
                           (SELECT ROUND(population / answers, 6) FROM part WHERE part.id = stratum.id), 1)
                 WHERE stratum.wave_id = ANY(%(waves)s) RETURNING 1
                """,
                waves=self.ids,
            )
        )
        for table, column, weight in (
            ("bank_survey_invitation", "stratum_id", "weight"),
            ("bank_survey_score", "stratum_id", "weight"),
            ("survey_user_input", "bank_stratum_id", "bank_weight"),
        ):
            self._spread_weights(table, column, weight)
        for model in ("bank.survey.stratum", "bank.survey.invitation", "bank.survey.score"):
            self.env[model].invalidate_model(["weight"])
        self.env["survey.user_input"].invalidate_model(["bank_weight"])

    def _spread_weights(self, table, column, weight):
        self.env.execute_query(
            SQL(
                """UPDATE %(table)s AS target SET %(weight)s = stratum.weight FROM bank_survey_stratum stratum
                    WHERE stratum.wave_id = ANY(%(waves)s) AND target.%(column)s = stratum.id
                      AND target.%(weight)s IS DISTINCT FROM stratum.weight RETURNING 1""",
                table=SQL.identifier(table),
                column=SQL.identifier(column),
                weight=SQL.identifier(weight),
                waves=self.ids,
            )
        )

    def action_compute_weights(self):
        """Compute the weights now, before the wave is closed."""
        self.check_access("write")
        self._compute_weights()
        return True
