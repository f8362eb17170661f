from odoo import api, models
from odoo.exceptions import AccessError, ValidationError

from odoo.addons.base.models.res_users import check_identity

from ...tools import sealing, secrets

REVEAL_GROUP = "bank_crm.group_privacy_reveal"


class BankMaskedMixin(models.AbstractModel):
    """Records with secret numbers: encrypted at rest, found by their exact value only, shown masked.

    A model names its secrets in :attr:`_masked_fields` and declares the fields of each with ``tools.secrets``. What
    is written to a secret is encrypted, hashed and masked; reading it gives nothing. :meth:`action_reveal` is the only
    way to see one again (see ``bank.reveal``).
    """

    _name = "bank.masked.mixin"
    _description = "Record with Masked Numbers"

    # {name of the secret: {"head": visible characters at the beginning, "tail": at the end}}
    _masked_fields = {}

    @api.model
    def _server_fields(self):
        """Return the names of the fields that only the server writes: a mask that a caller wrote would be a lie."""
        return {secrets.columns(name)[-1] for name in self._masked_fields}

    def _has_field_access(self, field, operation):
        if operation == "write" and not self.env.su and field.name in self._server_fields():
            return False
        return super()._has_field_access(field, operation)

    def _compute_secrets(self):
        for name in self._masked_fields:
            self[name] = False

    def _inverse_secret(self, name):
        for record in self.filtered(name):
            value = record[name]
            record._check_secret(name, value)
            record.sudo().write(record._prepare_secret_values(name, value))  # sudo: own columns - closed to users
        self.invalidate_recordset([name])

    def _check_secret(self, name, value):
        """Refuse a value that cannot stand in the secret ``name`` of this record; models extend it.

        :raises ValidationError: names the field and the remedy and never quotes the value
        """

    @api.model
    def _prepare_secret_values(self, name, value):
        """Return the stored values of a clear ``value``: encrypted, hashed, masked."""
        if not sealing.normalize(value):
            raise ValidationError(
                self.env._("Number: it has no letters or digits. Enter the number as it stands on the document.")
            )
        encrypted, hashed, masked = secrets.columns(name)
        return {
            encrypted: sealing.encrypt(sealing.normalize(value)),
            hashed: sealing.keyed_hash(value),
            masked: sealing.mask(value, **self._masked_fields[name]),
        }

    def _search_secret(self, name, operator, value):
        """Find by the exact number only: the values are encrypted."""
        if operator != "in":
            return NotImplemented
        hashes = [sealing.keyed_hash(number) for number in value if number]
        # sudo: own hash column - closed to users; access rules apply to the outer search
        found = self.sudo().search([(f"{name}_hash", "in", hashes)]) if hashes else self
        return [("id", "in", found.ids)]

    # ------------------------------------------------------------------
    # Reveal
    # ------------------------------------------------------------------

    def _reveal_customer(self):
        """Return the customer whom a look at this record's secrets concerns; models define it."""
        return self.env["res.partner"]

    def _check_may_reveal(self):
        """:raises AccessError: ``[reveal_not_allowed]`` without the right, Odoo's own text for a closed record"""
        if not self.env.user.has_group(REVEAL_GROUP):
            raise AccessError(
                self.env._(
                    "[reveal_not_allowed] You may not see numbers in full. Ask an administrator for the right "
                    "“May Unmask Numbers”."
                )
            )
        self.check_access("read")

    @check_identity
    def action_reveal(self, field_name=None):
        """Ask for the reason, then show a secret number in full for a minute.

        Odoo asks for the password first, unless it was entered within the last ten minutes. A caller over RPC without
        a session that was checked is answered with that request and with nothing else.

        :param field_name: a key of ``_masked_fields``; the first one when empty
        """
        self.ensure_one()
        self._check_may_reveal()
        name = field_name or next(iter(self._masked_fields))
        if name not in self._masked_fields:
            raise ValidationError(
                self.env._(
                    "[unknown_field] field_name: this record has no such secret. Use one of: %(names)s.",
                    names=", ".join(self._masked_fields),
                )
            )
        wizard = self.env["bank.reveal"].create({"res_model": self._name, "res_id": self.id, "field_name": name})
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Show a Number in Full"),
            "res_model": "bank.reveal",
            "res_id": wizard.id,
            "views": [(False, "form")],
            "target": "new",
        }

    def _decrypt_secret(self, name):
        """Return the secret in clear, for ``bank.reveal`` and for checks; empty where none is stored."""
        self.ensure_one()
        stored = self.sudo()[f"{name}_encrypted"]  # sudo: own columns - closed to users
        return sealing.decrypt(stored) if stored else ""
