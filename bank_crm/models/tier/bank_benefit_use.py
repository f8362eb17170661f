from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

RECORDERS = (
    "bank_crm.group_relationship_manager",
    "bank_crm.group_service_agent",
    "bank_crm.group_operations",
)
CANCEL = "cancel:"  # references of rows that take back a use


class BankBenefitUse(models.Model):
    """One use of a benefit by a customer. A use that was recorded by mistake is taken back by a row against it."""

    _name = "bank.benefit.use"
    _description = "Use of a Benefit"
    _inherit = ["bank.sealed.mixin"]
    _order = "used_on desc, id desc"
    _rec_name = "reference"

    partner_id = fields.Many2one(
        comodel_name="res.partner", string="Customer", required=True, readonly=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(
        comodel_name="res.company", required=True, readonly=True
    )  # indexed by _reference_uniq
    branch_id = fields.Many2one(comodel_name="bank.branch", readonly=True, help="Of the customer at that time.")
    benefit_id = fields.Many2one(
        comodel_name="bank.benefit", required=True, readonly=True, index=True, ondelete="restrict"
    )
    tier_id = fields.Many2one(
        comodel_name="bank.tier", readonly=True, ondelete="restrict", help="The tier that gave the right to it."
    )
    run_off_until = fields.Date(readonly=True, help="Set where a former tier gave the right: its last day.")
    used_on = fields.Date(required=True, readonly=True, index=True)
    quantity = fields.Integer(required=True, readonly=True, default=1, help="Negative where a use is taken back.")
    reference = fields.Char(required=True, readonly=True, help="The key by which a use is recorded once only.")
    note = fields.Char(readonly=True)
    unit_cost = fields.Monetary(readonly=True, aggregator=None)
    cost = fields.Monetary(readonly=True)
    currency_id = fields.Many2one(comodel_name="res.currency", required=True, readonly=True)
    user_id = fields.Many2one(comodel_name="res.users", string="By", readonly=True, ondelete="restrict")
    cancels_id = fields.Many2one(
        comodel_name="bank.benefit.use", string="Takes Back", readonly=True, ondelete="restrict", copy=False
    )  # indexed by _cancels_uniq
    cancelled_by_ids = fields.One2many(
        comodel_name="bank.benefit.use", inverse_name="cancels_id", string="Taken Back by"
    )
    is_cancelled = fields.Boolean(string="Taken Back", compute="_compute_is_cancelled")

    _reference_uniq = models.UniqueIndex("(company_id, reference)", "A use with this reference exists already.")
    _cancels_uniq = models.UniqueIndex("(cancels_id) WHERE cancels_id IS NOT NULL", "The use was taken back already.")
    _quantity_check = models.Constraint("CHECK(quantity <> 0)", "Quantity: give how often it was used.")

    @api.depends("cancelled_by_ids")
    def _compute_is_cancelled(self):
        for use in self:
            use.is_cancelled = bool(use.cancelled_by_ids)

    # ------------------------------------------------------------------
    # Recording
    # ------------------------------------------------------------------

    @api.model
    def _check_recorder(self):
        if not self.env.su and not any(map(self.env.user.has_group, RECORDERS)):
            raise AccessError(
                self.env._(
                    "[access_denied] Use of a Benefit: relationship managers, service agents and operations record it."
                )
            )

    @api.model
    def _record_use(self, partner, benefit, reference, used_on=None, quantity=1, note=None):
        """Record a use of a benefit, once for each reference.

        :param partner: the customer, whom the caller may see
        :param benefit: ``bank.benefit``
        :param reference: text, unique in the company
        :param used_on: date, default today in the company's time zone; not in the future
        :param quantity: whole number from 1
        :return: ``(use, created)``; the use of before where the reference is known
        :raises UserError: ``[benefit_not_entitled]``, ``[benefit_quota]``, ``[benefit_not_counted]``
        :raises ValidationError: ``[invalid_value]``, ``[reference_conflict]``
        """
        self._check_recorder()
        partner.ensure_one()
        partner.check_access("read")
        used_on = used_on or self.env["bank.run"]._today()
        self._check_use(partner, used_on, quantity, reference)
        known = self._find_reference(partner, reference)
        if known:
            return known._check_same(partner, benefit, used_on, quantity), False
        tier, until = self._check_entitlement(partner, benefit, used_on)
        # sudo: bank.benefit.year, bank.benefit.use - nobody writes them directly; who may record was checked
        used = self.env["bank.benefit.year"].sudo()._count(partner, benefit.sudo(), used_on.year, quantity)
        if used is None:
            raise UserError(self._quota_message(partner, benefit, used_on, quantity))
        facts = {"used_on": used_on, "quantity": quantity, "reference": reference, "note": note}
        values = {**self._prepare_use(partner, benefit, quantity), **facts, "tier_id": tier.id, "run_off_until": until}
        return self.sudo().create(values).sudo(self.env.su), True  # sudo: see above

    @api.model
    def _prepare_use(self, partner, benefit, quantity):
        # sudo: bank.benefit, res.partner - cost and branch are kept with the fact
        benefit, partner = benefit.sudo(), partner.sudo()
        return {
            "partner_id": partner.id,
            "company_id": self._company_of(partner).id,
            "branch_id": partner.branch_id.id,
            "benefit_id": benefit.id,
            "unit_cost": benefit.unit_cost,
            "cost": benefit.unit_cost * quantity,
            "currency_id": benefit.currency_id.id,
            "user_id": self.env.uid,
        }

    @api.model
    def _company_of(self, partner):
        return partner.sudo().company_id or self.env.company  # sudo: res.partner - the company of a customer

    @api.model
    def _check_use(self, partner, used_on, quantity, reference):
        if not partner.is_bank_customer:
            raise ValidationError(self.env._("[invalid_value] Customer: benefits are for customers of the bank."))
        if not isinstance(quantity, int) or isinstance(quantity, bool) or not 1 <= quantity <= 1000:
            raise ValidationError(self.env._("[invalid_value] Quantity: give a whole number from 1 to 1,000."))
        if not reference or len(reference) > 128 or reference.startswith(CANCEL):
            raise ValidationError(
                self.env._(
                    "[invalid_value] Reference: give a text of at most 128 characters that does not begin with "
                    "%(prefix)s.",
                    prefix=CANCEL,
                )
            )
        today = self.env["bank.run"]._today()
        if not today.replace(year=today.year - 1, month=1, day=1) <= used_on <= today:
            raise ValidationError(
                self.env._(
                    "[invalid_value] Used On: %(day)s is no day from the beginning of last year until today.",
                    day=used_on.isoformat(),
                )
            )

    @api.model
    def _find_reference(self, partner, reference):
        # sudo: bank.benefit.use - the reference may belong to a customer whom the caller may not see
        return self.sudo().search(
            [("company_id", "=", self._company_of(partner).id), ("reference", "=", reference)], limit=1
        )

    def _check_same(self, partner, benefit, used_on, quantity):
        """Return this use, in the caller's environment, when it says the same as what is recorded again."""
        same = (self.partner_id, self.benefit_id, self.used_on, self.quantity)
        if same != (partner, benefit, used_on, quantity):
            raise ValidationError(
                self.env._(
                    "[reference_conflict] Reference: it was used before for another use. Give each use a reference of "
                    "its own."
                )
            )
        return self.sudo(False)

    @api.model
    def _check_entitlement(self, partner, benefit, used_on):
        if not benefit.sudo().is_counted:  # sudo: bank.benefit - a mark of the benefit
            raise UserError(
                self.env._("[benefit_not_counted] Benefit: uses of it are not recorded, the customer simply has it.")
            )
        right = self.env["bank.benefit"]._entitlements(partner, used_on).get(benefit.sudo())  # sudo: see above
        if not right:
            raise UserError(
                self.env._(
                    "[benefit_not_entitled] Benefit: neither the customer's tier of that day nor a former one in its "
                    "run-off gives a right to it."
                )
            )
        return right

    @api.model
    def _quota_message(self, partner, benefit, used_on, quantity):
        used = self.env["bank.benefit.year"]._used(partner, used_on.year).get(benefit.id, 0)
        return self.env._(
            "[benefit_quota] Benefit: %(quantity)s more would be too many; %(used)s of %(quota)s uses of %(year)s are "
            "taken.",
            quantity=quantity,
            used=used,
            quota=benefit.sudo().quota_per_year,  # sudo: bank.benefit - a number of the benefit
            year=used_on.year,
        )

    # ------------------------------------------------------------------
    # Taking back
    # ------------------------------------------------------------------

    def action_cancel(self):
        """Take back this use: a row against it is added and the quota of its year is free again."""
        for use in self:
            use._cancel()
        return True

    def _cancel(self, note=None):
        """Return the row that takes back this use; the one of before where it was taken back already."""
        self.ensure_one()
        self._check_recorder()
        self.check_access("read")
        # sudo: bank.benefit.use, bank.benefit.year - nobody writes them directly; who may record was checked
        use = self.sudo()
        if use.cancels_id:
            raise UserError(self.env._("[benefit_cancel] This row takes back a use itself; record the use again."))
        if use.cancelled_by_ids:
            return use.cancelled_by_ids
        use.env["bank.benefit.year"]._uncount(use.partner_id, use.benefit_id, use.used_on.year, use.quantity)
        return use.create(
            {
                **{
                    name: use[name].id
                    for name in ("partner_id", "company_id", "branch_id", "benefit_id", "tier_id", "currency_id")
                },
                "run_off_until": use.run_off_until,
                "used_on": use.used_on,
                "quantity": -use.quantity,
                "unit_cost": use.unit_cost,
                "cost": -use.cost,
                "reference": f"{CANCEL}{use.id}",
                "note": note,
                "user_id": self.env.uid,
                "cancels_id": use.id,
            }
        )
