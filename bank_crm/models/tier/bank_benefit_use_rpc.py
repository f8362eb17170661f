import datetime

from odoo import api, models
from odoo.exceptions import ValidationError

REGISTER_REQUIRED = ("reference", "customer_number", "benefit_code")
REGISTER_OPTIONAL = ("used_on", "quantity", "note")


class BankBenefitUse(models.Model):
    """The door through which other systems, such as a lounge's, record uses of benefits."""

    _inherit = "bank.benefit.use"

    @api.model
    def register(self, values):
        """Record that a customer used a benefit; once for each reference.

        Example (JSON-2)::

            POST /json/2/bank.benefit.use/register
            {"values": {"reference": "LOUNGE-PVG-000123", "customer_number": "10004711", "benefit_code": "lounge",
                        "used_on": "2026-11-24"}}

        :param values: required: ``reference`` (the sender's key, unique in the company), ``customer_number``,
            ``benefit_code``. Optional: ``used_on`` (ISO 8601, default today in the company's time zone), ``quantity``
            (whole number from 1, default 1), ``note``
        :return: ``{"id", "reference", "created", "used_on", "quantity", "used", "quota", "remaining"}``; ``created``
            is false where the reference was recorded before; ``used`` counts the calendar year; ``quota`` and
            ``remaining`` are False where there is no limit
        :raises AccessError: ``[access_denied]``
        :raises ValidationError: ``[unknown_field]``, ``[required_field]``, ``[invalid_value]``,
            ``[unknown_customer]``, ``[unknown_benefit]``, ``[reference_conflict]``
        :raises UserError: ``[benefit_not_entitled]``, ``[benefit_quota]``, ``[benefit_not_counted]``
        """
        self._check_recorder()
        self._check_keys(values, REGISTER_REQUIRED, REGISTER_OPTIONAL)
        partner = self._find_customer(values["customer_number"])
        benefit = self._find_benefit(values["benefit_code"])
        use, created = self._record_use(
            partner,
            benefit,
            values["reference"],
            used_on=self._read_date(values.get("used_on")),
            quantity=1 if values.get("quantity") is None else values["quantity"],
            note=values.get("note") or None,
        )
        return {"id": use.id, "created": created, **use._answer()}

    @api.model
    def cancel(self, values):
        """Take back a use that was recorded by mistake; doing it twice takes back once.

        Example (JSON-2)::

            POST /json/2/bank.benefit.use/cancel
            {"values": {"reference": "LOUNGE-PVG-000123", "note": "guest did not come"}}

        :param values: required: ``reference`` of the use. Optional: ``note``
        :return: as :meth:`register`, about the use that was taken back, with ``cancelled: true``
        :raises ValidationError: ``[unknown_reference]`` (also when the caller may not see the customer)
        """
        self._check_recorder()
        self._check_keys(values, ("reference",), ("note",))
        use = self.search([("company_id", "=", self.env.company.id), ("reference", "=", values["reference"])], limit=1)
        if not use:
            raise ValidationError(
                self.env._("[unknown_reference] reference: you have recorded no use under it. Check the reference.")
            )
        use._cancel(note=values.get("note") or None)
        return {"id": use.id, "cancelled": True, **use._answer()}

    # ------------------------------------------------------------------
    # Arguments and answers
    # ------------------------------------------------------------------

    def _answer(self):
        self.ensure_one()
        # sudo: bank.benefit - a number of the benefit
        quota = self.benefit_id.sudo().quota_per_year
        used = self.env["bank.benefit.year"]._used(self.partner_id, self.used_on.year).get(self.benefit_id.id, 0)
        return {
            "reference": self.reference,
            "used_on": self.used_on.isoformat(),
            "quantity": self.quantity,
            "used": used,
            "quota": quota or False,
            "remaining": max(quota - used, 0) if quota else False,
        }

    @api.model
    def _check_keys(self, values, required, optional):
        if not isinstance(values, dict):
            raise ValidationError(self.env._("[invalid_value] values: give an object with named fields."))
        known = (*required, *optional)
        if unknown := [str(key) for key in values if key not in known]:
            raise ValidationError(
                self.env._(
                    "[unknown_field] %(key)s: this method does not know the key. Allowed: %(known)s.",
                    key=unknown[0][:64],
                    known=", ".join(known),
                )
            )
        if missing := [key for key in required if not values.get(key)]:
            raise ValidationError(self.env._("[required_field] %(key)s: give a text, it is required.", key=missing[0]))
        texts = [key for key in (*required, "note", "used_on") if values.get(key) is not None]
        if wrong := [
            key for key in texts if key in known and values[key] is not False and not isinstance(values[key], str)
        ]:
            raise ValidationError(self.env._("[invalid_value] %(key)s: give a text.", key=wrong[0]))

    @api.model
    def _find_customer(self, number):
        partner = self.env["res.partner"].search(
            [
                ("customer_number", "=", number),
                ("is_bank_customer", "=", True),
                ("company_id", "in", (self.env.company.id, False)),
            ],
            limit=1,
        )
        if not partner:
            raise ValidationError(
                self.env._(
                    "[unknown_customer] customer_number: you have no customer with this number. Check the number, "
                    "or ask for access."
                )
            )
        return partner

    @api.model
    def _find_benefit(self, code):
        benefit = self.env["bank.benefit"].search([("code", "=", code)], limit=1)
        if not benefit:
            raise ValidationError(
                self.env._(
                    "[unknown_benefit] benefit_code: no benefit has this code. See Configuration, Tier Benefits."
                )
            )
        return benefit

    @api.model
    def _read_date(self, text):
        if not text:
            return None
        try:
            return datetime.date.fromisoformat(text)
        except ValueError:
            raise ValidationError(
                self.env._("[invalid_value] used_on: this is no date. Write it as YYYY-MM-DD.")
            ) from None
