from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError
from odoo.tools import SQL

from .bank_consent_text import PURPOSES

CHANNELS = [
    ("any", "Any Channel"),
    ("email", "Email"),
    ("sms", "Text Message"),
    ("phone", "Phone"),
    ("wechat", "WeChat"),
    ("app", "Mobile App"),
    ("post", "Post"),
]

# Which of Odoo's lists a channel of marketing belongs to. Odoo has one list of numbers for calls and text messages.
EMAIL_CHANNELS = ("email", "any")
PHONE_CHANNELS = ("sms", "phone", "any")


class BankConsent(models.Model):
    """What a customer allowed or forbade: one row for each decision, the latest of a purpose and channel is current.

    The rows are sealed. Between a channel and *any channel* the later decision counts.
    """

    _name = "bank.consent"
    _description = "Consent"
    _inherit = ["bank.sealed.mixin"]
    _order = "decided_at desc, id desc"
    _rec_name = "purpose"

    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Customer",
        required=True,
        index=True,
        ondelete="restrict",
        domain=[("is_bank_customer", "=", True)],
    )
    company_id = fields.Many2one(related="partner_id.company_id")
    purpose = fields.Selection(selection=PURPOSES, required=True, default="marketing")
    channel = fields.Selection(selection=CHANNELS, required=True, default="any")
    state = fields.Selection(
        selection=[("given", "Given"), ("withdrawn", "Withdrawn"), ("expired", "Expired")],
        required=True,
        default="given",
    )
    is_current = fields.Boolean(string="Current", readonly=True, default=True)
    text_id = fields.Many2one(
        comodel_name="bank.consent.text",
        string="Text Version",
        index="btree_not_null",
        ondelete="restrict",
        domain="[('purpose', '=', purpose)]",
        help="Left empty, the text in force today in the customer's language is taken.",
    )
    given_at = fields.Datetime(string="Given")
    withdrawn_at = fields.Datetime(string="Withdrawn")
    decided_at = fields.Datetime(string="Decided", readonly=True)
    expires_on = fields.Date()
    evidence = fields.Text(help="How the customer said so: form, recording, branch, witness.")
    attachment_ids = fields.Many2many(comodel_name="ir.attachment", string="Evidence Files")
    source = fields.Selection(
        selection=[
            ("staff", "Entered by Staff"),
            ("customer", "By the Customer Himself"),
            ("feed", "Other System"),
            ("blacklist", "Unsubscribed in Odoo"),
            ("expiry", "Ran Out"),
            ("merge", "Contact Merge"),
        ],
        required=True,
        default="staff",
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Recorded By",
        readonly=True,
        default=lambda self: self.env.uid,
        ondelete="restrict",
    )

    _current_uniq = models.UniqueIndex(
        "(partner_id, purpose, channel) WHERE is_current IS TRUE",
        "This customer has a current consent for this purpose and channel already.",
    )
    _expiry_idx = models.Index("(expires_on) WHERE is_current IS TRUE AND state = 'given'")

    @api.depends("purpose", "channel", "state")
    def _compute_display_name(self):
        labels = {
            name: dict(self._fields[name]._description_selection(self.env)) for name in ("purpose", "channel", "state")
        }
        for consent in self:
            consent.display_name = " · ".join(labels[name].get(consent[name], "") for name in labels)

    # ------------------------------------------------------------------
    # Recording
    # ------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        """Record decisions; each becomes the current one of its customer, purpose and channel."""
        consents = self.browse()
        for vals in vals_list:  # in order: two decisions of one list may follow each other
            consents += super().create([self._prepare_row(vals)])
        consents._adopt_attachments()
        consents._record_events()
        consents._sync_blacklists()
        return consents

    def _prepare_row(self, vals):
        """Return the values of a decision and let the current one of its customer, purpose and channel step back."""
        self._check_forged(vals)
        # Defaults first: they decide which row this one takes the place of.
        values = {**self.default_get(["purpose", "channel", "state", "source"]), **vals}
        partner = self.env["res.partner"].browse(values.get("partner_id"))
        previous = self._current(partner, values["purpose"], values["channel"])
        values.update(self._prepare_times(values, previous))
        if values["state"] == "given" and not values.get("text_id"):
            values["text_id"] = self._find_text(partner, values["purpose"]).id
        if previous:
            # sudo: bank.consent - who may record a decision may not change rows; this mark is the ledger's own
            previous.sudo()._unsealed().write({"is_current": False})
            previous.flush_recordset(["is_current"])  # before the new row meets the unique index
        return values

    def _adopt_attachments(self):
        """Files that were uploaded before the row existed can be read by whoever may read the row."""
        for consent in self:
            # sudo: ir.attachment - only those of this form that lead to no record yet
            uploaded = consent.attachment_ids.sudo().filtered(lambda file: not file.res_id)
            uploaded.write({"res_model": self._name, "res_id": consent.id})

    @api.model
    def _check_forged(self, vals):
        """Refuse values that only the ledger itself may set."""
        if self.env.su or self._is_unsealed():
            return
        for name in ("is_current", "decided_at", "user_id"):
            if name in vals:
                raise AccessError(self.env._("%(field)s: the ledger sets this itself. Leave it out.", field=name))
        if vals.get("state") == "expired" or vals.get("source") in ("blacklist", "expiry", "merge"):
            raise AccessError(self.env._("State, Source: staff record what is given or withdrawn only."))

    def _prepare_times(self, values, previous):
        now = self.env.cr.now().replace(microsecond=0)
        given = values["state"] == "given"
        decided = fields.Datetime.to_datetime(values.get("given_at" if given else "withdrawn_at")) or now
        if decided > now:
            raise ValidationError(
                self.env._("Given, Withdrawn: a decision cannot lie in the future. Enter when the customer said so.")
            )
        if previous.decided_at and decided < previous.decided_at:
            raise ValidationError(
                self.env._(
                    "Given, Withdrawn: the customer decided otherwise later than this. A decision that is older than "
                    "the current one changes nothing."
                )
            )
        return {
            "given_at": decided if given else previous.given_at,
            "withdrawn_at": False if given else decided,
            "decided_at": decided,
            "user_id": self.env.uid,
            "is_current": True,
        }

    def _find_text(self, partner, purpose):
        text = self.env["bank.consent.text"]._latest(purpose, partner.lang, partner.company_id or self.env.company)
        if not text:
            raise ValidationError(
                self.env._(
                    "Text Version: there is no text in force for this purpose. Ask an administrator to add one under "
                    "Configuration → Consent Texts."
                )
            )
        return text

    @api.constrains("partner_id", "text_id", "purpose", "state", "expires_on", "decided_at")
    def _check_consent(self):
        for consent in self:
            if not consent.partner_id.is_bank_customer:
                raise ValidationError(self.env._("Customer: consents are recorded for customers of the bank."))
            if consent.text_id and consent.text_id.purpose != consent.purpose:
                raise ValidationError(
                    self.env._("Text Version: this text is for another purpose. Choose one of the same purpose.")
                )
            if consent.state == "given" and consent.expires_on and consent.expires_on < consent.decided_at.date():
                raise ValidationError(
                    self.env._("Expires On: a consent runs out after it is given. Enter a later date.")
                )

    @api.model
    def _current(self, partner, purpose, channel):
        return self.search(
            [
                ("partner_id", "=", partner.id),
                ("purpose", "=", purpose),
                ("channel", "=", channel),
                ("is_current", "=", True),
            ]
        )

    def _withdraw(self, source="staff", evidence=False):
        """Withdraw these consents at once; return the new rows."""
        return self.create(
            [
                {
                    "partner_id": consent.partner_id.id,
                    "purpose": consent.purpose,
                    "channel": consent.channel,
                    "state": "withdrawn",
                    "text_id": consent.text_id.id,
                    "source": source,
                    "evidence": evidence,
                }
                for consent in self
            ]
        )

    def _record_events(self):
        for kind, states in (("consent.given", ("given",)), ("consent.withdrawn", ("withdrawn", "expired"))):
            self.env["bank.customer.event"]._record(
                kind,
                [
                    {
                        "partner_id": consent.partner_id.id,
                        "source_model": self._name,
                        "source_id": consent.id,
                        "payload": {
                            "label": consent.display_name,
                            "purpose": consent.purpose,
                            "channel": consent.channel,
                        },
                    }
                    for consent in self
                    if consent.state in states
                ],
            )

    def action_withdraw(self):
        """Withdraw the current consents among these at once."""
        todo = self.filtered(lambda consent: consent.is_current and consent.state == "given")
        if not todo:
            raise ValidationError(self.env._("State: only a consent that is given and current can be withdrawn."))
        withdrawn = todo._withdraw()
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": withdrawn[:1].id,
            "views": [(False, "form")],
        }

    # ------------------------------------------------------------------
    # Odoo's blacklists
    # ------------------------------------------------------------------

    def _sync_blacklists(self):
        """List the addresses of who withdrew marketing; take off those of who gave it, unless others refuse."""
        marketing = self.filtered(lambda consent: consent.purpose == "marketing")
        for consent in marketing:
            if consent.channel in EMAIL_CHANNELS and consent.partner_id.email_normalized:
                consent._sync_address("mail.blacklist", "email", "email_normalized", EMAIL_CHANNELS)
            if consent.channel in PHONE_CHANNELS and consent.partner_id.phone_sanitized:
                consent._sync_address("phone.blacklist", "number", "phone_sanitized", PHONE_CHANNELS)

    def _sync_address(self, list_model, list_field, partner_field, channels):
        address = self.partner_id[partner_field]
        # sudo: *.blacklist, bank.consent - the address of a customer the user may see follows his decision; other
        # customers with the same address are only asked whether they forbade it.  The key marks our own listings.
        blacklist = self._unsealed().env[list_model].sudo()
        listed = blacklist.with_context(active_test=False).search([(list_field, "=", address)])
        if self.state != "given":
            if not listed:
                blacklist.create([{list_field: address}])
            elif not listed.active:
                listed.action_unarchive()
        elif listed.active and not self._other_refusals(partner_field, address, channels):
            listed.action_archive()

    def _other_refusals(self, partner_field, address, channels):
        """Return the current refusals of the same address: by another customer, or for another channel after this."""
        refusals = self.sudo().search(  # sudo: bank.consent - see _sync_address
            [
                (f"partner_id.{partner_field}", "=", address),
                ("purpose", "=", "marketing"),
                ("channel", "in", channels),
                ("is_current", "=", True),
                ("state", "!=", "given"),
            ]
        )
        if self.channel == "any":  # the later decision counts: any channel outdoes what was refused before
            refusals = refusals.filtered(
                lambda refusal: refusal.partner_id != self.partner_id or refusal.decided_at > self.decided_at
            )
        return refusals

    @api.model
    def _on_blacklisted(self, partner_field, addresses):
        """Withdraw marketing for the customers of addresses that somebody else put on Odoo's lists."""
        if self._is_unsealed() or not addresses:
            return self.browse()
        # sudo: res.partner, bank.consent - the link in a mail works without any right; only refusals are recorded
        partners = self.env["res.partner"].sudo().with_context(active_test=False)
        partners = partners.search([(partner_field, "in", addresses), ("is_bank_customer", "=", True)])
        channels = ("email",) if partner_field == "email_normalized" else ("sms", "phone")
        ledger = self.sudo()._unsealed()
        decisions = ledger._decisions(partners.ids, ["marketing"])
        return ledger.create(
            [
                {
                    "partner_id": partner.id,
                    "purpose": "marketing",
                    "channel": channel,
                    "state": "withdrawn",
                    "source": "blacklist",
                }
                for partner in partners
                for channel in channels
                if self._verdict(decisions, partner.id, "marketing", channel) != "withdrawn"
            ]
        )

    # ------------------------------------------------------------------
    # Asking
    # ------------------------------------------------------------------

    @api.model
    def _decisions(self, partner_ids, purposes):
        """Return ``{(partner_id, purpose, channel): (decided_at, id, state)}`` of the current rows; one query.

        What ran out counts as expired at once, before the night writes it down.
        """
        if not partner_ids:
            return {}
        self.flush_model(["partner_id", "purpose", "channel", "state", "is_current", "decided_at", "expires_on"])
        rows = self.env.execute_query(
            SQL(
                """SELECT partner_id, purpose, channel, decided_at, id,
                          CASE WHEN state = 'given' AND expires_on < %s THEN 'expired' ELSE state END
                     FROM bank_consent
                    WHERE is_current IS TRUE AND partner_id IN %s AND purpose IN %s""",
                fields.Date.context_today(self),
                tuple(partner_ids),
                tuple(purposes),
            )
        )
        return {(partner, purpose, channel): tuple(rest) for partner, purpose, channel, *rest in rows}

    @api.model
    def _verdict(self, decisions, partner_id, purpose, channel):
        """Return ``given``, ``withdrawn``, ``expired`` or None: the later of the channel's and of any channel."""
        found = [decisions.get((partner_id, purpose, name)) for name in (channel, "any")]
        return max((decision for decision in found if decision), default=(None, None, None))[2]

    @api.model
    def _cron_expire(self, batch_size=500):
        """Write down which consents ran out; called by the scheduler until nothing remains."""
        domain = [
            ("is_current", "=", True),
            ("state", "=", "given"),
            ("expires_on", "<", fields.Date.context_today(self)),
        ]
        commit_progress = self.env["ir.cron"]._commit_progress
        commit_progress(remaining=self.search_count(domain))
        while expired := self.search(domain, limit=batch_size):
            self._unsealed().create(
                [
                    {
                        "partner_id": consent.partner_id.id,
                        "purpose": consent.purpose,
                        "channel": consent.channel,
                        "state": "expired",
                        "text_id": consent.text_id.id,
                        "source": "expiry",
                    }
                    for consent in expired
                ]
            )
            if not commit_progress(len(expired)):
                break
