from odoo import fields, models
from odoo.tools import SQL


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    def _merge_bank_rows(self, sources, target):
        """The target keeps its owner; without one it takes the first source's. The history of all moves with them."""
        primaries = (sources | target).assignment_ids.filtered(
            lambda assignment: assignment.role == "primary" and not assignment.date_to
        )
        keeper = primaries.filtered(lambda assignment: assignment.partner_id == target) or primaries[:1]
        (primaries - keeper)._end(fields.Date.context_today(self))
        self._merge_handover_lines(sources | target, target)
        self._merge_claims(sources | target, target)
        self.env.flush_all()
        return super()._merge_bank_rows(sources, target)

    @staticmethod
    def _keep_one(records, target, key):
        """Return those of ``records`` to be given up: of each ``key`` the target's stays, or else the first one."""
        given_up = records.browse()
        for alike in records.grouped(key).values():
            keeper = alike.filtered(lambda record: record.partner_id == target)[:1] or alike[:1]
            given_up |= alike - keeper
        return given_up

    def _merge_handover_lines(self, customers, target):
        """A customer is on a hand-over once."""
        # sudo: bank.handover.line - the merge has been decided; hand-overs of others are among them
        lines = self.env["bank.handover.line"].sudo()._unguarded().search([("partner_id", "in", customers.ids)])
        given_up = self._keep_one(lines, target, "handover_id")
        if given_up:
            self.env.execute_query(SQL("DELETE FROM bank_handover_line WHERE id = ANY(%s) RETURNING 1", given_up.ids))
            self.env.invalidate_all(flush=False)

    def _merge_claims(self, customers, target):
        """A relationship manager has one open claim to a customer."""
        # sudo: bank.ownership.claim - the merge has been decided; claims of others are among them
        claims = (
            self.env["bank.ownership.claim"]
            .sudo()
            ._unguarded()
            .search([("partner_id", "in", customers.ids), ("state", "in", ("submitted", "contested"))], order="id")
        )
        given_up = self._keep_one(claims, target, "claimant_id")
        if given_up:
            given_up._close("expired", self.env._("The customer was merged; the other claim goes on."))

    def _after_bank_merge(self, target):
        result = super()._after_bank_merge(target)
        target._mirror_primary_owner()
        self.env.flush_all()
        return result
