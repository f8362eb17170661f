from odoo import api, models

BANK_STAFF = "bank_crm.group_bank_staff"

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

# Opinions that follow from a rule or a review: whoever looks after the customer does not write them himself.
DECISIONS = {"kyc_state", "risk_class", "value_class"}
DECIDERS = ("bank_crm.group_branch_manager", "bank_crm.group_operations")


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

    @api.model
    def _is_decision(self, field):
        """Tell whether only branch managers and operations may write ``field``; rooms and addons extend it."""
        return field.name in DECISIONS

    def _has_field_access(self, field, operation):
        user = self.env.user
        if not self.env.su:
            if self._is_for_bank_staff(field) and not user.has_group(BANK_STAFF):
                return False
            if operation == "write" and self._is_decision(field) and not any(map(user.has_group, DECIDERS)):
                return False
        return super()._has_field_access(field, operation)
