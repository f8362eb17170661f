from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

KEYS = {"customer_number", "basis", "evidence"}


class BankOwnershipClaim(models.Model):
    """How a claim comes into being: by the exact customer number, without seeing the customer."""

    _inherit = "bank.ownership.claim"

    @api.model
    def locate_number(self, customer_number):
        """Tell where a customer is, by his exact number: a stub without name.

        :param customer_number: e.g. ``"C00001234"``
        :return: ``{"found": True, "branch": "[0101] Riverside Branch", "is_owned": True}`` or ``{"found": False}``
        """
        self._check_may_claim()
        partner = self._find_by_number(customer_number)
        if not partner:
            return {"found": False}
        return {
            "found": True,
            "branch": partner.branch_id.display_name or False,
            "is_owned": bool(partner.relationship_manager_id),
        }

    @api.model
    def submit_for_number(self, values):
        """Claim the customer of a number for oneself.

        :param values: ``customer_number``, ``basis`` (contract, household, opening_branch, balance, service, other),
            ``evidence``
        :return: ``{"id", "number", "due_on", "branch"}``; ``branch`` is where the customer is now
        :raises ValidationError: ``[unknown_field]``, ``[missing_field]``, ``[invalid_value]``,
            ``[customer_not_found]``
        :raises UserError: ``[home_branch_missing]``, ``[already_yours]``, ``[claim_open]``, ``[claim_cooling_period]``
        """
        self._check_may_claim()
        self._check_values(values)
        partner = self._find_by_number(values["customer_number"])
        if not partner:
            raise ValidationError(
                self.env._(
                    "[customer_not_found] customer_number: no customer has this number. Enter the whole number."
                )
            )
        claim = self._submit(partner, values)
        return {
            "id": claim.id,
            "number": claim.name,
            "due_on": fields.Date.to_string(claim.due_on),
            "branch": claim.owner_branch_id.display_name or False,
        }

    @api.model
    def _submit(self, partner, values):
        """Claim ``partner`` for the user, whoever may not see him: how he was found is for the caller to answer for.

        :param values: ``basis``, ``evidence``, and ``customer_number`` if the user gave it
        :return: the claim, in the environment of the process
        """
        self._check_may_claim()
        self._check_claimable(partner)
        claim = self._as_process().create(self._prepare_claim(partner, values))
        claim._ask_decider()
        return claim

    @api.model
    def _check_may_claim(self):
        if not self.env.user.has_group("bank_crm.group_relationship_manager"):
            raise AccessError(self.env._("Only relationship managers claim customers."))

    @api.model
    def _check_values(self, values):
        if unknown := sorted(set(values) - KEYS):
            raise ValidationError(self.env._("[unknown_field] %(names)s: not a field of a claim.", names=unknown))
        if missing := sorted(key for key in KEYS if not values.get(key)):
            raise ValidationError(self.env._("[missing_field] %(names)s: needed for a claim.", names=missing))
        if values["basis"] not in dict(self._fields["basis"].selection):
            raise ValidationError(
                self.env._(
                    "[invalid_value] basis: choose one of %(codes)s.",
                    codes=list(dict(self._fields["basis"].selection)),
                )
            )

    @api.model
    def _find_by_number(self, customer_number):
        # sudo: res.partner - by the exact number only; the caller gets the branch and nothing else
        return (
            self.env["res.partner"]
            .sudo()
            .search(
                [
                    ("customer_number", "=", (customer_number or "").strip()),
                    ("customer_number", "!=", False),
                    ("is_bank_customer", "=", True),
                    ("company_id", "in", [False, self.env.company.id]),
                ],
                limit=1,
            )
        )

    @api.model
    def _check_claimable(self, partner):
        user = self.env.user
        if not (user.bank_branch_id or user.managed_branch_ids):
            raise UserError(
                self.env._("[home_branch_missing] You have no home branch. Ask your administrator to set it.")
            )
        if partner.relationship_manager_id == user:
            raise UserError(self.env._("[already_yours] This is your customer already."))
        claims = self.sudo()  # sudo: bank.ownership.claim - claims of others about a customer who may be hidden
        if claims.search_count(
            [
                ("partner_id", "=", partner.id),
                ("claimant_id", "=", user.id),
                ("state", "in", ("submitted", "contested")),
            ],
            limit=1,
        ):
            raise UserError(self.env._("[claim_open] Your claim to this customer is still undecided."))
        days = self._parameter("claim_cooling_days", self.COOLING_DAYS)
        decided = claims.search(
            [
                ("partner_id", "=", partner.id),
                ("state", "in", ("approved", "rejected")),
                ("decided_at", ">", fields.Datetime.now() - timedelta(days=days)),
            ],
            order="decided_at desc",
            limit=1,
        )
        if decided:
            until = decided.decided_at + timedelta(days=days)
            raise UserError(
                self.env._(
                    "[claim_cooling_period] A claim to this customer was decided lately. The next one can be made "
                    "after %(day)s.",
                    day=fields.Date.to_string(until.date()),
                )
            )

    @api.model
    def _prepare_claim(self, partner, values):
        user = self.env.user
        branch = user.bank_branch_id or user.managed_branch_ids[:1]
        owner = partner.relationship_manager_id
        owner_branch = partner.branch_id or owner.bank_branch_id
        start = branch._lowest_common(branch, owner_branch) if owner_branch else branch
        deciding_branch, decider = self._find_decider(start, user | owner)
        company = self.env.company
        today = self.env["bank.run"].with_company(company)._today()
        return {
            # sudo: ir.sequence - numbers of claims
            "name": self.env["ir.sequence"].sudo().next_by_code("bank.ownership.claim"),
            "partner_id": partner.id,
            "customer_number": (values.get("customer_number") or "").strip(),
            "claimant_id": user.id,
            "branch_id": branch.id,
            "owner_id": owner.id,
            "owner_branch_id": owner_branch.id,
            "basis": values["basis"],
            "evidence": values["evidence"],
            "company_id": company.id,
            "due_on": self._answer_due(company, today),
            "deciding_branch_id": deciding_branch.id,
            "decider_id": decider.id,
            "former_credit_pct": self._parameter("claim_former_credit", self.FORMER_CREDIT) if owner else 0,
            "former_credit_until": today + timedelta(days=self.FORMER_CREDIT_DAYS) if owner else False,
        }

    def _attach(self, attachments):
        """Take the files of the claimant over; only what he could read himself."""
        if attachments:
            attachments.check_access("read")
            # sudo: bank.ownership.claim, ir.attachment - the claimant's own files go to his own claim
            self._as_process().attachment_ids = attachments.sudo()
            attachments.sudo().write({"res_model": self._name, "res_id": self.id})
