import base64
import hashlib
import secrets
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools.translate import LazyTranslate

from odoo.addons.bank_crm.models.customer.res_partner_consent import REASONS as CONTACT_REASONS
from odoo.addons.bank_crm.tools import sealing

from .bank_survey_program_channel import CHANNELS

_lt = LazyTranslate(__name__)

STATES = [
    ("drawn", "Drawn"),
    ("queued", "Waiting to Be Sent"),
    ("suppressed", "Not Asked"),
    ("sent", "Sent"),
    ("started", "Begun"),
    ("completed", "Completed"),
    ("partial", "Broken Off"),
    ("expired", "Run Out"),
    ("bounced", "Returned"),
    ("refused", "Declined"),
    ("withdrawn", "Withdrawn"),
]
# States in which the link can still be answered.
OPEN_STATES = ("queued", "sent", "started", "partial")
# Whoever is answering when the time is over may finish.
GRACE = timedelta(days=1)

# Why a customer was not asked, beside the reasons of ``res.partner._bank_may_contact``. Topics add theirs here.
SUPPRESS_REASONS = {
    "too_often": _lt("Asked too often: a contact rule"),
    "too_soon": _lt("Asked too recently: a contact rule"),
    "answered_recently": _lt("Answered recently: a contact rule"),
    "declined_recently": _lt("Declined recently: a contact rule"),
    "no_channel": _lt("No channel of the programme reaches this customer"),
    "not_in_programme": _lt("Not among the customers of the programme"),
    "already_invited": _lt("Invited already for this occasion"),
    "quota_full": _lt("Enough answers of this stratum"),
    "not_running": _lt("The programme is not running"),
    "not_sampled": _lt("Not in the sample"),
    "minor": _lt("Under age"),
    "wave_closed": _lt("The wave was closed before it was sent"),
}


class BankSurveyInvitation(models.Model):
    """One customer asked once: drawn, allowed or not, sent, begun, answered.

    The secret of its link is not stored: it follows from the server's hash key and ``token_nonce``; only its digest is
    in the database, so a copy of the database opens no link.  Rows are made and led by server code alone.
    """

    _name = "bank.survey.invitation"
    _description = "Survey Invitation"
    _order = "id desc"

    program_id = fields.Many2one(
        comodel_name="bank.survey.program", required=True, readonly=True, index=True, ondelete="restrict"
    )
    wave_id = fields.Many2one(
        comodel_name="bank.survey.wave", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    stratum_id = fields.Many2one(
        comodel_name="bank.survey.stratum", readonly=True, index="btree_not_null", ondelete="set null"
    )
    company_id = fields.Many2one(
        comodel_name="res.company", required=True, readonly=True, index=True, ondelete="restrict"
    )
    survey_id = fields.Many2one(
        comodel_name="survey.survey", string="Questionnaire", required=True, readonly=True, index=True,
        ondelete="restrict",
    )
    partner_id = fields.Many2one(
        comodel_name="res.partner", string="Customer", required=True, readonly=True, index=True, ondelete="restrict"
    )
    touchpoint_ref = fields.Char(
        string="Occasion", required=True, readonly=True, default="",
        help="What the customer is asked about, such as a ticket; nobody is asked twice about the same.",
    )
    event_id = fields.Many2one(
        comodel_name="bank.customer.event", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    is_recovery = fields.Boolean(readonly=True, help="Asks again after a follow-up.", default=False)

    channel = fields.Selection(selection=CHANNELS, readonly=True)
    lang = fields.Char(string="Language", readonly=True)
    state = fields.Selection(selection=STATES, required=True, readonly=True, default="drawn", index=True)
    suppress_reason = fields.Char(readonly=True)
    suppress_label = fields.Char(string="Why Not", compute="_compute_suppress_label")
    sample_rank = fields.Integer(readonly=True, help="Rank of the customer in his stratum.", default=0)

    # Snapshot of the customer when he was drawn: figures do not move when he does.
    tier_id = fields.Many2one(comodel_name="bank.tier", readonly=True, ondelete="restrict")
    branch_id = fields.Many2one(comodel_name="bank.branch", readonly=True, index="btree_not_null", ondelete="restrict")
    manager_id = fields.Many2one(
        comodel_name="res.users", string="Relationship Manager", readonly=True, ondelete="restrict"
    )
    value_class = fields.Char(readonly=True)
    product_id = fields.Many2one(comodel_name="bank.product", readonly=True, ondelete="restrict")
    weight = fields.Float(digits=(12, 6), readonly=True, default=1.0)

    # Its way
    send_after = fields.Datetime(readonly=True)
    sent_at = fields.Datetime(string="Sent", readonly=True)
    opened_at = fields.Datetime(string="Opened", readonly=True)
    started_at = fields.Datetime(string="Begun", readonly=True)
    completed_at = fields.Datetime(string="Completed", readonly=True)
    expires_at = fields.Datetime(string="Runs Out", readonly=True)
    next_reminder_at = fields.Datetime(string="Next Reminder", readonly=True)
    last_reminder_at = fields.Datetime(string="Last Reminder", readonly=True)
    reminder_count = fields.Integer(string="Reminders", readonly=True, default=0)

    token_nonce = fields.Char(readonly=True, groups="base.group_system", export_string_translation=False)
    token_hash = fields.Char(readonly=True, groups="base.group_system", export_string_translation=False)
    user_input_ids = fields.One2many(
        comodel_name="survey.user_input", inverse_name="bank_invitation_id", string="Answer"
    )

    _occasion_uniq = models.UniqueIndex(
        "(program_id, COALESCE(wave_id, 0), partner_id, touchpoint_ref)",
        "Customer: he is invited already for this occasion.",
    )
    _token_uniq = models.UniqueIndex("(token_hash) WHERE token_hash IS NOT NULL", "Token: it is in use.")
    _queue_idx = models.Index("(send_after, id) WHERE state = 'queued'")
    _reminder_idx = models.Index("(next_reminder_at) WHERE next_reminder_at IS NOT NULL")
    _expiry_idx = models.Index("(expires_at) WHERE state IN ('queued', 'sent', 'started', 'partial')")
    _partner_sent_idx = models.Index("(partner_id, sent_at DESC)")
    _program_state_idx = models.Index("(program_id, state)")

    @api.depends("program_id", "partner_id")
    def _compute_display_name(self):
        for invitation in self:
            invitation.display_name = f"{invitation.program_id.display_name} · {invitation.partner_id.display_name}"

    @api.model
    def _suppress_labels(self):
        """Return ``{code: label}`` of the reasons for which a customer is not asked."""
        reasons = {**CONTACT_REASONS, **SUPPRESS_REASONS}
        return {code: self.env._(label) for code, label in reasons.items()}  # pylint: disable=prefer-env-translation

    @api.depends("suppress_reason")
    @api.depends_context("lang")
    def _compute_suppress_label(self):
        labels = self._suppress_labels()
        partners = self.env["res.partner"]
        for invitation in self:
            code = invitation.suppress_reason
            invitation.suppress_label = code and (labels.get(code) or partners._contact_reason_label(code))

    # ------------------------------------------------------------------
    # The secret of the link
    # ------------------------------------------------------------------

    @api.model
    def _new_nonce(self):
        return secrets.token_hex(16)

    @api.model
    def _token_of_nonce(self, nonce):
        """Return the secret of a link: 27 URL-safe characters (160 bits).

        :raises UserError: ``[encryption_key_missing]``
        """
        digest = bytes.fromhex(sealing.keyed_hash(f"survey invitation {nonce}"))
        return base64.urlsafe_b64encode(digest[:20]).decode().rstrip("=")

    @api.model
    def _hash_of_token(self, token):
        return hashlib.sha256(token.encode()).hexdigest()

    def _token(self):
        """Return the secret of this invitation's link."""
        self.ensure_one()
        # sudo: bank.survey.invitation - own nonce; callers have checked that the link may be handed out
        return self._token_of_nonce(self.sudo().token_nonce)

    def _url(self, **query):
        """Return the address of this invitation, in full."""
        self.ensure_one()
        base = self.company_id.get_base_url()
        suffix = "?" + "&".join(f"{key}={value}" for key, value in query.items()) if query else ""
        return f"{base}/feedback/{self._token()}{suffix}"

    @api.model
    def _find_by_token(self, token):
        """Return the invitation (as superuser) of a link's secret, or none."""
        invitations = self.sudo()  # sudo: bank.survey.invitation - the secret is the right
        if not isinstance(token, str) or not 20 <= len(token) <= 64:
            return invitations.browse()
        return invitations.search([("token_hash", "=", self._hash_of_token(token))], limit=1)

    def _rotate_token(self):
        """Make the links that were sent useless."""
        for invitation in self:
            nonce = self._new_nonce()
            token_hash = self._hash_of_token(self._token_of_nonce(nonce))
            invitation.write({"token_nonce": nonce, "token_hash": token_hash})
