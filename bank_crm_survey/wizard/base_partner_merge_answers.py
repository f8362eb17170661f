from odoo import models
from odoo.tools import SQL


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    """Odoo moves answers, scores and invitations to the contact that remains; what he may have once is told apart."""

    _inherit = "base.partner.merge.automatic.wizard"

    def _merge_bank_rows(self, sources, target):
        """A customer is invited once for an occasion: of invitations to the same one, the oldest keeps its name.

        Both stay, for both customers were asked; a second answer of the same wave or occasion becomes a duplicate
        (see ``survey.user_input._mark_duplicates``, which knows the names given here).
        """
        self.env.flush_all()
        self.env.execute_query(
            SQL(
                """
                WITH same AS (
                    SELECT id, row_number() OVER (PARTITION BY program_id, COALESCE(wave_id, 0), touchpoint_ref
                                                      ORDER BY partner_id = %(target)s DESC, id) AS place
                      FROM bank_survey_invitation WHERE partner_id = ANY(%(partners)s)
                )
                UPDATE bank_survey_invitation invitation
                   SET touchpoint_ref = concat_ws(' ', NULLIF(touchpoint_ref, ''), 'merged', invitation.id::text)
                  FROM same WHERE same.id = invitation.id AND same.place > 1
             RETURNING invitation.id
                """,
                target=target.id,
                partners=(sources | target).ids,
            )
        )
        self.env.invalidate_all()
        return super()._merge_bank_rows(sources, target)

    def _after_bank_merge(self, target):
        result = super()._after_bank_merge(target)
        # sudo: survey.user_input - the merge has been decided; answers follow
        answers = self.env["survey.user_input"].sudo()
        mine = answers.search([("partner_id", "=", target.id), ("bank_disposition", "!=", False)])
        if mine:
            mine._mark_duplicates()
            self.env.flush_all()
            mine._rewrite_counted(SQL("answer.id = ANY(%s)", mine.ids))
        return result
