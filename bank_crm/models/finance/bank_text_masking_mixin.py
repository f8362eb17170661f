from odoo import api, models

from ...tools import sealing, text_masking


class BankTextMaskingMixin(models.AbstractModel):
    """Texts in which people write card, identity and account numbers: masked before they are stored.

    A model names its fields in :attr:`_masked_text_fields`.  Numbers of the bank's own holdings are masked too: one
    query for all texts that are written together, and none where nothing in them can be an account number.
    """

    _name = "bank.text.masking.mixin"
    _description = "Texts Without Numbers"

    _masked_text_fields = ()

    @api.model
    def _prepare_create_values(self, vals_list):
        # Here rather than in create(): defaults from the context are texts too.
        return self._mask_values(super()._prepare_create_values(vals_list))

    def write(self, vals):
        return super().write(self._mask_values([vals])[0])

    @api.model
    def _mask_values(self, vals_list):
        """Return ``vals_list`` with the numbers in its texts masked; the caller's dictionaries stay as they are."""
        places = [
            (index, name)
            for index, vals in enumerate(vals_list)
            for name in self._masked_text_fields
            if isinstance(vals.get(name), str) and vals[name]
        ]
        kinds = {self._fields[name].type == "html" for _index, name in places}
        masked = list(vals_list)
        for is_html in kinds:
            here = [place for place in places if (self._fields[place[1]].type == "html") == is_html]
            texts = self._mask_texts([vals_list[index][name] for index, name in here], is_html=is_html)
            for (index, name), text in zip(here, texts, strict=True):
                if text != vals_list[index][name]:
                    masked[index] = {**masked[index], name: text}
        return masked

    @api.model
    def _mask_texts(self, texts, is_html=False):
        """Return ``texts`` with card, identity and account numbers masked; see ``tools/text_masking.py``."""
        accounts = self._known_accounts(texts, is_html)
        mask = text_masking.mask_html if is_html else text_masking.mask_numbers
        return [mask(text, accounts) for text in texts]

    @api.model
    def _known_accounts(self, texts, is_html):
        """Return the digits in ``texts`` that are numbers of holdings of the bank."""
        candidates = set().union(*(text_masking.candidates_in(text, is_html) for text in texts))
        if not candidates or not sealing.is_configured():  # without keys no number is stored that could be found
            return frozenset()
        hashes = {sealing.keyed_hash(number): number for number in candidates}
        # sudo: bank.holding - only whether a number is an account of the bank, to hide it
        holdings = self.env["bank.holding"].sudo().with_context(active_test=False)
        known = holdings.search_fetch([("number_hash", "in", list(hashes))], ["number_hash"])
        return frozenset(hashes[holding.number_hash] for holding in known)
