from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError


class ResPartner(models.Model):
    """A contact that is a customer of the bank.

    What staff filter and group by is stored here; what changes every night is in ``bank.financial.profile``.
    """

    _inherit = "res.partner"

    # Identity
    is_bank_customer = fields.Boolean(string="Bank Customer")
    customer_number = fields.Char(copy=False, index="btree_not_null", help="Left empty, the next number is given.")
    customer_type = fields.Selection(
        selection=[("individual", "Individual"), ("sole_trader", "Sole Trader"), ("company", "Company")]
    )
    identity_document_ids = fields.One2many(
        comodel_name="bank.identity.document", inverse_name="partner_id", string="Identity Documents"
    )

    # Opinions of the bank
    value_class = fields.Selection(selection=[("a", "A"), ("b", "B"), ("c", "C")], copy=False)
    lifecycle_stage = fields.Selection(
        selection=[
            ("prospect", "Prospect"),
            ("onboarding", "Onboarding"),
            ("new", "New"),
            ("growth", "Growth"),
            ("mature", "Mature"),
            ("declining", "Declining"),
            ("dormant", "Dormant"),
            ("lost", "Lost"),
            ("closed", "Closed"),
            ("deceased", "Deceased"),
        ],
        string="Lifecycle",
        copy=False,
    )
    risk_class = fields.Selection(
        selection=[
            ("c1", "C1 Cautious"),
            ("c2", "C2 Steady"),
            ("c3", "C3 Balanced"),
            ("c4", "C4 Enterprising"),
            ("c5", "C5 Aggressive"),
        ],
        copy=False,
    )
    kyc_state = fields.Selection(
        selection=[
            ("pending", "Pending"),
            ("verified", "Verified"),
            ("due", "Review Due"),
            ("restricted", "Restricted"),
        ],
        string="KYC",
        copy=False,
    )

    # Contact
    preferred_channel = fields.Selection(
        selection=[
            ("branch", "Branch"),
            ("phone", "Phone"),
            ("email", "Email"),
            ("sms", "Text Message"),
            ("wechat", "WeChat"),
            ("app", "Mobile App"),
            ("post", "Post"),
        ]
    )
    last_contact_on = fields.Date(string="Last Contact", copy=False)
    next_contact_on = fields.Date(string="Next Contact", copy=False)

    # Profile
    financial_profile_id = fields.Many2one(
        comodel_name="bank.financial.profile",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )
    bank_currency_id = fields.Many2one(related="financial_profile_id.currency_id", string="Bank Currency")
    bank_event_ids = fields.One2many(
        comodel_name="bank.customer.event", inverse_name="partner_id", string="Customer Events"
    )

    _customer_number_uniq = models.UniqueIndex(
        "(customer_number, COALESCE(company_id, 0)) WHERE customer_number IS NOT NULL",
        "Customer Number: another customer of this company has this number.",
    )
    _bank_customer_idx = models.Index("(complete_name, id DESC) WHERE active IS TRUE AND is_bank_customer IS TRUE")

    # ------------------------------------------------------------------
    # Constraints
    # ------------------------------------------------------------------

    @api.constrains("is_bank_customer", "type")
    def _check_bank_customer_type(self):
        for partner in self:
            if partner.is_bank_customer and partner.type in ("invoice", "delivery"):
                raise ValidationError(
                    self.env._(
                        "Bank Customer: an invoice or delivery address is not a customer. Mark the contact it "
                        "belongs to, or change its address type."
                    )
                )

    @api.constrains("financial_profile_id")
    def _check_financial_profile_id(self):
        """The figures are read through this link, without access rules: it leads to the customer's own profile."""
        # sudo: bank.financial.profile - a profile that the user may not see is refused too
        for partner in self.sudo():
            if partner.financial_profile_id and partner.financial_profile_id.partner_id != partner:
                raise ValidationError(self.env._("Financial Profile: this is the profile of another customer."))

    @api.ondelete(at_uninstall=False)
    def _unlink_except_bank_customer(self):
        merging = self.env["bank.sealed.mixin"]._is_unsealed()
        if not merging and self.filtered("is_bank_customer"):
            raise UserError(
                self.env._(
                    "A customer of the bank cannot be deleted: records have to be kept. Archive the contact instead."
                )
            )

    # ------------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        partners = super().create([self._prepare_bank_customer_values(vals) for vals in vals_list])
        customers = partners.filtered("is_bank_customer")
        customers._on_became_customer()
        return partners

    def write(self, vals):
        if not vals.get("is_bank_customer"):
            if "is_bank_customer" in vals:
                self._refuse_leaving()
            return super().write(vals)
        becoming = self.filtered(lambda partner: not partner.is_bank_customer)
        result = super(ResPartner, self - becoming).write(vals)
        for partner in becoming:
            # In one write: whoever makes a contact his customer has to be its owner from the beginning.
            super(ResPartner, partner).write(partner._prepare_becoming_values(vals))
        becoming._on_became_customer()
        return result

    def _prepare_becoming_values(self, vals):
        """Return ``vals`` with what this contact lacks to be a customer."""
        known = {
            "is_company": self.is_company,
            "customer_number": self.customer_number,
            "company_id": self.company_id.id,
        }
        values = self._prepare_bank_customer_values({**known, **vals})
        mine = self.sudo()  # sudo: res.partner - only to see which fields are empty; some are open to staff alone
        return {name: value for name, value in values.items() if name in vals or not mine[name]}

    def _refuse_leaving(self):
        """Whoever was a customer stays one: his records are kept, and access to them follows this mark."""
        merging = self.env["bank.sealed.mixin"]._is_unsealed()
        if not merging and self.filtered("is_bank_customer"):
            raise UserError(
                self.env._(
                    "Bank Customer: a customer of the bank remains one, his records have to be kept. Set the "
                    "lifecycle to Closed or archive the contact instead."
                )
            )

    @api.model
    def _prepare_bank_customer_values(self, vals):
        """Return ``vals`` with what a new customer needs: number, company, type, lifecycle stage."""
        if "is_bank_customer" not in vals and self.env.context.get("default_is_bank_customer"):
            # The default of an action is meant for the contact that is entered, not for the addresses below it.
            vals = {**vals, "is_bank_customer": not vals.get("parent_id")}
        if not vals.get("is_bank_customer"):
            return vals
        values = {
            "customer_type": "company" if vals.get("is_company") else "individual",
            "lifecycle_stage": "onboarding",
            "company_id": self.env.company.id,
        }
        values.update({name: value for name, value in vals.items() if value or name not in values})
        if not values.get("customer_number"):
            company = self.env["res.company"].browse(values["company_id"])
            values["customer_number"] = self._next_customer_number(company)
        return values

    @api.model
    def _initial_decisions(self):
        """Return what a new customer has of the fields that only deciders may write (``_is_decision``)."""
        return {"kyc_state": "pending"}

    @api.model
    def _next_customer_number(self, company):
        # sudo: ir.sequence - numbers are given to whoever may create a customer
        return self.env["ir.sequence"].sudo().with_company(company).next_by_code("bank.customer.number")

    def _on_became_customer(self):
        """Give new customers their profile and write the event; called once for each customer."""
        if not self:
            return
        self.env["bank.financial.profile"]._ensure_for(self)
        # sudo: res.partner - every customer begins with this state, whoever enters him
        self.sudo().filtered(lambda partner: not partner.kyc_state).write(self._initial_decisions())
        if self.env["bank.sealed.mixin"]._is_unsealed():  # merging: the customer is no new one
            return
        self.env["bank.customer.event"]._record(
            "customer.created",
            [
                {
                    "partner_id": partner.id,
                    "source_model": "res.partner",
                    "source_id": partner.id,
                    "payload": {"label": partner.customer_number},
                }
                for partner in self
            ],
        )

    # ------------------------------------------------------------------
    # Access
    # ------------------------------------------------------------------

    @api.model
    def _bank_customer_fields_for_overview(self):
        """Return the names of the fields that :meth:`bank_customer_overview` answers."""
        return [
            "customer_number",
            "name",
            "customer_type",
            "lang",
            "preferred_channel",
            "lifecycle_stage",
            "value_class",
            "risk_class",
            "kyc_state",
            "last_contact_on",
            "next_contact_on",
        ]

    @api.model
    @api.readonly
    def bank_customer_overview(self, values):
        """Return what the caller may know of one customer.

        Example (JSON-2)::

            POST /json/2/res.partner/bank_customer_overview
            {"values": {"customer_number": "C00000042"}}

        :param values: ``{"customer_number": str}``; any other key is refused
        :return: dictionary of plain values: dates are ISO 8601, amounts are numbers in ``currency``, relations are
            ``{"code", "name"}``; what is empty is False, as in Odoo's own ``read``: XML-RPC knows no null
        :raises ValidationError: ``[unknown_field]``, ``[required_field]``, ``[unknown_customer]`` (also when the
            customer exists but the caller may not see him)
        """
        number = self._check_overview_values(values)
        partner = self.search(
            [
                ("customer_number", "=", number),
                ("is_bank_customer", "=", True),
                ("company_id", "in", (self.env.company.id, False)),  # numbers are unique in a company only
            ],
            limit=1,
        )
        if not partner:
            raise ValidationError(
                self.env._(
                    "[unknown_customer] customer_number: you have no customer with this number. Check the number, "
                    "or ask for access."
                )
            )
        return partner._prepare_overview()

    @api.model
    def _check_overview_values(self, values):
        if not isinstance(values, dict):
            raise ValidationError(self.env._("[wrong_type] values: give an object with the key customer_number."))
        for key in values:
            if key != "customer_number":
                raise ValidationError(
                    self.env._(
                        "[unknown_field] %(key)s: this method does not know the key. Allowed: customer_number.",
                        key=str(key)[:64],
                    )
                )
        number = values.get("customer_number")
        if not number or not isinstance(number, str):
            raise ValidationError(
                self.env._("[required_field] customer_number: give the customer's number as a text.")
            )
        return number

    def _prepare_overview(self):
        """Return the answer of :meth:`bank_customer_overview`; other rooms add their own keys."""
        self.ensure_one()
        answer = {name: self[name] or False for name in self._bank_customer_fields_for_overview()}
        for name in ("last_contact_on", "next_contact_on"):
            answer[name] = answer[name] and answer[name].isoformat()
        start = self.financial_profile_id.relationship_start_on
        answer["relationship_start_on"] = start.isoformat() if start else False
        return answer

    # ------------------------------------------------------------------
    # Actions
    # ------------------------------------------------------------------

    def get_formview_id(self, access_uid=None):
        """Open customers with the bank's form wherever a link leads to them; Contacts keeps its own form."""
        if len(self) == 1 and self.is_bank_customer and self.env.user.has_group("bank_crm.group_bank_staff"):
            return self.env.ref("bank_crm.bank_customer_view_form").id
        return super().get_formview_id(access_uid=access_uid)

    def action_open_bank_customer(self):
        """Open this contact as a customer of the bank."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.display_name,
            "res_model": "res.partner",
            "res_id": self.id,
            "views": [(self.env.ref("bank_crm.bank_customer_view_form").id, "form")],
        }

    def action_make_bank_customer(self):
        """Make this contact a customer of the bank and open him as such."""
        self.ensure_one()
        self.is_bank_customer = True
        return self.action_open_bank_customer()

    def action_view_bank_events(self):
        """Open the timeline of this customer."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("bank_crm.bank_customer_event_action")
        action["domain"] = [("partner_id", "=", self.id)]
        action["context"] = {"create": False}
        return action
