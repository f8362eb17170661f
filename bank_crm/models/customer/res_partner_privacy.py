from odoo import api, models

# What the bank thinks of a customer.
OPINIONS = {
    "financial_profile_id",
    "kyc_state",
    "last_contact_on",
    "lifecycle_stage",
    "next_contact_on",
    "risk_class",
    "value_class",
}


class ResPartner(models.Model):
    """The bank's opinions and figures are for its staff: neither for a customer himself, who may read his own contact
    in the portal, nor for every employee, who may read the contacts of colleagues, and colleagues may be customers.

    Odoo asks for the access to fields here when it reads, writes, searches, groups and exports.
    """

    _inherit = "res.partner"

    @api.model
    def _is_for_bank_staff(self, field):
        """Tell whether ``field`` is closed to everybody but the staff of the bank; rooms and addons extend it."""
        return field.name in OPINIONS or (field.related or "").startswith("financial_profile_id.")

    def _has_field_access(self, field, operation):
        is_closed = self._is_for_bank_staff(field) and not self.env.su
        if is_closed and not self.env.user.has_group("bank_crm.group_bank_staff"):
            return False
        return super()._has_field_access(field, operation)
