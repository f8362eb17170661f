import hashlib
import hmac
import secrets

from odoo import api, fields, models, tools
from odoo.exceptions import ValidationError
from odoo.tools.translate import LazyTranslate

from odoo.addons.bank_crm.tools import sealing

from ..tools import outbound_url

_lt = LazyTranslate(__name__)

# Which box of a webhook an event needs.
BOXES = {"registered": "on_state", "state": "on_state", "breached": "on_breach"}
PROBLEMS = {
    "not_https": _lt("it has to begin with https://"),
    "no_host": _lt("it names no server"),
    "credentials_in_url": _lt("it holds a name or a password; the signature tells the receiver who sends"),
    "bad_port": _lt("its port is no number"),
    "private_address": _lt("it leads into a private network"),
}


class BankTicketWebhook(models.Model):
    """Another system that is told when the state of a ticket changes or a deadline passes.

    It gets the number, kind, state and dates of the ticket (see :meth:`_payload`), nothing of what the customer wrote
    and nothing about him; with its own rights it may then ask for more.  Each message carries a signature::

        X-Bank-Signature: t=<seconds since 1970>,v1=<hex of HMAC-SHA256(secret, "<t>.<body>")>

    The receiver computes it over the bytes that he got, compares, and refuses messages older than a few minutes.
    """

    _name = "bank.ticket.webhook"
    _description = "Webhook for Tickets"
    _order = "name, id"

    name = fields.Char(required=True)
    url = fields.Char(
        string="URL",
        required=True,
        help="https only. Addresses inside the bank's network are called only if the server's configuration names the "
        "host (webhook_private_hosts in the section bank_crm).",
    )
    secret = fields.Char(
        compute="_compute_secret",
        inverse="_inverse_secret",
        exportable=False,
        help="At least 16 characters, shared with the receiver. It is stored encrypted and never shown again.",
    )
    secret_encrypted = fields.Char(groups=fields.NO_ACCESS, copy=False, export_string_translation=False)
    has_secret = fields.Boolean(compute="_compute_has_secret", compute_sudo=True)
    on_state = fields.Boolean(string="Registration and State", default=True)
    on_breach = fields.Boolean(string="Missed Deadlines", default=True)
    include_restricted = fields.Boolean(
        string="Confidential Tickets Too",
        help="Without this, nothing is told of tickets that are restricted, about conduct, or of confidential "
        "reporters: that they exist is a secret.",
    )
    company_id = fields.Many2one(
        comodel_name="res.company", required=True, index=True, default=lambda self: self.env.company
    )
    active = fields.Boolean(default=True)
    delivery_ids = fields.One2many(comodel_name="bank.ticket.webhook.delivery", inverse_name="webhook_id")
    waiting_count = fields.Integer(string="Waiting", compute="_compute_waiting_count")

    def _compute_secret(self):
        self.secret = False

    def _inverse_secret(self):
        """Stored by :meth:`create` and :meth:`write`: the check that there is one runs before inverses do."""

    @api.model
    def _seal_secret(self, vals):
        vals = {name: value for name, value in vals.items() if name != "secret_encrypted"}
        secret = vals.pop("secret", None)
        if secret and len(secret) < 16:
            raise ValidationError(self.env._("Secret: it needs at least 16 characters."))
        return {**vals, "secret_encrypted": sealing.encrypt(secret)} if secret else vals

    @api.depends("secret_encrypted")
    def _compute_has_secret(self):
        for webhook in self:
            webhook.has_secret = bool(webhook.secret_encrypted)

    def _compute_waiting_count(self):
        # sudo: bank.ticket.webhook.delivery - a number
        deliveries = self.env["bank.ticket.webhook.delivery"].sudo()
        domain = [("webhook_id", "in", self.ids), ("state", "=", "waiting")]
        counts = dict(deliveries._read_group(domain, ["webhook_id"], ["__count"]))
        for webhook in self:
            webhook.waiting_count = counts.get(webhook, 0)

    @api.constrains("url")
    def _check_url(self):
        for webhook in self:
            try:
                host = outbound_url.split(webhook.url)[0]
                allowed = outbound_url.private_hosts(tools.config["config"] or "")
                if host not in allowed and outbound_url.is_private_name(host):
                    raise outbound_url.RefusedAddress("private_address")
            except outbound_url.RefusedAddress as error:
                problem = self.env._(PROBLEMS[str(error)])  # pylint: disable=prefer-env-translation
                raise ValidationError(
                    self.env._("[%(code)s] URL: %(problem)s.", code=str(error), problem=problem)
                ) from error

    @api.constrains("secret_encrypted", "active")
    def _check_secret(self):
        # sudo: bank.ticket.webhook - own column, closed to users: whether it is filled
        if any(webhook.active and not webhook.sudo().secret_encrypted for webhook in self):
            raise ValidationError(self.env._("Secret: without one the receiver cannot know who sends. Enter one."))

    # ------------------------------------------------------------------
    # Who listens
    # ------------------------------------------------------------------

    @api.model
    @tools.ormcache()
    def _listeners(self):
        """Return ``[(id, company id, include_restricted, boxes)]`` of the active webhooks; asked at each change."""
        # sudo: bank.ticket.webhook - whoever changes a ticket sets off what administrators have configured
        webhooks = self.sudo().search([("active", "=", True)])
        return [
            (
                webhook.id,
                webhook.company_id.id,
                webhook.include_restricted,
                frozenset(box for box in set(BOXES.values()) if webhook[box]),
            )
            for webhook in webhooks
        ]

    @api.model_create_multi
    def create(self, vals_list):
        self.env.registry.clear_cache()
        self.check_access("create")
        # sudo: bank.ticket.webhook - the column is closed to everybody; the right to create was asked before
        webhooks = super(BankTicketWebhook, self.sudo()).create([self._seal_secret(vals) for vals in vals_list])
        webhooks = webhooks.with_env(self.env)
        webhooks.check_access("create")
        return webhooks

    def write(self, vals):
        self.env.registry.clear_cache()
        sealed = self._seal_secret(vals)
        if encrypted := sealed.pop("secret_encrypted", None):
            self.check_access("write")
            # sudo: bank.ticket.webhook - the column is closed to everybody; the right to write was asked before
            super(BankTicketWebhook, self.sudo()).write({"secret_encrypted": encrypted})
        return super().write(sealed)

    def unlink(self):
        self.env.registry.clear_cache()
        return super().unlink()

    # ------------------------------------------------------------------
    # Signing
    # ------------------------------------------------------------------

    def _signature(self, body, at):
        """Return the header that proves who sent ``body`` (bytes) at ``at`` (seconds since 1970)."""
        self.ensure_one()
        # sudo: bank.ticket.webhook - the secret signs, nobody sees it
        key = sealing.decrypt(self.sudo().secret_encrypted)
        digest = hmac.new(key.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
        return f"t={at},v1={digest}"

    def action_send_test(self):
        """Queue a message without a ticket, by which the receiver can be tried."""
        self.check_access("write")
        # sudo: bank.ticket.webhook.delivery - written by the server alone
        deliveries = self.env["bank.ticket.webhook.delivery"].sudo()
        deliveries._queue([(webhook.id, self.env["bank.ticket"], "test") for webhook in self])
        return self.action_deliveries()

    def action_new_secret(self):
        """Set a random secret and show it this once."""
        self.ensure_one()
        self.check_access("write")
        secret = secrets.token_urlsafe(32)
        self.secret = secret
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning",
                "sticky": True,
                "title": self.env._("The new secret: copy it now, it is not shown again"),
                "message": secret,
            },
        }

    def action_deliveries(self):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "bank_crm_complaints.bank_ticket_webhook_delivery_action"
        )
        return {**action, "domain": [("webhook_id", "in", self.ids)], "context": {}}
