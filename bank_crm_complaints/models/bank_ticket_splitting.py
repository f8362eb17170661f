from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from .bank_ticket import STAFF


class BankTicket(models.Model):
    """A matter that falls under several procedures is handled in parts, each with the receipt of the whole.

    United Kingdom, DISP 1.6.2A: a complaint that is about a payment service in part may be handled in parts.
    """

    _inherit = "bank.ticket"

    split_from_id = fields.Many2one(
        comodel_name="bank.ticket",
        string="Part Of",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        groups=STAFF,
    )
    part_ids = fields.One2many(comodel_name="bank.ticket", inverse_name="split_from_id", string="Parts", groups=STAFF)

    @api.model
    def _guarded_fields(self):
        return {*super()._guarded_fields(), "split_from_id"}

    def _split(self, values, reason):
        """Return a new ticket with a part of this one; its clocks count from the receipt of this one.

        :param values: ``subject`` of the part; and ``description``, ``product_taxon_id``, ``cause_taxon_id``,
            ``regime_ids`` (ids) where the part differs
        :param reason: words of staff
        :raises UserError: ``[ticket_closed]``, ``[reason_missing]``, ``[subject_missing]``
        """
        self.ensure_one()
        self._check_may_work()
        self._check_is_open()
        reason = self._check_reason(reason)
        if not (values.get("subject") or "").strip():
            raise UserError(self.env._("[subject_missing] Subject: write what the part is about."))
        part = self._create_like(self._prepare_part(values), "split_from_id")
        self._give_up_regimes(part.regime_ids if values.get("regime_ids") else part.regime_ids.browse())
        part.party_ids = [Command.create(line) for line in self.party_ids.copy_data() if line]
        self._log_links("split", part, reason=reason)
        part._log("split_from", data={"ticket": self.number})
        return part

    def _give_up_regimes(self, regimes):
        """What the part is handled under no longer holds for the rest, unless nothing would be left for it."""
        moved = self.regime_ids.filtered(lambda regime: regime.is_statutory and regime in regimes)
        rest = self.regime_ids - moved
        if moved and any(rest.mapped("is_statutory")):
            self.regime_ids = rest

    def _prepare_part(self, values):
        part = {
            "received_at": self.received_at,
            "registered_at": self.registered_at,
            "forwarded_at": self.forwarded_at,
            "incident_on": self.incident_on,
            "description": self.description,
            "requested_remedy": self.requested_remedy,
            "affected_count": self.affected_count,
            "intake": self.intake,
            **{name: value for name, value in values.items() if name != "regime_ids" and value},
        }
        if values.get("regime_ids"):
            part["regime_ids"] = [Command.set(values["regime_ids"])]
        return part
