from odoo import api, fields, models
from odoo.exceptions import ValidationError


class BankTicket(models.Model):
    """Conflicts of interest: who may not work on a ticket.

    Sources: CBIRC Order 2020 No. 3 (whoever investigates has no direct interest in the matter), JC 2018 35
    guideline 2 (conflicts of interest are identified and mitigated).
    """

    _inherit = "bank.ticket"

    has_conduct_matter = fields.Boolean(compute="_compute_has_conduct_matter")

    @api.depends("confidentiality", "cause_taxon_id.is_conduct")
    def _compute_has_conduct_matter(self):
        for ticket in self:
            ticket.has_conduct_matter = ticket.confidentiality == "conduct" or ticket.cause_taxon_id.is_conduct

    @api.constrains("user_id", "complained_user_ids", "cause_taxon_id", "confidentiality", "partner_id")
    def _check_conflict_of_interest(self):
        for ticket in self:
            # sudo: bank.ticket - who is complained of is compared, never told
            if ticket.sudo()._has_conflict_of_interest(ticket.sudo().user_id):
                ticket._refuse_conflict(ticket.sudo().user_id)

    def _refuse_conflict(self, user):
        """:raises ValidationError: ``[conflict_of_interest]``; it does not say which of the reasons it is"""
        raise ValidationError(
            self.env._(
                "[conflict_of_interest] Handler: %(user)s has an interest in %(number)s or stands too near to "
                "somebody who has. Choose somebody else.",
                user=user.name,
                number=self.number,
            )
        )

    def _has_conflict_of_interest(self, user):
        """Tell whether ``user`` may not work on this ticket.

        That is: who is complained of, whoever works in a branch that one of these manages, the customer himself, and
        the customer's relationship manager where the matter is how staff behaved.
        """
        self.ensure_one()
        if not user:
            return False
        complained = self.complained_user_ids
        return bool(
            user in complained
            or self._reports_to(user, complained)
            or (self.partner_id and user.partner_id == self.partner_id)
            or (self.has_conduct_matter and user == self.partner_id.relationship_manager_id)
        )

    @api.model
    def _reports_to(self, user, superiors):
        """Tell whether the home branch of ``user`` is one that a superior manages, or lies below it."""
        branch = user.bank_branch_id
        if not (branch and superiors):
            return False
        above = {int(part) for part in (branch.parent_path or "").split("/") if part}
        return bool(above & set(superiors.managed_branch_ids.ids))
