import json

from odoo import api, fields, models
from odoo.tools import SQL

from .bank_lifecycle_rule import STAGES


class BankLifecycleHistory(models.Model):
    """Each change of a customer's stage of life, with who or what made it and the facts that the rule saw."""

    _name = "bank.lifecycle.history"
    _description = "Lifecycle History"
    _inherit = ["bank.sealed.mixin"]
    _order = "changed_on desc, id desc"
    _rec_name = "to_stage"

    partner_id = fields.Many2one(
        comodel_name="res.partner", string="Customer", required=True, readonly=True, ondelete="restrict"
    )  # indexed by _partner_changed_idx
    company_id = fields.Many2one(related="partner_id.company_id")
    from_stage = fields.Selection(selection=STAGES, string="Former Stage", readonly=True)
    to_stage = fields.Selection(selection=STAGES, string="New Stage", readonly=True)
    changed_on = fields.Date(string="Date", required=True, readonly=True, index=True)
    reason = fields.Selection(
        selection=[
            ("rule", "Rule"),
            ("manual", "By Hand"),
            ("override", "Override"),
            ("merge", "Merge"),
        ],
        required=True,
        readonly=True,
    )
    rule_id = fields.Many2one(comodel_name="bank.lifecycle.rule", readonly=True, ondelete="restrict", index=True)
    rule_version = fields.Char(readonly=True)
    inputs = fields.Json(string="What the Rule Saw", readonly=True)
    note = fields.Char(string="Reason Given", readonly=True)
    user_id = fields.Many2one(comodel_name="res.users", string="By", readonly=True, ondelete="restrict")
    explanation = fields.Char(string="Why", compute="_compute_explanation")

    _partner_changed_idx = models.Index("(partner_id, changed_on DESC, id DESC)")

    @api.depends("reason", "inputs", "rule_id", "note")
    @api.depends_context("lang")
    def _compute_explanation(self):
        for row in self:
            row.explanation = row._explain_rule() if row.reason == "rule" else row.note or ""

    def _explain_rule(self):
        """Return the sentence that says which facts made the rule fit."""
        self.ensure_one()
        # sudo: bank.lifecycle.rule - its numbers belong to the sentence
        rule, inputs = self.rule_id.sudo(), self.inputs or {}
        parts = []
        if rule.idle_days:
            parts.append(
                self.env._(
                    "last own posting %(last)s, postings known until %(as_of)s",
                    last=inputs.get("last_own_on") or self.env._("before that"),
                    as_of=inputs.get("as_of", ""),
                )
            )
        if rule.drop_pct and f"before_{rule.drop_days}" in inputs:
            parts.append(
                self.env._(
                    "%(recent)s own postings in %(days)s days, %(before)s in the %(days)s days before",
                    recent=inputs.get(f"recent_{rule.drop_days}"),
                    before=inputs.get(f"before_{rule.drop_days}"),
                    days=rule.drop_days,
                )
            )
        if (rule.age_min_days or rule.age_max_days) and "age_days" in inputs:
            parts.append(
                self.env._(
                    "customer since %(start)s, %(days)s days", start=inputs["started_on"], days=inputs["age_days"]
                )
            )
        return f"{rule.name}: {'; '.join(parts)}" if parts else rule.name

    @api.model
    def _record_events(self, history_ids):
        """Append the events of changes; the labels of all languages are looked up by the reader's screen."""
        labels = {code: self._labels(code) for code, _label in STAGES}
        rows = SQL(", ").join(SQL("(%s, %s::jsonb)", code, json.dumps(label)) for code, label in labels.items())
        self.env["bank.customer.event"]._record_select(
            "lifecycle.changed",
            SQL(
                """
                SELECT history.partner_id, 'bank.lifecycle.history', history.id,
                       jsonb_build_object('from', former.label, 'to', fresh.label, 'stage', history.to_stage,
                                          'former_stage', history.from_stage, 'reason', history.reason)
                  FROM bank_lifecycle_history history
                  LEFT JOIN (VALUES %(labels)s) AS former(code, label) ON former.code = history.from_stage
                  LEFT JOIN (VALUES %(labels)s) AS fresh(code, label) ON fresh.code = history.to_stage
                 WHERE history.id = ANY(%(ids)s)
                 ORDER BY history.id
                """,
                labels=rows,
                ids=history_ids,
            ),
        )

    @api.model
    def _labels(self, code):
        """Return ``{language: label}`` of a stage, as payloads of events keep it."""
        field = self.env["res.partner"]._fields["lifecycle_stage"]
        return {
            lang: dict(field._description_selection(self.with_context(lang=lang).env))[code]
            for lang, _name in self.env["res.lang"].get_installed()
        }

    def _schedule_plans(self, on):
        """Give the relationship managers the activities of the rules' action plans, all in one create."""
        history = self.filtered(lambda row: row.rule_id.sudo().plan_id)  # sudo: bank.lifecycle.rule - of the night
        if not history:
            return
        templates = {rule: rule.plan_id.template_ids for rule in history.rule_id.sudo()}  # sudo: see above
        model_id = self.env["ir.model"]._get_id("res.partner")
        managers = dict(
            self.env.execute_query(
                SQL(
                    """SELECT partner.id, users.id FROM res_partner partner
                         JOIN res_users users ON users.id = partner.relationship_manager_id AND users.active
                        WHERE partner.id = ANY(%s)""",
                    history.partner_id.ids,
                )
            )
        )
        rows = []
        for row in history:
            for template in templates[row.rule_id.sudo()]:  # sudo: see above
                user_id = template.responsible_id.id or managers.get(row.partner_id.id)
                if user_id:
                    rows.append(template._prepare_lifecycle_activity(row.partner_id.id, user_id, model_id, on))
        history.partner_id.sudo().mapped(
            "display_name"
        )  # sudo: res.partner - activities copy it, one by one if need be
        # sudo: mail.activity - the plan gives them, whoever made the stage change
        self.env["mail.activity"].sudo().with_context(mail_activity_quick_update=True).create(rows)
