from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL


class BankSurveyInvitation(models.Model):
    """How many invitations became answers."""

    _inherit = "bank.survey.invitation"

    # holds all that the rates are counted from, so that the rows themselves are not read
    _program_sent_idx = models.Index(
        "(program_id, sent_at) INCLUDE (state, opened_at, started_at, manager_id, branch_id) WHERE sent_at IS NOT NULL"
    )

    @api.model
    def _count_for_rates(self, program, start, end):
        """Return ``{"sent", "bounced", "opened", "started", "completed", "partial", "refused", "expired"}`` of the
        invitations of a programme that were sent between two moments, as far as the user sees its figures.

        Whoever completed a questionnaire has opened and begun it, by whichever way he came to it.
        """
        query = self._figures_query([("program_id", "=", program.id), ("sent_at", ">=", start), ("sent_at", "<", end)])
        columns = {
            "sent": SQL("COUNT(*)"),
            "bounced": SQL("COUNT(*) FILTER (WHERE state = 'bounced')"),
            "opened": SQL(
                "COUNT(*) FILTER (WHERE opened_at IS NOT NULL OR started_at IS NOT NULL OR state = 'completed')"
            ),
            "started": SQL("COUNT(*) FILTER (WHERE started_at IS NOT NULL OR state = 'completed')"),
            "completed": SQL("COUNT(*) FILTER (WHERE state = 'completed')"),
            "partial": SQL("COUNT(*) FILTER (WHERE state = 'partial')"),
            "refused": SQL("COUNT(*) FILTER (WHERE state = 'refused')"),
            "expired": SQL("COUNT(*) FILTER (WHERE state = 'expired')"),
        }
        ((*counts,),) = self.env.execute_query(query.select(*columns.values())) if not query.is_empty() else [(0,) * 8]
        return dict(zip(columns, counts, strict=True))

    @api.model
    def _count_suppressed(self, program, start, end):
        """Return ``{reason: number}`` of those who were not asked between two moments."""
        query = self._figures_query(
            [
                ("program_id", "=", program.id),
                ("state", "=", "suppressed"),
                ("create_date", ">=", start),
                ("create_date", "<", end),
            ]
        )
        if query.is_empty():
            return {}
        query.groupby = SQL("suppress_reason")
        return dict(self.env.execute_query(query.select(SQL("suppress_reason"), SQL("COUNT(*)"))))

    @api.model
    def _figures_query(self, domain):
        rule = Domain(self.env.user._bank_survey_stat_domain())
        # sudo: bank.survey.invitation - counts, of the same customers whose figures the user sees
        return self.sudo()._search(Domain(domain) & rule)
