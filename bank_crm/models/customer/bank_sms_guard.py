import functools

from odoo import api, models


class BankSmsGuard(models.AbstractModel):
    """Text messages to many customers ask for their consent.

    The composer is of the module ``sms``, on which this addon does not depend: it is wrapped when the registry is
    ready (see ``bank.outbound.silence``).
    """

    _name = "bank.sms.guard"
    _description = "Consent to Text Messages"

    def _register_hook(self):
        result = super()._register_hook()
        cls = self.env.registry.get("sms.composer")
        if cls is not None and not hasattr(cls._get_optout_record_ids, "bank_guard_origin"):
            cls._get_optout_record_ids = self._wrap(cls._get_optout_record_ids)
        return result

    @api.model
    def _wrap(self, origin):
        @functools.wraps(origin)
        def _get_optout_record_ids(composer, records, recipients_info):
            opted_out = origin(composer, records, recipients_info)
            return [*opted_out, *composer.env["bank.sms.guard"]._refused_ids(records, recipients_info)]

        _get_optout_record_ids.bank_guard_origin = origin
        return _get_optout_record_ids

    @api.model
    def _refused_ids(self, records, recipients_info):
        """Return the ids of the records whose customer may not be sent marketing by text message."""
        partners = {record.id: recipients_info[record.id]["partner"] for record in records}
        if records._name == "res.partner":
            partners = {record.id: record for record in records}
        verdicts = self.env["res.partner"].union(*partners.values())._bank_may_contact("marketing", "sms")
        return [record_id for record_id, partner in partners.items() if partner and not verdicts[partner.id][0]]
