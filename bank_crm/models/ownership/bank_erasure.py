from odoo import api, models
from odoo.tools import SQL


class BankErasure(models.AbstractModel):
    """The way back from a merge keeps what the merged contacts were: it goes with the customer."""

    _inherit = "bank.erasure"

    @api.model
    def _erase_steps(self, subjects):
        cleared = self.env.execute_query(
            SQL(
                """
                UPDATE bank_merge_request SET snapshot = NULL
                 WHERE snapshot IS NOT NULL
                   AND EXISTS (SELECT FROM jsonb_array_elements_text(snapshot->'partner_ids') merged(id)
                                WHERE merged.id::int = ANY(%s))
             RETURNING id
                """,
                subjects.ids,
            )
        )
        self.env["bank.merge.request"].invalidate_model(["snapshot"])
        steps = super()._erase_steps(subjects)
        if cleared:
            steps.append(self._step("bank.merge.request", "emptied", len(cleared), ["snapshot"]))
        return steps
