from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError

STAFF = "base.group_user"
KINDS = [
    ("complaint", "Complaint"),
    ("inquiry", "Inquiry"),
    ("suggestion", "Suggestion"),
    ("compliment", "Compliment"),
    ("service_request", "Service Request"),
]
STATES = [
    ("new", "New"),
    ("ack", "Acknowledged"),
    ("investigating", "Under Investigation"),
    ("decision", "Decision"),
    ("responded", "Answered"),
    ("closed", "Closed"),
    ("withdrawn", "Withdrawn"),
    ("forwarded", "Passed On"),
]
OUTCOMES = [
    ("upheld", "Upheld"),
    ("partly", "Partly Upheld"),
    ("not_upheld", "Not Upheld"),
    ("withdrawn", "Withdrawn"),
    ("out_of_scope", "Out of Scope"),
    ("forwarded", "Passed On"),
    ("duplicate", "Duplicate"),
    ("no_response", "No Response in Time"),
]
INTAKES = [
    ("portal", "Portal"),
    ("mail", "Email"),
    ("branch", "Branch"),
    ("phone", "Phone"),
    ("letter", "Letter"),
    ("api", "Other System"),
    ("import", "File"),
    ("regulator", "Authority"),
    ("survey", "Survey"),
    ("chat", "Chat"),
]
SEVERITIES = [("low", "Low"), ("normal", "Normal"), ("high", "High"), ("critical", "Critical")]
FINAL_STATES = ("closed", "withdrawn", "forwarded")
# Facts of the registration: whoever registers gives them, nobody changes them afterwards but by a method.
AT_REGISTRATION = {
    "kind",
    "partner_id",
    "company_id",
    "received_at",
    "forwarded_at",
    "external_ref",
    "intake",
    "is_anonymous",
}


class BankTicket(models.Model):
    """What a customer brings before the bank: complaint, inquiry, suggestion, compliment or service request.

    ``state`` is its legal life and changes by methods only (see ``bank_ticket_states.py``); ``stage_id`` is a column
    of the board without legal meaning.  ``received_at`` is when it reached the bank by any channel, and what legal
    deadlines count from; ``registered_at`` is when it was entered; ``forwarded_at`` is when an authority sent it to
    the bank.  A ticket without ``partner_id`` is anonymous, or its sender is not identified (yet).
    """

    _name = "bank.ticket"
    _description = "Ticket"
    _inherit = ["mail.thread", "mail.activity.mixin", "portal.mixin", "bank.guarded.mixin"]
    _rec_name = "number"
    _rec_names_search = ["number", "subject"]
    _order = "id desc"
    _check_company_auto = True
    _primary_email = "contact_email"
    _mail_post_access = "read"

    number = fields.Char(required=True, readonly=True, copy=False, index="trigram")
    kind = fields.Selection(selection=KINDS, required=True, default="complaint")
    subject = fields.Char(required=True)
    description = fields.Text()
    requested_remedy = fields.Text(string="Remedy Asked For", help="What the customer wants the bank to do.")
    company_id = fields.Many2one(comodel_name="res.company", required=True, default=lambda self: self.env.company)

    # Who
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Customer",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        domain=[("is_bank_customer", "=", True)],
        help="Empty: anonymous, or not identified yet.",
    )
    is_anonymous = fields.Boolean(string="Anonymous")
    contact_name = fields.Char()
    contact_email = fields.Char()
    contact_phone = fields.Char()
    lang = fields.Selection(
        selection="_selection_lang", string="Language", help="The language agreed with the complainant for letters."
    )

    # When
    received_at = fields.Datetime(
        string="Received", required=True, default=fields.Datetime.now, index=True, help="Deadlines count from here."
    )
    registered_at = fields.Datetime(
        string="Registered", required=True, readonly=True, copy=False, default=fields.Datetime.now, groups=STAFF
    )
    incident_on = fields.Date(string="Date of the Incident")
    forwarded_at = fields.Datetime(
        string="Sent by the Authority", groups=STAFF, help="When an authority passed the complaint on to the bank."
    )
    is_late_registered = fields.Boolean(
        string="Registered Late",
        compute="_compute_is_late_registered",
        store=True,
        groups=STAFF,
        help="More than a day lies between receipt and registration.",
    )

    # Where the work is
    branch_id = fields.Many2one(comodel_name="bank.branch", index="btree_not_null", check_company=True)
    team_id = fields.Many2one(
        comodel_name="bank.ticket.team",
        index="btree_not_null",
        check_company=True,
        domain=[("is_department", "=", False)],
        groups=STAFF,
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Handler",
        index="btree_not_null",
        domain=[("share", "=", False)],
        groups=STAFF,
    )
    stage_id = fields.Many2one(
        comodel_name="bank.ticket.stage",
        index="btree_not_null",
        ondelete="set null",
        group_expand="_read_group_stage_ids",
        domain="['|', ('team_ids', '=', False), ('team_ids', 'in', team_id)]",
        groups=STAFF,
    )
    severity = fields.Selection(
        selection=SEVERITIES,
        required=True,
        default="normal",
        groups=STAFF,
    )
    confidentiality = fields.Selection(
        selection=[
            ("public", "Ordinary"),
            ("restricted", "Restricted"),
            ("conduct", "Conduct of Staff"),
            ("whistle", "Confidential Reporter"),
        ],
        required=True,
        default="public",
        groups=STAFF,
        help="Restricted: its handler, team leaders and compliance. Conduct and confidential reporters: its handler, "
        "the conduct group and compliance.",
    )
    complained_user_ids = fields.Many2many(
        comodel_name="res.users",
        relation="bank_ticket_complained_user_rel",
        column1="ticket_id",
        column2="user_id",
        string="Employees Complained Of",
        groups="bank_crm_complaints.group_conduct,bank_crm.group_compliance",
        help="They see nothing of this ticket.",
    )
    is_major = fields.Boolean(string="Major", groups=STAFF)
    affected_count = fields.Integer(string="Persons", default=1, groups=STAFF)

    # Life
    state = fields.Selection(selection=STATES, required=True, readonly=True, copy=False, default="new", index=True)
    is_open = fields.Boolean(compute="_compute_is_open", store=True, string="Open")
    outcome = fields.Selection(
        selection=OUTCOMES,
        copy=False,
        groups=STAFF,
        help="The customer learns it with the answer.",
    )
    outcome_reason = fields.Text(string="Reasons", copy=False, groups=STAFF)
    relief = fields.Selection(
        selection=[
            ("monetary", "Monetary Relief"),
            ("non_monetary", "Non-monetary Relief"),
            ("explanation", "Explanation"),
            ("none", "None"),
        ],
        copy=False,
        groups=STAFF,
    )
    closed_at = fields.Datetime(string="Closed", readonly=True, copy=False)
    first_response_at = fields.Datetime(string="First Answer", readonly=True, copy=False, groups=STAFF)
    last_customer_message_at = fields.Datetime(readonly=True, copy=False, groups=STAFF)
    last_staff_message_at = fields.Datetime(readonly=True, copy=False, groups=STAFF)
    next_statutory_due_at = fields.Datetime(
        string="Legal Deadline", readonly=True, copy=False, help="The earliest legal deadline that still runs."
    )
    next_service_due_at = fields.Datetime(string="Service Deadline", readonly=True, copy=False)

    # Where it came from
    intake = fields.Selection(
        selection=INTAKES,
        string="Came In By",
        copy=False,
        default="branch",
        groups=STAFF,
    )
    external_ref = fields.Char(string="Their Reference", copy=False, groups=STAFF)
    message_key = fields.Char(readonly=True, copy=False, groups=STAFF, export_string_translation=False)
    tracking_hash = fields.Char(readonly=True, copy=False, groups="base.group_system", export_string_translation=False)
    event_ids = fields.One2many(comodel_name="bank.ticket.event", inverse_name="ticket_id", groups=STAFF)
    event_seq = fields.Integer(readonly=True, copy=False, groups=STAFF, export_string_translation=False)
    event_hash = fields.Char(readonly=True, copy=False, groups=STAFF, export_string_translation=False)

    _number_uniq = models.UniqueIndex("(company_id, number)", "Another ticket of this company has this number.")
    _external_ref_uniq = models.UniqueIndex(
        "(company_id, external_ref) WHERE external_ref IS NOT NULL",
        "Another ticket of this company has this reference.",
    )
    _message_key_uniq = models.UniqueIndex(
        "(message_key) WHERE message_key IS NOT NULL", "A ticket was made from this message."
    )
    _number_prefix_idx = models.Index("(number varchar_pattern_ops)")
    _open_statutory_idx = models.Index("(company_id, next_statutory_due_at) WHERE is_open IS TRUE")
    _partner_open_idx = models.Index("(partner_id) WHERE is_open IS TRUE")

    @api.model
    def _selection_lang(self):
        return self.env["res.lang"].get_installed()

    @api.depends("received_at", "registered_at")
    def _compute_is_late_registered(self):
        for ticket in self:
            received, registered = ticket.received_at, ticket.registered_at
            ticket.is_late_registered = bool(received and registered) and (registered - received).days >= 1

    @api.depends("state")
    def _compute_is_open(self):
        for ticket in self:
            ticket.is_open = ticket.state not in FINAL_STATES

    def _compute_access_url(self):
        result = super()._compute_access_url()
        for ticket in self:
            ticket.access_url = f"/my/tickets/{ticket.id}"
        return result

    @api.depends("number", "subject", "confidentiality")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_display_name(self):
        # A Many2one shows the name of what it points to as superuser: who may not see a ticket gets its number there.
        hidden = self._origin.sudo(False)
        hidden -= hidden._filtered_access("read")
        for ticket in self:
            shown = [ticket.number] if ticket._origin in hidden else [ticket.number, ticket.subject]
            ticket.display_name = " ".join(filter(None, shown))

    @api.model
    def _read_group_stage_ids(self, stages, domain):
        return stages.search([("active", "=", True)])

    @api.constrains("partner_id", "is_anonymous")
    def _check_anonymous(self):
        if any(ticket.is_anonymous and ticket.partner_id for ticket in self):
            raise ValidationError(self.env._("Anonymous: an anonymous ticket has no customer. Remove one of the two."))

    @api.constrains("received_at")
    def _check_received_at(self):
        if any(ticket.received_at > fields.Datetime.now() for ticket in self):
            raise ValidationError(self.env._("Received: this lies in the future. Enter when it reached the bank."))

    # ------------------------------------------------------------------
    # Registration
    # ------------------------------------------------------------------

    @api.model
    def _guarded_fields(self):
        return {
            *super()._guarded_fields(),
            *AT_REGISTRATION,
            "number",
            "registered_at",
            "closed_at",
            "first_response_at",
            "last_customer_message_at",
            "last_staff_message_at",
            "next_statutory_due_at",
            "next_service_due_at",
            "message_key",
            "tracking_hash",
            "event_seq",
            "event_hash",
        }

    @api.model
    def _check_guarded_at_registration(self, vals_list):
        names = {name for vals in vals_list for name in vals}
        names |= {key[8:] for key in self.env.context if key.startswith("default_")}
        self._check_guarded_fields(names - AT_REGISTRATION)

    @api.model_create_multi
    def create(self, vals_list):
        """Register tickets: numbers, history, clocks; as many queries for a hundred as for one."""
        if not self._is_unguarded():
            self._check_guarded_at_registration(vals_list)
        vals_list = self._prepare_registrations([dict(vals) for vals in vals_list])
        # The history of a ticket is its events; one line per record in the chatter would say the same again.
        quiet = self._unguarded().with_context(
            mail_create_nolog=True, mail_create_nosubscribe=True, tracking_disable=True
        )
        tickets = super(BankTicket, quiet).create(vals_list).with_env(self.env)
        tickets._after_registration()
        return tickets

    @api.model
    def _prepare_registrations(self, vals_list):
        """Complete the values of new tickets, for all of them at once; topics of the addon extend it."""
        by_company = {}
        for vals in vals_list:
            vals.setdefault("company_id", self.env.context.get("default_company_id") or self.env.company.id)
            by_company.setdefault(vals["company_id"], []).append(vals)
        for company_id, group in by_company.items():
            wanted = [vals for vals in group if not vals.get("number")]
            for vals, number in zip(wanted, self._next_numbers(company_id, len(wanted)), strict=True):
                vals["number"] = number
        self._complete_from_customers(vals_list)
        for vals in vals_list:
            # What will be computed, nearly always: written by the INSERT it saves an UPDATE.
            vals.update(is_open=vals.get("state") not in FINAL_STATES, is_late_registered=False)
        return vals_list

    @api.model
    def _complete_from_customers(self, vals_list):
        """Branch, language and address of the customer, where the registration does not name others."""
        ids = {vals.get("partner_id") or self.env.context.get("default_partner_id") for vals in vals_list}
        # The user's own access: who may not see the customer learns nothing from his ticket.
        customers = self.env["res.partner"].browse(filter(None, ids))
        # All of them at once: rules and the check of companies ask for more of the same customers.
        customers.fetch()
        by_id = {customer.id: customer for customer in customers}
        for vals in vals_list:
            customer = by_id.get(vals.get("partner_id") or self.env.context.get("default_partner_id"))
            if customer:
                vals.setdefault("branch_id", customer.branch_id.id)
                vals.setdefault("lang", customer.lang)
                vals.setdefault("contact_name", customer.name)
                vals.setdefault("contact_email", customer.email)
                vals.setdefault("contact_phone", customer.phone)

    def _after_registration(self):
        """What follows from a registration, for all new tickets at once; topics of the addon extend it."""
        now = fields.Datetime.now()
        self._log("registered", at=now, data=lambda ticket: {"kind": ticket.kind, "intake": ticket.intake or None})
        self._tell_customers("ticket.registered")
        self._fire("received")
        if forwarded := self.filtered("forwarded_at"):
            forwarded._fire("forwarded")

    def write(self, vals):
        if not self._is_unguarded() and {"outcome", "outcome_reason", "relief"} & vals.keys():
            self._check_outcome_is_free()
        assigned = {ticket: ticket.user_id for ticket in self} if "user_id" in vals else {}
        result = super().write(vals)
        for user, tickets in self.grouped("user_id").items() if assigned else ():
            moved = tickets.filtered(lambda ticket, user=user: assigned[ticket] != user)
            moved._log("assigned", data=lambda ticket, user=user: {"to": user.login or None})
        return result

    def _check_outcome_is_free(self):
        if closed := self.filtered(lambda ticket: not ticket.is_open):
            raise AccessError(
                self.env._(
                    "[guarded_field] Outcome: %(number)s is closed. Open it again to decide anew.",
                    number=closed[0].number,
                )
            )
