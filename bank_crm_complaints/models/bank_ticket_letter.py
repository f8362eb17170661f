from odoo import api, fields, models
from odoo.tools import is_html_empty

from ..tools import letter_text

STAFF = "base.group_user"
STATES = [("draft", "Draft"), ("sent", "Sent"), ("bounced", "Came Back"), ("cancelled", "Cancelled")]
CHANNELS = [("email", "Email"), ("post", "Post"), ("portal", "Portal")]
# What the text is rendered from.
INPUTS = (
    "kind_id",
    "template_id",
    "lang",
    "recipient_name",
    "facts",
    "reasons",
    "offer",
    "delay_reason",
    "expected_on",
)
MORE_INPUTS = ("amount", "currency_id", "effect_on", "waives", "point_ids", "point_ids.raised", "point_ids.answer")


class BankTicketLetter(models.Model):
    """A letter of the bank to a complainant. What was sent is evidence: it is sealed, with the hash of its file.

    ``body`` is rendered from the template while the letter is a draft and nobody has written in it by hand; what is
    sent is what stands there. Sending checks it first (``bank_ticket_letter_check.py``), makes the file, hands it to
    the post, the mail server or the portal (``bank_ticket_letter_sending.py``) and stops the deadlines that are ended
    by a letter of this kind. A letter that came back opens them again (``bank_ticket_letter_bounce.py``).
    """

    _name = "bank.ticket.letter"
    _description = "Letter"
    _inherit = ["bank.guarded.mixin", "bank.text.masking.mixin"]
    _order = "id desc"
    _rec_name = "subject"

    _masked_text_fields = ("subject", "body", "facts", "reasons", "offer", "delay_reason")

    ticket_id = fields.Many2one(comodel_name="bank.ticket", required=True, index=True, ondelete="restrict")
    company_id = fields.Many2one(related="ticket_id.company_id", store=True)
    # Not as superuser: whoever begins a letter to a ticket that he may not see learns nothing of it.
    partner_id = fields.Many2one(related="ticket_id.partner_id", related_sudo=False)
    kind_id = fields.Many2one(comodel_name="bank.ticket.letter.kind", required=True, index=True, ondelete="restrict")
    kind_code = fields.Char(related="kind_id.code", export_string_translation=False)
    needs_points = fields.Boolean(related="kind_id.needs_points", export_string_translation=False)
    needs_expected_on = fields.Boolean(related="kind_id.needs_expected_on", export_string_translation=False)
    regime_ids = fields.Many2many(related="ticket_id.regime_ids", related_sudo=False, groups=STAFF)
    outcome = fields.Selection(related="ticket_id.outcome", related_sudo=False, groups=STAFF)
    lang = fields.Selection(
        selection="_selection_lang",
        string="Language",
        required=True,
        compute="_compute_from_ticket",
        store=True,
        readonly=False,
        precompute=True,
    )
    template_id = fields.Many2one(
        comodel_name="bank.ticket.letter.template",
        compute="_compute_template_id",
        store=True,
        readonly=False,
        precompute=True,
        domain="[('kind_id', '=', kind_id)]",
        ondelete="set null",
    )
    state = fields.Selection(selection=STATES, required=True, readonly=True, copy=False, default="draft", index=True)

    # To whom
    channel = fields.Selection(
        selection=CHANNELS, compute="_compute_from_ticket", store=True, readonly=False, precompute=True
    )
    recipient_name = fields.Char(
        string="Addressee", compute="_compute_from_ticket", store=True, readonly=False, precompute=True
    )
    email_to = fields.Char(string="Email", compute="_compute_from_ticket", store=True, readonly=False, precompute=True)
    address = fields.Text(
        string="Postal Address", compute="_compute_from_ticket", store=True, readonly=False, precompute=True
    )

    # What it says
    subject = fields.Char(compute="_compute_body", store=True, readonly=False)
    body = fields.Html(string="Text", compute="_compute_body", store=True, readonly=False, sanitize_style=True)
    is_hand_written = fields.Boolean(
        string="Changed by Hand",
        copy=False,
        groups=STAFF,
        help="The text is not rendered anew when something changes.",
    )
    facts = fields.Text(groups=STAFF, help="What was found, or where the investigation stands.")
    reasons = fields.Text(string="Basis and Reasons", groups=STAFF)
    offer = fields.Text(groups=STAFF, help="What the bank does or offers to put things right.")
    delay_reason = fields.Text(string="Reason for the Delay", groups=STAFF)
    expected_on = fields.Date(help="When the customer will hear from the bank, or have its answer.")
    amount = fields.Monetary()
    currency_id = fields.Many2one(comodel_name="res.currency", default=lambda self: self.env.company.currency_id)
    effect_on = fields.Date(string="Date of Effect", help="When the amount is credited or debited.")
    waives = fields.Boolean(
        string="Waives Time Limits", help="The bank consents to the ombudsman considering the complaint out of time."
    )
    point_ids = fields.One2many(comodel_name="bank.ticket.letter.point", inverse_name="letter_id", copy=True)

    # What became of it
    is_automatic = fields.Boolean(string="Sent by the Server", readonly=True, copy=False)
    sent_at = fields.Datetime(string="Sent", readonly=True, copy=False)
    sent_by_id = fields.Many2one(comodel_name="res.users", readonly=True, copy=False, groups=STAFF)
    message_id = fields.Many2one(
        comodel_name="mail.message", readonly=True, copy=False, index="btree_not_null", groups=STAFF
    )
    attachment_id = fields.Many2one(
        comodel_name="ir.attachment", string="File", readonly=True, copy=False, ondelete="restrict"
    )
    sha256 = fields.Char(string="SHA-256", readonly=True, copy=False, groups=STAFF)
    check_data = fields.Json(readonly=True, copy=False, groups=STAFF, export_string_translation=False)
    bounced_at = fields.Datetime(string="Came Back", readonly=True, copy=False, groups=STAFF)
    bounce_reason = fields.Text(string="Why It Came Back", readonly=True, copy=False, groups=STAFF)
    previous_id = fields.Many2one(
        comodel_name="bank.ticket.letter", string="In Place Of", readonly=True, copy=False, groups=STAFF
    )

    _sent_check = models.Constraint(
        "CHECK(state NOT IN ('sent', 'bounced') OR (sent_at IS NOT NULL AND sha256 IS NOT NULL))",
        "A letter that was sent has a date and the hash of its file.",
    )

    @api.model
    def _selection_lang(self):
        return self.env["res.lang"].get_installed()

    @api.model
    def _guarded_fields(self):
        return {
            *super()._guarded_fields(),
            "is_automatic", "sent_at", "sent_by_id", "message_id", "attachment_id", "sha256", "check_data",
            "bounced_at", "bounce_reason", "previous_id",
        }  # fmt: skip

    # ------------------------------------------------------------------
    # What follows from the ticket
    # ------------------------------------------------------------------

    def onchange(self, values, field_names, fields_spec):
        letters = self.with_context(bank_ticket_letter_form=True)
        return super(BankTicketLetter, letters).onchange(values, field_names, fields_spec)

    def _check_form(self):
        """Refuse a form that names a ticket which the user may not see: stored fields are computed as superuser."""
        if self.env.context.get("bank_ticket_letter_form"):
            self.ticket_id._origin.sudo(False).check_access("read")

    @api.depends("ticket_id")
    def _compute_from_ticket(self):
        self._check_form()
        # Once: what a clerk entered about the addressee stays, whatever changes on the ticket later.
        for letter in self:
            ticket = letter.ticket_id
            # sudo: res.partner - the address of the customer of a ticket that the user may work on
            partner = ticket.sudo().partner_id
            letter.lang = letter.lang or ticket._letter_lang()
            letter.recipient_name = letter.recipient_name or ticket.contact_name or partner.name
            letter.email_to = letter.email_to or ticket.contact_email or partner.email
            letter.address = letter.address or letter._postal_address(partner)
            letter.channel = letter.channel or letter._default_channel(partner)

    @api.model
    def _postal_address(self, partner):
        """Return the lines of a partner's address; empty where nobody would find it."""
        if not (partner.street and partner.city):
            return False
        lines = partner._display_address(without_company=True).splitlines()
        return "\n".join(line.strip() for line in lines if line.strip())

    def _default_channel(self, partner):
        if self.email_to:
            return "email"
        if self._has_portal(partner):
            return "portal"
        return "post" if self.address else False

    @api.model
    def _has_portal(self, partner):
        return any(user.share and user.active for user in partner.user_ids)

    @api.depends("kind_id", "lang")
    def _compute_template_id(self):
        drafts = self.filtered(lambda letter: letter.state in (False, "draft") and letter.kind_id)
        wanted = [
            # sudo: bank.ticket.regime - which laws apply decides the text
            (letter.kind_id, letter.ticket_id.sudo().regime_ids, letter.lang, letter.ticket_id.company_id)
            for letter in drafts
        ]
        for letter, template in zip(drafts, self.env["bank.ticket.letter.template"]._pick(wanted), strict=True):
            letter.template_id = template
        for letter in self - drafts:
            letter.template_id = letter.template_id

    @api.depends(*INPUTS, *MORE_INPUTS, "ticket_id.outcome", "ticket_id.relief")
    def _compute_body(self):
        self._check_form()
        fresh = self.filtered(
            lambda letter: letter.state == "draft" and not letter.is_hand_written and letter.ticket_id
        )
        texts = fresh._rendered()
        for letter in self:
            subject, body = texts.get(letter.id, (letter.subject, letter.body))
            letter.subject, letter.body = subject, body

    def _rendered(self):
        """Return ``{letter id: (subject, body)}`` of the letters that have a template."""
        with_template = self.filtered("template_id")
        values = with_template._letter_values() if with_template else {}
        return {letter.id: letter.template_id._render(values[letter.id]) for letter in with_template}

    @api.onchange("body", "subject")
    def _onchange_text(self):
        self.is_hand_written = self.is_hand_written or self._differs_from_template()

    def _differs_from_template(self):
        """Tell whether somebody changed the text: the words count, not how the editor writes its HTML."""
        rendered = self._rendered()
        if self.id not in rendered:
            return not is_html_empty(self.body)
        subject, body = rendered[self.id]
        as_text = letter_text.plain_text
        return as_text(body) != as_text(self.body) or (subject or "") != (self.subject or "")

    def action_restore_text(self):
        """Give up what was written by hand and render the template again."""
        self.check_access("write")
        self.write({"is_hand_written": False})
        self.env.add_to_compute(self._fields["body"], self)
        self.env.add_to_compute(self._fields["subject"], self)
