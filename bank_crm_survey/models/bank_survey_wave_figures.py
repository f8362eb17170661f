from odoo import api, fields, models
from odoo.tools import SQL


class BankSurveyWave(models.Model):
    """What a wave shows of itself: how far the draw is, and what became of the invitations."""

    _inherit = "bank.survey.wave"

    target_count = fields.Integer(string="To Invite", compute="_compute_draw_progress")
    drawn_count = fields.Integer(string="Drawn", compute="_compute_draw_progress")
    draw_progress = fields.Float(compute="_compute_draw_progress")
    waiting_count = fields.Integer(string="Waiting", compute="_compute_invitation_counts")
    sent_count = fields.Integer(string="Sent", compute="_compute_invitation_counts")
    opened_count = fields.Integer(string="Opened", compute="_compute_invitation_counts")
    started_count = fields.Integer(string="Begun", compute="_compute_invitation_counts")
    completed_count = fields.Integer(string="Completed", compute="_compute_invitation_counts")
    bounced_count = fields.Integer(string="Returned", compute="_compute_invitation_counts")
    refused_count = fields.Integer(string="Declined", compute="_compute_invitation_counts")
    suppressed_count = fields.Integer(string="Not Asked", compute="_compute_invitation_counts")
    response_rate = fields.Float(
        compute="_compute_invitation_counts",
        help="Completed answers by invitations that were sent and did not return.",
    )

    @api.depends("stratum_ids.target", "stratum_ids.drawn", "stratum_ids.last_rank", "state")
    def _compute_draw_progress(self):
        for wave in self:
            strata = wave.stratum_ids
            wave.target_count = sum(strata.mapped("target"))
            wave.drawn_count = sum(strata.mapped("drawn"))
            done = sum(
                stratum.target if stratum.last_rank >= stratum.population else stratum.target - stratum._left_to_draw()
                for stratum in strata
            )
            full = wave.state not in ("draft", "sampling")
            wave.draw_progress = 100 * done / wave.target_count if wave.target_count else 100 * full

    @api.depends("invitation_ids.state", "invitation_ids.opened_at", "invitation_ids.started_at")
    def _compute_invitation_counts(self):
        counts = self._invitation_counts()
        for wave in self:
            found = counts.get(wave.id, {})
            for name in ("waiting", "sent", "opened", "started", "completed", "bounced", "refused", "suppressed"):
                wave[f"{name}_count"] = found.get(name, 0)
            delivered = wave.sent_count - wave.bounced_count
            wave.response_rate = wave.completed_count / delivered if delivered else 0

    def _invitation_counts(self):
        """Return ``{wave_id: {what: number}}``; one query. Numbers of a wave name nobody, so they are whole."""
        if not self.ids:
            return {}
        self.env["bank.survey.invitation"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """SELECT wave_id,
                          count(*) FILTER (WHERE state IN ('drawn', 'queued')),
                          count(*) FILTER (WHERE sent_at IS NOT NULL),
                          count(*) FILTER (WHERE opened_at IS NOT NULL),
                          count(*) FILTER (
                              WHERE started_at IS NOT NULL OR state IN ('started', 'completed', 'partial')),
                          count(*) FILTER (WHERE state = 'completed'),
                          count(*) FILTER (WHERE state = 'bounced'),
                          count(*) FILTER (WHERE state = 'refused'),
                          count(*) FILTER (WHERE state = 'suppressed')
                     FROM bank_survey_invitation WHERE wave_id = ANY(%s) GROUP BY wave_id""",
                self.ids,
            )
        )
        names = ("waiting", "sent", "opened", "started", "completed", "bounced", "refused", "suppressed")
        return {wave_id: dict(zip(names, counts, strict=True)) for wave_id, *counts in rows}

    # ------------------------------------------------------------------
    # Ways to the records
    # ------------------------------------------------------------------

    def _invitations_action(self, domain=(), views="list,form", **context):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("bank_crm_survey.bank_survey_invitation_action")
        action.update(domain=[("wave_id", "=", self.id), *domain], context=context, view_mode=views)
        if views != "list,form":
            action["views"] = [(False, view) for view in views.split(",")]
        return action

    def action_view_invitations(self):
        """Open the invitations of this wave."""
        return self._invitations_action()

    def action_view_sent(self):
        """Open the invitations that were sent."""
        return self._invitations_action([("sent_at", "!=", False)])

    def action_view_completed(self):
        """Open the invitations that were answered."""
        return self._invitations_action([("state", "=", "completed")])

    def action_view_suppressed(self):
        """Open who was not asked, by reason."""
        return self._invitations_action([("state", "=", "suppressed")], search_default_group_reason=1)

    def action_view_graph(self):
        """Show what became of the invitations as a diagram."""
        return self._invitations_action([], "graph,pivot,list,form")
