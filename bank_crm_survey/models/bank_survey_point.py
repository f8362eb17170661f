import secrets

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import UserError
from odoo.http import request

from odoo.addons.bank_crm.tools import qr_code


class BankSurveyPoint(models.Model):
    """A QR code at a branch: whoever scans it answers without an invitation and without a name."""

    _name = "bank.survey.point"
    _description = "QR Point of Surveys"
    _inherit = ["bank.guarded.mixin"]
    _order = "branch_id, name"
    _check_company_auto = True

    name = fields.Char(required=True, help="Where the code hangs, such as “Exit of the main hall”.")
    active = fields.Boolean(default=True, help="An archived code leads to a page that says that the survey is over.")
    program_id = fields.Many2one(
        comodel_name="bank.survey.program", string="Programme", required=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(related="program_id.company_id", store=True, index=True, precompute=True)
    branch_id = fields.Many2one(
        comodel_name="bank.branch", index=True, ondelete="restrict", check_company=True
    )
    token = fields.Char(
        readonly=True,
        copy=False,
        required=True,
        default=lambda self: self._new_token(),
        export_string_translation=False,
    )
    url = fields.Char(string="Address", compute="_compute_url")
    answer_count = fields.Integer(string="Answers", compute="_compute_answer_count")

    _token_uniq = models.UniqueIndex("(token)", "Token: it is in use.")

    @api.model
    def _guarded_fields(self):
        return super()._guarded_fields() | {"token"}

    @api.model
    def _new_token(self):
        return secrets.token_urlsafe(20)

    @api.depends("token")
    def _compute_url(self):
        for point in self:
            point.url = f"{point.company_id.get_base_url()}/feedback/p/{point.token}" if point.token else False

    def _compute_answer_count(self):
        # sudo: survey.user_input - a number; answers themselves are for those who may read them
        answers = self.env["survey.user_input"].sudo()
        counts = dict(
            answers._read_group(
                [("bank_point_id", "in", self.ids), ("state", "=", "done")], ["bank_point_id"], ["__count"]
            )
        )
        for point in self:
            point.answer_count = counts.get(point._origin, 0)

    @api.model
    def _find_by_token(self, token):
        """Return the point (as superuser) of a code, archived or not, or none."""
        # sudo: bank.survey.point - whoever scanned the code may answer
        points = self.sudo().with_context(active_test=False)
        if not isinstance(token, str) or not 20 <= len(token) <= 64:
            return points.browse()
        return points.search([("token", "=", token)], limit=1).with_context(active_test=True)

    def _is_open(self):
        """Whether answers are taken here now."""
        self.ensure_one()
        program = self.program_id
        return bool(self.active and program.active and program.state == "running" and program.survey_id.active)

    def _start(self, lang_code=None):
        """Begin an answer without a customer at this point and return it, as superuser.

        :raises UserError: ``[point_closed]``
        """
        self.ensure_one()
        if not self._is_open():
            raise UserError(self.env._("[point_closed] QR Point: this survey is over."))
        # sudo: survey.user_input - the code is the right to answer once; who was logged in is not kept
        answers = self.env["survey.user_input"].with_user(SUPERUSER_ID).sudo()
        answer = answers._create_bank_answer(self._answer_values(lang_code))
        if request:  # many answers of one device are found
            answer._bank_note_source(request.httprequest.remote_addr)
        return answer

    def _answer_values(self, lang_code):
        program = self.program_id
        # An anonymous programme that keeps no branch keeps no point either: it is at one branch.
        keeps_place = program.anonymity != "anonymous" or program.keeps_branch
        return {
            "survey_id": program.survey_id.id,
            "bank_program_id": program.id,
            "bank_channel": "qr",
            "bank_branch_id": self.branch_id.id if keeps_place else False,
            "bank_point_id": self.id if keeps_place else False,
            "lang_id": self.env["res.lang"]._get_data(code=lang_code).id or False,
        }

    # ------------------------------------------------------------------
    # Buttons
    # ------------------------------------------------------------------

    def action_print_poster(self):
        """Print the QR code as a poster."""
        self.check_access("read")
        return self.env.ref("bank_crm_survey.bank_survey_point_report_poster").report_action(self)

    def action_new_code(self):
        """Make the posters that hang useless and give the point a new code."""
        self.check_access("write")
        for point in self:
            point._unguarded().write({"token": self._new_token()})
        return True

    def _qr_picture(self):
        """Return the QR code as the source of a picture."""
        self.ensure_one()
        return qr_code.as_data_uri(self.url)

    def _door_minutes(self):
        """Return how many minutes an answer takes, for the poster."""
        self.ensure_one()
        # sudo: survey.survey - a number of questions; not everybody who prints posters reads questionnaires
        return self.sudo().program_id.survey_id._door_minutes()
