import io
import json
import zipfile
from datetime import date, datetime

from odoo import api, fields, models

# Fields that no answer may contain, whatever they are called in which addon.
SECRET_ENDINGS = ("_encrypted", "_hash", "token", "password", "secret", "_key", "signup_type")
LEFT_OUT_MODELS = ("mail.followers", "mail.notification", "mail.push.device", "bus.bus", "discuss.channel.member")


class BankPrivacyExport(models.AbstractModel):
    """Everything about one customer as a file, for requests of access and portability."""

    _name = "bank.privacy.export"
    _description = "Answer to a Privacy Request"

    @api.model
    def _build(self, partner):
        """Return a ZIP with ``data.json`` (``{model: [record]}``) and the customer's files under ``files/``.

        Identity, account and card numbers are masked; keys, hashes and pass words are left out.
        """
        owned = self.env["bank.personal.data"]._owned_records(partner)
        everything = {"res.partner": partner, **owned}
        holdings = self.env["bank.holding.party"].search([("partner_id", "=", partner.id)]).holding_id
        everything["bank.holding"] = holdings
        everything["bank.balance"] = holdings.balance_ids
        everything |= self.env["bank.personal.data"]._records_of_holdings(holdings)
        everything["mail.message"] = self.env["mail.message"].search(
            ["|", ("author_id", "=", partner.id), "&", ("model", "=", "res.partner"), ("res_id", "=", partner.id)]
        )
        data = {
            "generated_at": fields.Datetime.now().isoformat(),
            "customer_number": partner.customer_number,
            "records": {
                name: [self._record(record, partner) for record in records]
                for name, records in sorted(everything.items())
                if records and name not in LEFT_OUT_MODELS
            },
        }
        return self._zip(data, self._attachments(partner))

    @api.model
    def _record(self, record, partner):
        values = {
            name: self._value(record[name], field, partner)
            for name, field in record._fields.items()
            if self._is_answered(name, field) and record[name]
        }
        return {"id": record.id, **values}

    @api.model
    def _is_answered(self, name, field):
        if (
            not field.store
            or field.groups == fields.NO_ACCESS
            or name in ("id", "create_uid", "write_uid")
            or name.endswith(SECRET_ENDINGS)
        ):
            return False
        return field.type not in ("binary", "one2many", "many2many", "many2one_reference")

    @api.model
    def _value(self, value, field, partner):
        if field.type in ("many2one", "reference"):
            other = value._name == "res.partner" and value.partner_share and value != partner
            return self.env._("another person") if other else value.display_name
        if isinstance(value, (date, datetime)):
            return value.isoformat()
        return value if isinstance(value, (int, float, bool, str, dict, list)) else str(value)

    @api.model
    def _attachments(self, partner):
        return self.env["ir.attachment"].search([("res_model", "=", "res.partner"), ("res_id", "=", partner.id)])

    @api.model
    def _zip(self, data, attachments):
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("data.json", json.dumps(data, indent=1, ensure_ascii=False, default=str))
            for attachment in attachments:
                name = (attachment.name or "file").replace("/", "_").replace("\\", "_")
                archive.writestr(f"files/{attachment.id}-{name}", attachment.raw or b"")
        return stream.getvalue()
