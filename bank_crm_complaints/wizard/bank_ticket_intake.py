from odoo import api, fields, models
from odoo.fields import Domain

from odoo.addons.bank_crm.tools import sealing

FOUND_SHOWN = 8
STEPS = [("who", "Who"), ("what", "What Happened"), ("check", "Read Back"), ("done", "Receipt")]


class BankTicketIntake(models.TransientModel):
    """Registration at the counter, on the telephone and of letters, step by step, ending with a receipt.

    The clerk asks only for what the bank does not know (China: Order 2020 No. 3, art. 13): of a customer no name,
    address or contract is entered.  Whoever takes in a confidential report need not be able to see it afterwards.  The
    tracking code is shown here and on the receipt, and is stored encrypted until the wizard is closed.
    """

    _name = "bank.ticket.intake"
    _description = "New Ticket"
    _inherit = ["bank.text.masking.mixin"]

    _masked_text_fields = ("subject", "description", "requested_remedy")

    step = fields.Selection(selection=STEPS, required=True, default="who", readonly=True)

    # How it came
    intake = fields.Selection(
        selection=[("branch", "At a Branch"), ("phone", "By Telephone"), ("letter", "By Letter")],
        string="Came In",
        required=True,
        default="branch",
    )
    received_at = fields.Datetime(
        string="Received",
        required=True,
        default=fields.Datetime.now,
        help="When it reached the bank: for a letter, the day on which it arrived. Deadlines count from here.",
    )
    company_id = fields.Many2one(comodel_name="res.company", required=True, default=lambda self: self.env.company)
    branch_id = fields.Many2one(
        comodel_name="bank.branch",
        default=lambda self: self.env.user.bank_branch_id,
        help="The branch that the matter concerns. Empty: the customer's.",
    )

    # Who
    complainant = fields.Selection(
        selection=[
            ("customer", "A customer"),
            ("behalf", "Somebody on behalf of a customer"),
            ("other", "Not a customer"),
            ("anonymous", "Wants to stay anonymous"),
        ],
        string="Who Speaks",
        required=True,
        default="customer",
    )
    search_text = fields.Char(string="Find Customer", help="Number, name, telephone number or email address.")
    found_ids = fields.Many2many(comodel_name="res.partner", compute="_compute_found_ids")
    partner_id = fields.Many2one(
        comodel_name="res.partner", string="Customer", domain=[("is_bank_customer", "=", True)]
    )
    open_ticket_ids = fields.Many2many(
        comodel_name="bank.ticket", compute="_compute_open_ticket_ids", string="Open Tickets of the Customer"
    )
    contact_name = fields.Char(string="Name")
    contact_phone = fields.Char(string="Telephone")
    contact_email = fields.Char(string="Email")
    lang = fields.Selection(
        selection=lambda self: self.env["res.lang"].get_installed(),
        string="Language",
        required=True,
        compute="_compute_lang",
        store=True,
        precompute=True,
        readonly=False,
        help="The language of the receipt and of letters.",
    )

    # On behalf of the customer
    party_role = fields.Selection(
        selection=[("agent", "Agent"), ("heir", "Heir"), ("representative", "Representative of a Group")],
        string="Acts As",
        default="agent",
    )
    authority_ids = fields.Many2many(
        comodel_name="ir.attachment",
        help="Signed authority and identity document of the agent, or proof of inheritance. Letters go to this person "
        "once they are there.",
    )

    # What
    kind = fields.Selection(
        selection=lambda self: self.env["bank.ticket"]._fields["kind"]._description_selection(self.env),
        required=True,
        default="complaint",
    )
    subject = fields.Char(help="In a few words.")
    description = fields.Text(string="What Happened")
    incident_on = fields.Date(string="Happened On")
    requested_remedy = fields.Text(string="What the Customer Asks For")
    holding_id = fields.Many2one(comodel_name="bank.holding", string="Account or Contract")
    product_taxon_id = fields.Many2one(
        comodel_name="bank.ticket.taxon", string="Product", domain=[("axis", "=", "product")]
    )
    cause_taxon_id = fields.Many2one(comodel_name="bank.ticket.taxon", string="Cause", domain=[("axis", "=", "cause")])
    channel_id = fields.Many2one(
        comodel_name="bank.ticket.taxon",
        domain=[("axis", "=", "channel")],
        help="By which channel the business was done that the ticket is about.",
    )
    severity = fields.Selection(
        selection=lambda self: self.env["bank.ticket"]._fields["severity"]._description_selection(self.env),
        required=True,
        default="normal",
    )
    affected_count = fields.Integer(string="Persons", default=1)
    confidentiality = fields.Selection(
        selection=lambda self: self.env["bank.ticket"]._fields["confidentiality"]._description_selection(self.env),
        required=True,
        compute="_compute_confidentiality",
        store=True,
        precompute=True,
        readonly=False,
    )
    complained_user_ids = fields.Many2many(
        comodel_name="res.users",
        relation="bank_ticket_intake_complained_rel",
        string="Employees Complained Of",
        domain=[("share", "=", False)],
    )

    # Check
    existing_ids = fields.Many2many(
        comodel_name="bank.ticket", compute="_compute_existing_ids", string="Perhaps the Same Matter"
    )
    read_back = fields.Text(compute="_compute_read_back", string="Read Out")
    is_confirmed = fields.Boolean(string="Read Out and Confirmed")

    # Receipt
    ticket_id = fields.Many2one(comodel_name="bank.ticket", readonly=True, ondelete="cascade")
    number = fields.Char(readonly=True)
    is_visible = fields.Boolean(compute="_compute_is_visible")
    tracking_encrypted = fields.Char(groups=fields.NO_ACCESS)
    tracking_code = fields.Char(compute="_compute_tracking_code")

    # ------------------------------------------------------------------
    # Computes
    # ------------------------------------------------------------------

    @api.depends("search_text")
    def _compute_found_ids(self):
        for intake in self:
            text = (intake.search_text or "").strip()
            found = self.env["res.partner"].search(self._customer_domain(text), limit=FOUND_SHOWN) if text else False
            intake.found_ids = found

    @api.model
    def _customer_domain(self, text):
        """Return the domain of the customers whom somebody means by ``text``."""
        digits = "".join(character for character in text if character.isdigit() or character == "+")
        meant = Domain("customer_number", "=", text) | Domain("email_normalized", "=", text.lower())
        if len(digits) >= 6:
            meant |= Domain("phone_sanitized", "=like", f"%{digits.lstrip('+')}")
        if not text.isdigit():
            meant |= Domain("complete_name", "ilike", text)
        return Domain("is_bank_customer", "=", True) & meant

    @api.onchange("search_text")
    def _onchange_search_text(self):
        if len(self.found_ids) == 1:
            self.partner_id = self.found_ids

    @api.depends("partner_id")
    def _compute_open_ticket_ids(self):
        tickets = self.env["bank.ticket"]
        for intake in self:
            domain = [("partner_id", "in", intake.partner_id._origin.ids), ("is_open", "=", True)]
            intake.open_ticket_ids = tickets.search(domain, limit=20) if intake.partner_id else False

    @api.depends("partner_id")
    def _compute_lang(self):
        for intake in self:
            intake.lang = intake.partner_id.lang or intake.lang or self.env.lang or "en_US"

    @api.depends("complained_user_ids")
    def _compute_confidentiality(self):
        for intake in self:
            if intake.complained_user_ids and intake.confidentiality in (False, "public", "restricted"):
                intake.confidentiality = "conduct"
            else:
                intake.confidentiality = intake.confidentiality or "public"

    @api.depends("step", "partner_id", "product_taxon_id", "subject", "description")
    def _compute_existing_ids(self):
        for intake in self:
            vals = {
                "partner_id": intake.partner_id._origin.id,
                "product_taxon_id": intake.product_taxon_id._origin.id,
                "subject": intake.subject,
                "description": intake.description,
            }
            intake.existing_ids = self.env["bank.ticket"]._find_existing([vals])[0] - intake.ticket_id._origin

    @api.depends("ticket_id")
    def _compute_is_visible(self):
        for intake in self:
            intake.is_visible = bool(intake.ticket_id._filtered_access("read"))

    @api.depends("tracking_encrypted")
    def _compute_tracking_code(self):
        # sudo: bank.ticket.intake - the code is for whoever registers the ticket, to hand it to the customer
        for intake in self.sudo():
            intake.tracking_code = sealing.decrypt(intake.tracking_encrypted) if intake.tracking_encrypted else False
