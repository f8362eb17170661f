from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import SQL


class SurveySurvey(models.Model):
    """Versions of a questionnaire: once it has answers it stays as it is, and a change is a new version.

    Figures stay comparable by the codes of the questions (``bank_metric_code``), which a new version takes over.
    """

    _inherit = "survey.survey"

    bank_is_locked = fields.Boolean(string="Has Answers", compute="_compute_bank_is_locked")
    bank_next_ids = fields.One2many(
        comodel_name="survey.survey", inverse_name="bank_previous_id", string="Later Versions"
    )
    bank_earlier_program_count = fields.Integer(
        string="Programmes of the Previous Version", compute="_compute_bank_earlier_program_count"
    )

    def _compute_bank_is_locked(self):
        locked = self._bank_locked()
        for survey in self:
            survey.bank_is_locked = survey._origin in locked

    @api.depends("bank_previous_id")
    def _compute_bank_earlier_program_count(self):
        for survey in self:
            survey.bank_earlier_program_count = len(survey._programs_of_earlier_versions())

    def _bank_locked(self):
        """Return those of these surveys that are the bank's and have finished answers."""
        own = self.filtered(lambda survey: survey.survey_type == "bank")._origin
        if not own.ids:
            return own
        self.env["survey.user_input"].flush_model(["survey_id", "state", "test_entry", "bank_disposition"])
        rows = self.env.execute_query(
            SQL(
                """SELECT survey.id FROM survey_survey survey
                    WHERE survey.id = ANY(%s) AND EXISTS (
                          SELECT FROM survey_user_input answer
                           WHERE answer.survey_id = survey.id AND answer.test_entry IS NOT TRUE
                             AND (answer.state = 'done' OR answer.bank_disposition IS NOT NULL))""",
                own.ids,
            )
        )
        return self.browse(survey_id for (survey_id,) in rows)

    def _check_bank_unlocked(self, what):
        """:raises ValidationError: ``[questionnaire_locked]`` customers have answered already

        :param what: name of what is to be changed
        """
        if self.env["bank.guarded.mixin"]._is_unguarded():
            return
        # sudo: survey.survey - only whether it has answers
        for survey in self.sudo()._bank_locked():
            raise ValidationError(
                self.env._(
                    "[questionnaire_locked] %(what)s: customers have answered “%(survey)s” as it is, and their "
                    "answers would change their meaning. Use the button New Version of the questionnaire.",
                    what=what,
                    survey=survey.title,
                )
            )

    def write(self, vals):
        if "survey_type" in vals:
            changing = self.filtered(lambda survey: survey.survey_type != vals["survey_type"])
            changing._check_bank_unlocked(self._fields["survey_type"]._description_string(self.env))
            if (
                self.env["bank.survey.program"]
                .sudo()
                .with_context(active_test=False)
                .search_count([("survey_id", "in", changing.ids)], limit=1)
            ):  # sudo: bank.survey.program - only whether one uses it
                raise ValidationError(
                    self.env._("Type: a programme uses this questionnaire. Make a new survey of the other type.")
                )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_answered(self):
        self._check_bank_unlocked(self.env._("Questionnaire"))

    # ------------------------------------------------------------------
    # New versions
    # ------------------------------------------------------------------

    def action_bank_new_version(self):
        """Make the next version of this questionnaire, a copy with the same codes, and show it.

        :raises UserError: ``[newer_version]`` there is a later version already
        """
        self.ensure_one()
        self.check_access("write")
        if self.bank_next_ids:
            raise UserError(
                self.env._(
                    "[newer_version] “%(survey)s” has a later version already. Change that one.",
                    survey=self.title,
                )
            )
        version = self._bank_copy()
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": version.id,
            "views": [(False, "form")],
        }

    def _bank_copy(self):
        version = self.copy()
        self._copy_titles(version)
        version.write({"bank_version": self.bank_version + 1, "bank_previous_id": self.id})
        return version

    def _copy_titles(self, version):
        """Odoo writes “(copy)” behind titles; a version has the title of the questionnaire, in all languages."""
        self.env.flush_all()
        self.env.execute_query(
            SQL(
                """UPDATE survey_survey version SET title = survey.title FROM survey_survey survey
                    WHERE version.id = %s AND survey.id = %s RETURNING 1""",
                version.id,
                self.id,
            )
        )
        version.invalidate_recordset(["title"])

    def _programs_of_earlier_versions(self):
        """Return the programmes of the user's companies that ask an earlier version of this questionnaire."""
        earlier = self.browse()
        previous = self.bank_previous_id
        while previous and previous not in earlier:
            earlier |= previous
            previous = previous.bank_previous_id
        programs = self.env["bank.survey.program"].with_context(active_test=False)
        if not programs.has_access("read"):
            return programs
        return programs.search([("survey_id", "in", earlier.ids)])

    def action_bank_adopt(self):
        """Let programmes of earlier versions ask this one from now on; invitations that are out stay as they are.

        :raises AccessError: ``[not_for_you]``
        """
        self.ensure_one()
        self.check_access("write")
        if not self.env.su and not self.env.user._runs_bank_surveys():
            raise AccessError(self.env._("[not_for_you] Programmes are changed by satisfaction managers."))
        if not self.question_ids:
            raise ValidationError(
                self.env._("Questions: “%(survey)s” has none yet. Add questions first.", survey=self.title)
            )
        self._programs_of_earlier_versions().write({"survey_id": self.id})
        return True
