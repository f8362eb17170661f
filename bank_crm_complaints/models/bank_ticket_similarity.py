from odoo import api, models

from odoo.addons.bank_crm.tools.text_masking import mask_numbers

from ..tools.trigrams import similarity, trigrams

THRESHOLD = 0.4
LONGEST = 4000  # characters that are compared: what comes behind is the story of the story


class BankTicket(models.Model):
    """Whether two tickets of a customer are about the same matter."""

    _inherit = "bank.ticket"

    @api.model
    def _similar_among(self, tickets, vals):
        """Return those of ``tickets`` that may be about the matter of a registration.

        :param vals: ``subject``, ``description``, ``product_taxon_id`` of the registration, as entered
        """
        if not tickets:
            return tickets
        product_id = vals.get("product_taxon_id")
        # What is stored is masked: compare like with like.
        wanted = [trigrams(mask_numbers(vals.get(name) or "")[:LONGEST]) for name in ("subject", "description")]
        return tickets.filtered(
            lambda ticket: (
                not (product_id and ticket.product_taxon_id and ticket.product_taxon_id.id != product_id)
                and ticket._likeness(wanted) >= THRESHOLD
            )
        )

    def _likeness(self, wanted):
        """Return the likeness of the subject or of the text, whichever is greater."""
        self.ensure_one()
        own = (trigrams((self[name] or "")[:LONGEST]) for name in ("subject", "description"))
        return max(similarity(left, right) for left, right in zip(own, wanted, strict=True))
