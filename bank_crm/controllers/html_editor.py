from odoo import http
from odoo.http import request

from odoo.addons.html_editor.controllers.main import HTML_Editor


class SilentHtmlEditor(HTML_Editor):
    """What staff write about customers is not sent to Odoo's AI, unless an administrator allowed it."""

    @http.route()
    def generate_text(self, prompt, conversation_history):
        silence = request.env["bank.outbound.silence"]
        if not silence._is_allowed("html_editor"):
            silence._refuse("html_editor")
        return super().generate_text(prompt, conversation_history)
