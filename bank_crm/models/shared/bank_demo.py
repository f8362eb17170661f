from odoo import api, models


class BankDemo(models.AbstractModel):
    """Loads the demonstration data: an invented bank with customers, holdings and a year of history."""

    _name = "bank.demo"
    _description = "Demonstration Data"

    @api.model
    def _build(self):
        """Build the invented bank, unless this database has it already."""
        # Imported here: a server without demonstration data needs none of it.
        from ...demo.builder import build

        return build(self.env)
