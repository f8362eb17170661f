from odoo import models
from odoo.fields import Domain


class ResUsers(models.Model):
    """What a user may see of points, for access rules (see ``res.users`` of ``bank_crm``)."""

    _inherit = "res.users"

    def _bank_points_domain(self, path):
        """Return the rule of records of one customer: by role, and all of them for whoever runs the programmes.

        :param path: field that leads to the customer
        """
        if self.has_group("bank_crm_loyalty.group_loyalty_manager"):
            return list(Domain(f"{path}.is_restricted", "=", False) | Domain(self._bank_related_domain(path)))
        return self._bank_related_domain(path)
