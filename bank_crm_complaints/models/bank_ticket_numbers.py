from odoo import api, models
from odoo.tools import SQL

SEQUENCE_CODE = "bank.ticket"


class BankTicket(models.Model):
    """Numbers of tickets: unique in a company, taken in one query for any number of tickets."""

    _inherit = "bank.ticket"

    @api.model
    def _next_numbers(self, company_id, count):
        """Return ``count`` new numbers of a company; a company without a sequence of its own uses the common one.

        PostgreSQL's sequence gives them, so numbers of transactions that failed are not used again.
        """
        # sudo: ir.sequence - whoever registers a ticket takes a number
        sequences = self.env["ir.sequence"].sudo()
        domain = [("code", "=", SEQUENCE_CODE), ("company_id", "in", [company_id, False])]
        names = ["prefix", "suffix", "padding"]
        sequence = sequences.search_fetch(domain, names, order="company_id", limit=1)
        name = f"ir_sequence_{sequence.id:03}"
        rows = self.env.execute_query(SQL("SELECT nextval(%s) FROM generate_series(1, %s)", name, count))
        prefix, suffix = sequence._get_prefix_suffix()
        return [f"{prefix}{number:0{sequence.padding}d}{suffix}" for (number,) in rows]
