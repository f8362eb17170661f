import json
import time
import uuid
from datetime import timedelta

from odoo import api, fields, models, tools

from ..tools import outbound_url

VIEWERS = "bank_crm.group_operations,bank_crm.group_compliance,bank_crm.group_auditor"
# Minutes until the next try, after the first one, the second one and so on; after the last one it is given up.
RETRIES = (1, 5, 30, 120, 360, 720, 1440)
BATCH = 50
TIMEOUT = 10.0  # seconds that a receiver has


class BankTicketWebhookDelivery(models.Model):
    """One message to another system: a sealed log, and the queue from which it is sent.

    It is written with the change that it tells of, and sent afterwards by a cron: a receiver that is slow or gone
    delays nobody's work, and nothing is sent of a change that was rolled back.
    """

    _name = "bank.ticket.webhook.delivery"
    _description = "Message of a Webhook"
    _inherit = ["bank.sealed.mixin"]
    _order = "id desc"
    _rec_name = "key"

    webhook_id = fields.Many2one(
        comodel_name="bank.ticket.webhook", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="webhook_id.company_id")
    ticket_id = fields.Many2one(
        comodel_name="bank.ticket", readonly=True, index="btree_not_null", ondelete="set null", groups=VIEWERS
    )
    key = fields.Char(string="Message", required=True, readonly=True, help="The receiver sees it, too.")
    event = fields.Char(required=True, readonly=True)
    payload = fields.Json(readonly=True, groups=VIEWERS, export_string_translation=False)
    payload_text = fields.Text(string="What Is Sent", compute="_compute_payload_text", groups=VIEWERS)
    state = fields.Selection(
        selection=[("waiting", "Waiting"), ("delivered", "Delivered"), ("failed", "Given Up")],
        required=True,
        readonly=True,
        default="waiting",
    )
    attempt_count = fields.Integer(string="Tries", readonly=True)
    next_attempt_at = fields.Datetime(string="Next Try", readonly=True)
    last_attempt_at = fields.Datetime(string="Last Try", readonly=True)
    last_error = fields.Char(string="Error", readonly=True)
    http_status = fields.Integer(string="HTTP Status", readonly=True)

    _queue_idx = models.Index("(next_attempt_at, id) WHERE state = 'waiting'")
    _key_uniq = models.UniqueIndex("(key)")

    @api.depends("payload")
    def _compute_payload_text(self):
        for delivery in self:
            delivery.payload_text = json.dumps(delivery.payload or {}, indent=2, ensure_ascii=False)

    # ------------------------------------------------------------------
    # Queue
    # ------------------------------------------------------------------

    @api.model
    def _queue(self, rows):
        """Queue messages; they go out after the transaction.

        :param rows: tuples ``(webhook id, ticket or none, event)``
        """
        now = fields.Datetime.now()
        vals_list = []
        for webhook_id, ticket, event in rows:
            key = str(uuid.uuid4())
            vals_list.append(
                {
                    "webhook_id": webhook_id,
                    "ticket_id": ticket.id,
                    "key": key,
                    "event": event,
                    "payload": self._payload(ticket, event, key, now),
                    "next_attempt_at": now,
                }
            )
        deliveries = self.create(vals_list)
        self.env.ref("bank_crm_complaints.bank_ticket_webhook_cron")._trigger()
        return deliveries

    @api.model
    def _payload(self, ticket, event, key, at):
        """Return what is sent: no words of the customer, no name, no amount.

        Dates are ISO 8601 in UTC.  ``external_ref`` is the reference that the other system itself gave.
        """
        payload = {"event": event, "delivery": key, "at": self._iso(at)}
        if ticket:
            payload.update(
                number=ticket.number,
                external_ref=ticket.external_ref or None,
                kind=ticket.kind,
                state=ticket.state,
                outcome=ticket.outcome or None,
                received_at=self._iso(ticket.received_at),
                closed_at=self._iso(ticket.closed_at),
                next_statutory_due_at=self._iso(ticket.next_statutory_due_at),
                next_service_due_at=self._iso(ticket.next_service_due_at),
            )
        return payload

    @api.model
    def _iso(self, moment):
        return f"{moment.replace(microsecond=0).isoformat()}Z" if moment else None

    # ------------------------------------------------------------------
    # Sending
    # ------------------------------------------------------------------

    @api.model
    def _cron_deliver(self):
        """Send what is due, oldest first; of a receiver that does not answer, the rest waits for the next run."""
        domain = [("state", "=", "waiting"), ("next_attempt_at", "<=", fields.Datetime.now())]
        progress = self.env["ir.cron"]._commit_progress
        due = self.search(domain, order="next_attempt_at, id", limit=BATCH)
        progress(remaining=self.search_count(domain))
        silent = set()
        for delivery in due:
            # Two schedulers: the other one has it.
            if locked := delivery.try_lock_for_update():
                if delivery.webhook_id.id in silent:
                    locked._postpone()
                elif not locked._send():
                    silent.add(delivery.webhook_id.id)
            if not progress(1):
                break

    def _postpone(self):
        self._unsealed().next_attempt_at = fields.Datetime.now() + timedelta(minutes=RETRIES[0])

    def _send(self):
        """Send one message and note what came of it; tell whether the receiver answered at all."""
        self.ensure_one()
        webhook = self.webhook_id
        if not webhook.active:
            self._unsealed().write({"state": "failed", "last_error": "inactive"})
            return True
        body = json.dumps({**self.payload, "sequence": self.id}, ensure_ascii=False, separators=(",", ":")).encode()
        answer = outbound_url.post(
            webhook.url,
            body,
            {
                "Content-Type": "application/json; charset=utf-8",
                "User-Agent": "bank-crm-webhook",
                "X-Bank-Event": self.event,
                "X-Bank-Delivery": self.key,
                "X-Bank-Signature": webhook._signature(body, int(time.time())),
            },
            allowed_hosts=outbound_url.private_hosts(tools.config["config"] or ""),
            timeout=TIMEOUT,
        )
        self._note(answer)
        return bool(answer.status)

    def _note(self, answer):
        now, tries = fields.Datetime.now(), self.attempt_count + 1
        values = {
            "attempt_count": tries,
            "last_attempt_at": now,
            "http_status": answer.status,
            "last_error": answer.error or False,
        }
        if not answer.error:
            values |= {"state": "delivered", "next_attempt_at": False}
        elif tries > len(RETRIES):
            values |= {"state": "failed", "next_attempt_at": False}
        else:
            values["next_attempt_at"] = now + timedelta(minutes=RETRIES[tries - 1])
        self._unsealed().write(values)

    def action_retry(self):
        """Put messages that were given up into the queue again."""
        self.webhook_id.check_access("write")
        # sudo: bank.ticket.webhook.delivery - written by the server alone
        failed = self.sudo().filtered(lambda delivery: delivery.state == "failed")
        failed._unsealed().write(
            {"state": "waiting", "attempt_count": 0, "next_attempt_at": fields.Datetime.now(), "last_error": False}
        )
        self.env.ref("bank_crm_complaints.bank_ticket_webhook_cron").sudo()._trigger()

    @api.autovacuum
    def _gc_deliveries(self):
        """Delete what was delivered or given up a year ago."""
        limit = fields.Datetime.now() - timedelta(days=365)
        # sudo: bank.ticket.webhook.delivery - a nightly clean-up
        old = self.sudo().search([("state", "!=", "waiting"), ("create_date", "<", limit)], limit=10_000)
        old._unsealed().unlink()
