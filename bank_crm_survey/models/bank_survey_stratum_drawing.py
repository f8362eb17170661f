from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

PLAN_FIELDS = {"tier_id", "branch_id", "value_class", "target"}


class BankSurveyStratum(models.Model):
    """How far a stratum was drawn from.

    The ids of its customers at the time of freezing are kept in the order of their ranks in the column ``member_ids``
    (``int[]``), for the database alone: customers may change or leave, the order of the draw stays, and can be checked
    against the seed today or in three years.
    """

    _inherit = ["bank.survey.stratum", "bank.guarded.mixin"]
    _name = "bank.survey.stratum"

    is_fixed = fields.Boolean(
        string="Number Entered", readonly=True, help="How many to invite was entered by hand.", default=False
    )
    is_found = fields.Boolean(readonly=True, help="Made when the wave was frozen.", default=False)
    last_rank = fields.Integer(
        string="Looked At", readonly=True, help="Customers down to this rank were drawn or turned down.", default=0
    )

    _counts_check = models.Constraint(
        "CHECK(target >= 0 AND quota >= 0)", "Stratum: numbers to invite and answers wanted cannot be negative."
    )
    _key_uniq = models.UniqueIndex(
        "(wave_id, COALESCE(tier_id, 0), COALESCE(branch_id, 0), COALESCE(value_class, ''))",
        "Stratum: this wave has it already.",
    )

    def init(self):
        result = super().init()
        self.env.cr.execute(SQL("ALTER TABLE bank_survey_stratum ADD COLUMN IF NOT EXISTS member_ids int[]"))
        return result

    @api.model
    def _guarded_fields(self):
        return super()._guarded_fields() | {
            "population", "drawn", "invited", "completed", "weight", "is_fixed", "is_found", "last_rank",
        }  # fmt: skip

    @api.model_create_multi
    def create(self, vals_list):
        strata = super().create(vals_list)
        strata._check_plan_is_open()
        return strata

    def write(self, vals):
        if PLAN_FIELDS & set(vals):
            self._check_plan_is_open()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_frozen(self):
        self._check_plan_is_open()

    def _check_plan_is_open(self):
        """:raises UserError: the sample is drawn; only the number of answers wanted may change then"""
        if not self._is_unguarded() and any(wave.state != "draft" for wave in self.wave_id):
            raise UserError(
                self.env._(
                    "Strata: the sample of this wave is drawn. Set the wave back to draft to plan it anew; only the "
                    "number of answers wanted can be changed now."
                )
            )

    # ------------------------------------------------------------------
    # Ranks
    # ------------------------------------------------------------------

    def _left_to_draw(self):
        """Return how many customers are still to be found: those turned down count where nobody takes their place."""
        self.ensure_one()
        return max(self.target - (self.drawn if self.wave_id.top_up else self.last_rank), 0)

    def _ranks(self, after=0, limit=None):
        """Return ``{partner_id: rank}`` of the frozen population in the order of the draw.

        :param after: ranks up to this one are left out
        :param limit: how many at most
        """
        self.ensure_one()
        until = self.population if limit is None else after + limit
        return dict(
            self.env.execute_query(
                SQL(
                    """SELECT member.id, (%(after)s + member.position)::int
                         FROM bank_survey_stratum stratum,
                              unnest(stratum.member_ids[%(first)s:%(last)s]) WITH ORDINALITY AS member(id, position)
                        WHERE stratum.id = %(id)s ORDER BY member.position""",
                    after=after,
                    first=after + 1,
                    last=until,
                    id=self.id,
                )
            )
        )

    def _recount(self):
        """Count anew who was drawn, invited and has answered; one statement for all of these strata."""
        if not self:
            return
        self.env["bank.survey.invitation"].flush_model()
        self.flush_recordset()
        self.env.execute_query(
            SQL(
                """
                UPDATE bank_survey_stratum AS stratum
                   SET drawn = count.drawn, invited = count.invited, completed = count.completed
                  FROM (SELECT listed.id,
                               count(*) FILTER (WHERE state NOT IN ('suppressed', 'withdrawn')) AS drawn,
                               count(*) FILTER (WHERE sent_at IS NOT NULL) AS invited,
                               count(*) FILTER (WHERE state = 'completed') AS completed
                          FROM unnest(%s::int[]) AS listed(id)
                          LEFT JOIN bank_survey_invitation invitation ON invitation.stratum_id = listed.id
                         GROUP BY listed.id) AS count
                 WHERE count.id = stratum.id
                   AND (stratum.drawn, stratum.invited, stratum.completed)
                       IS DISTINCT FROM (count.drawn::int, count.invited::int, count.completed::int)
             RETURNING 1
                """,
                self.ids,
            )
        )
        self.invalidate_recordset(["drawn", "invited", "completed"])
