from odoo import api, fields, models


class BankSurveyMessagePreview(models.TransientModel):
    """A look at a message of surveys before it is sent."""

    _name = "bank.survey.message.preview"
    _description = "Preview of a Survey Message"

    message_id = fields.Many2one(comodel_name="bank.survey.message", required=True, readonly=True, ondelete="cascade")
    program_id = fields.Many2one(comodel_name="bank.survey.program", string="Programme", ondelete="cascade")
    lang = fields.Selection(selection="_languages", string="Language", required=True)
    channel = fields.Selection(related="message_id.channel")
    subject = fields.Char(compute="_compute_texts")
    body = fields.Html(compute="_compute_texts", sanitize=False, string="As the Customer Gets It")
    text = fields.Text(compute="_compute_texts", string="Text Message")

    @api.model
    def _languages(self):
        return self.env["res.lang"].get_installed()

    @api.depends("message_id", "program_id", "lang")
    def _compute_texts(self):
        for preview in self:
            preview.subject = preview.body = preview.text = False
            if not (preview.program_id and preview.lang):
                continue
            rendered = preview.message_id._rendered(preview.program_id, preview.lang)
            values = preview.message_id._sample_values(preview.program_id.with_context(lang=preview.lang))
            if preview.channel == "sms":
                preview.text = rendered.body.fill(values)
            else:
                preview.subject = rendered.subject.fill_line(values)
                preview.body = rendered.body.fill_html(values)
