import base64
import zlib
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.bank_crm.tools import sealing

from ..tools import attachment_policy

REVIEWERS = ("bank_crm.group_service_agent", "bank_crm.group_compliance")


class BankTicketQuarantine(models.Model):
    """A message for tickets that waits until somebody has looked at it.

    What people see of it is masked; the message itself is kept encrypted and opened only to let it in.  Without keys
    (see ``tools/sealing.py`` of ``bank_crm``) it is not kept, and letting it in makes a ticket of the masked text.
    """

    _name = "bank.ticket.quarantine"
    _description = "Message in Quarantine"
    _inherit = ["bank.guarded.mixin"]
    _order = "id desc"
    _rec_name = "subject"

    received_at = fields.Datetime(string="Received", required=True, readonly=True)
    email_from = fields.Char(string="From", readonly=True)
    contact_name = fields.Char(string="Name", readonly=True)
    subject = fields.Char(readonly=True)
    text = fields.Text(readonly=True)
    file_names = fields.Char(string="Files", readonly=True)
    reason = fields.Selection(
        selection=[
            ("auto_reply", "Automatic Reply"),
            ("auto_generated", "Written by a Program"),
            ("bulk", "Mailing List"),
            ("receipt", "Receipt"),
            ("loop", "Own Message"),
            ("sender_limit", "Too Many from One Sender"),
            ("thread_limit", "Too Many on One Ticket"),
            ("forged", "Not from the Employee"),
            ("no_sender", "No Sender"),
            ("error", "Could Not Be Registered"),
        ],
        required=True,
        readonly=True,
    )
    explanation = fields.Char(readonly=True, help="What gave the message away: a header, or the mail server's result.")
    state = fields.Selection(
        selection=[("waiting", "Waiting"), ("released", "Let In"), ("rejected", "Rejected")],
        required=True,
        readonly=True,
        default="waiting",
        index=True,
    )
    team_id = fields.Many2one(comodel_name="bank.ticket.team", readonly=True, index="btree_not_null")
    company_id = fields.Many2one(comodel_name="res.company", required=True, readonly=True, index=True)
    ticket_id = fields.Many2one(
        comodel_name="bank.ticket",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="The ticket that it was sent to, or became.",
    )
    dropped_count = fields.Integer(
        string="More of the Same",
        readonly=True,
        help="Further messages of this sender within the day that were counted and not kept.",
    )
    decided_by_id = fields.Many2one(comodel_name="res.users", readonly=True)
    decided_at = fields.Datetime(string="Decided", readonly=True)
    message_key = fields.Char(readonly=True, copy=False, export_string_translation=False)
    original = fields.Binary(
        attachment=True, readonly=True, copy=False, groups=fields.NO_ACCESS, export_string_translation=False
    )

    _message_key_uniq = models.UniqueIndex("(message_key) WHERE message_key IS NOT NULL")
    _sender_idx = models.Index("(email_from, id)")

    @api.model
    def _guarded_fields(self):
        return set(self._fields) - set(models.MAGIC_COLUMNS)

    # ------------------------------------------------------------------
    # Keeping
    # ------------------------------------------------------------------

    @api.model
    def _keep(self, mail, reason):
        """Keep a message; of a flood of one sender the first ones of the day, and the number of the others.

        :param mail: ``InboundMail``
        :param reason: a value of ``reason``
        """
        limit = self.env["res.config.settings"]._mail_parameter("mail_quarantine_keep")
        since = fields.Datetime.now() - timedelta(days=1)
        domain = [("email_from", "=", mail.sender.address or False), ("create_date", ">=", since)]
        kept = self.search(domain, order="id desc", limit=limit)
        if len(kept) >= limit:
            kept[0]._unguarded().dropped_count += 1
            return kept[0]
        mask = self.env["bank.ticket"]._mask_texts
        names = [attachment_policy.clean_name(entry[0]) for entry in mail.values.get("attachments") or []]
        texts = [mail.subject, mail.text[:20_000], mail.sender.name, ", ".join(names)[:1000]]
        subject, text, name, files = mask(texts)
        values = {
            "received_at": mail.received_at,
            "email_from": mail.sender.address,
            "contact_name": name,
            "subject": subject or self.env._("(no subject)"),
            "text": text,
            "file_names": files,
            "reason": reason,
            "explanation": mail.sender.reason if reason in ("forged",) else mail.verdict.reason,
            "team_id": mail.team.id,
            "company_id": (mail.team.company_id or mail.ticket.company_id or self.env.company).id,
            "ticket_id": mail.ticket.id,
            "message_key": mail.key,
            "original": self._sealed_original(mail.message),
        }
        return self._unguarded().create([values]).with_env(self.env)

    @api.model
    def _sealed_original(self, message):
        if not sealing.is_configured():
            return False
        packed = base64.b64encode(zlib.compress(message.as_bytes()))
        return base64.b64encode(sealing.encrypt(packed.decode()).encode())

    def _opened_original(self):
        self.ensure_one()
        # sudo: bank.ticket.quarantine - the message, to be let in; it is shown to nobody
        stored = self.sudo().original
        if not stored:
            return None
        return zlib.decompress(base64.b64decode(sealing.decrypt(base64.b64decode(stored).decode())))

    # ------------------------------------------------------------------
    # Deciding
    # ------------------------------------------------------------------

    def action_release(self):
        """Let the messages in: each becomes a ticket, or an entry on the ticket that it answers."""
        waiting = self._to_decide()
        for record in waiting:
            # sudo: bank.ticket, mail.thread - what the gateway would have done with the message
            ticket = record.sudo()._let_in()
            ticket._log("mail_released", data={"reason": record.reason})
            record._decide("released", ticket)
        if len(waiting) == 1:
            return {
                "type": "ir.actions.act_window",
                "res_model": "bank.ticket",
                "res_id": waiting.ticket_id.id,
                "views": [(False, "form")],
            }
        return None

    def action_reject(self):
        """Reject the messages: nothing is made of them, and nobody is answered."""
        for record in self._to_decide():
            record._decide("rejected", record.ticket_id)

    def _to_decide(self):
        self.check_access("read")
        if not (self.env.su or any(self.env.user.has_group(group) for group in REVIEWERS)):
            raise AccessError(
                self.env._("[access_denied] Messages are let in and rejected by service agents and compliance.")
            )
        waiting = self.filtered(lambda record: record.state == "waiting")
        if not waiting:
            raise UserError(self.env._("[already_decided] Somebody has decided about this message already."))
        return waiting

    def _decide(self, state, ticket):
        # sudo: bank.ticket.quarantine - who may decide was asked before
        self.sudo()._unguarded().write(
            {
                "state": state,
                "ticket_id": ticket.id,
                "decided_by_id": self.env.uid,
                "decided_at": fields.Datetime.now(),
                "original": False,
            }
        )

    def _let_in(self):
        """Return the ticket that the message became or belongs to."""
        original = self._opened_original()
        gate = self.env["bank.ticket.mail.gate"]._released()
        if original:
            ticket_id = gate.env["mail.thread"].message_process(
                "bank.ticket", original, custom_values={"team_id": self.team_id.id}
            )
            if ticket := self.env["bank.ticket"].browse(ticket_id or 0).exists():
                return ticket
        if self.ticket_id:
            self.ticket_id.message_post(
                body=self.text, subject=self.subject, message_type="email", author_id=False, email_from=self.email_from
            )
            return self.ticket_id
        values = {
            "kind": self.team_id.alias_kind or "complaint",
            "subject": self.subject,
            "description": self.text,
            "company_id": self.company_id.id,
            "team_id": self.team_id.id,
            "contact_name": self.contact_name or self.email_from,
            "contact_email": self.email_from,
            "received_at": self.received_at,
            "message_key": self.message_key,
            "sender_check": "failed" if self.reason == "forged" else "unknown",
        }
        return self.env["bank.ticket"]._register_many([values], intake="mail")[0][0]

    @api.autovacuum
    def _gc_quarantine(self):
        """Delete what was rejected, and what programs wrote, after the days of the setting."""
        days = self.env["res.config.settings"]._mail_parameter("mail_quarantine_days")
        old = fields.Datetime.now() - timedelta(days=days)
        programs = ("auto_reply", "auto_generated", "bulk", "receipt", "loop")
        domain = [
            ("create_date", "<", old),
            "|",
            ("state", "!=", "waiting"),
            ("reason", "in", programs),
        ]
        self.sudo().search(domain, limit=5000).unlink()  # sudo: bank.ticket.quarantine - a nightly clean-up
