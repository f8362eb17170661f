from collections import namedtuple

from markupsafe import Markup

from odoo import models
from odoo.exceptions import AccessError

from ..tools import placeholders

# What is the same for all recipients of a message in one language; see tools/placeholders.py.
Rendered = namedtuple("Rendered", ["subject", "body"])


class BankSurveyMessage(models.Model):
    """Messages are rendered once for each programme and language; a recipient's own values are put in afterwards."""

    _inherit = "bank.survey.message"

    def _rendered(self, program, lang):
        """Return the templates of an email of a programme, or of a text message (whose body is text).

        :param lang: code of an installed language
        :return: ``Rendered(subject, body)``: two :class:`placeholders.Template`
        """
        self.ensure_one()
        message, program = self.with_context(lang=lang), program.with_context(lang=lang)
        subject = placeholders.Template(placeholders.marked(message.subject))
        if self.channel == "sms":
            return Rendered(subject, placeholders.Template(placeholders.marked(message.body)))
        body = message.env["ir.qweb"]._render("bank_crm_survey.invitation_mail", message._frame_values(program))
        return Rendered(subject, placeholders.Template(str(body)))

    def _frame_values(self, program):
        """Return what the frame around the text of an email shows."""
        question = program.survey_id._bank_main_question()
        asks_first = question and question == program.survey_id.question_ids[:1]
        scores = asks_first and question.question_type == "scale" and range(question.scale_min, question.scale_max + 1)
        return {
            "lang": self.env.lang.replace("_", "-"),
            "company": program.company_id,
            "program": program,
            "text": Markup(placeholders.as_html(self.body)),  # escaped there
            "question": question,
            "scores": list(scores or ()),
            "link": placeholders.mark("link"),
            "stop": placeholders.mark("stop"),
            "until": placeholders.mark("until"),
        }

    def _sample_values(self, program):
        """Return values that look like those of a recipient, for a look at the message."""
        base = program.company_id.get_base_url()
        return {
            "name": self.env._("Anna Example"),
            "program": program.name or "",
            "bank": program.company_id.name or "",
            "link": f"{base}/feedback/example",
            "stop": f"{base}/feedback/example/stop",
            "until": self.env._("a day to come"),
        }

    def action_preview(self):
        """Show the message as a customer gets it, in the language of the user."""
        self.ensure_one()
        self.check_access("read")
        if not self.env.user._runs_bank_surveys():
            raise AccessError(self.env._("[access_denied] You do not run surveys. Ask a satisfaction manager."))
        program = self.env["bank.survey.program"].search(
            ["|", ("invitation_message_id", "=", self.id), ("reminder_message_id", "=", self.id)], limit=1
        ) or self.env["bank.survey.program"].search([], limit=1)
        preview = self.env["bank.survey.message.preview"].create(
            {"message_id": self.id, "program_id": program.id, "lang": self.env.lang or "en_US"}
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Preview"),
            "res_model": "bank.survey.message.preview",
            "res_id": preview.id,
            "view_mode": "form",
            "target": "new",
        }
