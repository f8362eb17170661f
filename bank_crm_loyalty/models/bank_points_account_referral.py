from odoo import api, models
from odoo.exceptions import ValidationError

from ..tools import api_values
from .bank_points_account_api import KEY


class BankPointsAccount(models.Model):
    """Recommendations: a customer brings another one, and a rule for the event may give him points."""

    _inherit = "bank.points.account"

    @api.model
    def refer(self, values):
        """Note that a customer has recommended the bank to a new one; who was recommended counts once.

        Example (JSON-2)::

            POST /json/2/bank.points.account/refer
            {"values": {"customer_number": "10004711", "new_customer_number": "10009999"}}

        :param values: required: ``customer_number``, ``new_customer_number``
        :return: ``{"recorded"}``: false if the new customer had been recommended before, by whomever
        :raises AccessError: ``[access_denied]``
        :raises ValidationError: ``[unknown_field]``, ``[required_field]``, ``[wrong_type]``, ``[unknown_customer]``,
            ``[same_customer]``
        """
        self._check_may_book()
        names = ("customer_number", "new_customer_number")
        call = api_values.read(self.env, values, dict.fromkeys(names, KEY), names)
        customer, newcomer = (self._find_customer(call[name]) for name in names)
        if customer == newcomer:
            raise ValidationError(
                self.env._("[same_customer] new_customer_number: nobody recommends the bank to himself.")
            )
        # sudo: bank.customer.event - only asked whether the newcomer, whom the caller may see, was recommended before
        events = self.env["bank.customer.event"].sudo()
        newcomer.sudo().lock_for_update()  # sudo: res.partner - two calls at the same time are one recommendation
        about = [("source_model", "=", newcomer._name), ("source_id", "=", newcomer.id)]
        if events.search_count([("kind", "=", "customer.referred"), *about], limit=1):
            return {"recorded": False}
        fact = {"partner_id": customer.id, "source_model": newcomer._name, "source_id": newcomer.id}
        events._record("customer.referred", [fact])
        return {"recorded": True}
