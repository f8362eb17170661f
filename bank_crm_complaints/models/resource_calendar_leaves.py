from odoo import api, models


class ResourceCalendarLeaves(models.Model):
    """Deadlines read holidays from a cache: it is emptied when one changes. A person's own leave is none of these."""

    _inherit = "resource.calendar.leaves"

    @api.model_create_multi
    def create(self, vals_list):
        leaves = super().create(vals_list)
        leaves._clear_holiday_cache()
        return leaves

    def write(self, vals):
        self._clear_holiday_cache()
        result = super().write(vals)
        self._clear_holiday_cache()
        return result

    def unlink(self):
        self._clear_holiday_cache()
        return super().unlink()

    def _clear_holiday_cache(self):
        if any(not leave.resource_id for leave in self):
            self.env.registry.clear_cache()
