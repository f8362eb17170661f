from odoo import api, fields, models, tools
from odoo.exceptions import ValidationError

AXES = [
    ("channel", "Channel"),
    ("product", "Product"),
    ("cause", "Cause"),
]

# What the callers of the integration methods call the code of each axis.
_FIELD_OF_AXIS = {"channel": "channel_code", "product": "product_code", "cause": "cause_code"}

# By which channel a ticket came in when nobody says more than how it was entered.
_CHANNEL_OF_INTAKE = {
    "portal": "A01031",
    "mail": "A01039M",
    "branch": "A0101",
    "phone": "A01032",
    "letter": "A0199L",
    "api": "A01039",
    "import": "A01039",
    "regulator": "A0199R",
    "survey": "A01039",
    "chat": "A01034",
}


class BankTicketTaxon(models.Model):
    """A place in one of the three trees by which tickets are classified: channel, product, cause.

    The bank keeps one tree an axis; what a regulator calls a place, and since when, is in ``map_ids``. The shipped
    trees follow JR/T 0169-2018, in which "other" ends in 9 or 99. A bank may divide the places further: a place
    without a code of its own for a regulator is reported under the code of the nearest one above it.
    """

    _name = "bank.ticket.taxon"
    _description = "Ticket Classification"
    _parent_name = "parent_id"
    _parent_store = True
    _order = "axis, sequence, code, id"
    _rec_names_search = ["code", "name"]

    axis = fields.Selection(selection=AXES, required=True, index=True)
    code = fields.Char(
        required=True, copy=False, help="Stable code by which other systems name this place; unique in its tree."
    )
    name = fields.Char(required=True, translate=True)
    complete_name = fields.Char(string="Path", compute="_compute_complete_name", recursive=True)
    parent_id = fields.Many2one(
        comodel_name="bank.ticket.taxon",
        string="Above",
        index=True,
        ondelete="restrict",
        domain="[('axis', '=', axis)]",
    )
    parent_path = fields.Char(index=True)
    child_ids = fields.One2many(comodel_name="bank.ticket.taxon", inverse_name="parent_id", string="Divided Into")
    is_conduct = fields.Boolean(
        string="Concerns Staff Conduct",
        help="A complaint with this cause is about how staff behaved: the customer's relationship manager must not"
        " handle it.",
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)

    _code_uniq = models.UniqueIndex("(axis, code)", "Another place of this tree has this code.")

    # ------------------------------------------------------------------
    # Names and consistency
    # ------------------------------------------------------------------

    @api.depends("name", "parent_id.complete_name")
    @api.depends_context("lang")
    def _compute_complete_name(self):
        for taxon in self:
            above = taxon.parent_id.complete_name
            taxon.complete_name = f"{above} / {taxon.name}" if above else taxon.name

    @api.depends("name", "code")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for taxon in self:
            taxon.display_name = f"{taxon.code} {taxon.name}" if taxon.code else taxon.name

    @api.constrains("parent_id", "axis")
    def _check_tree(self):
        if self._has_cycle():
            raise ValidationError(self.env._("Above: a place cannot stand above itself. Choose another one."))
        for taxon in self:
            if any(other.axis != taxon.axis for other in taxon.parent_id | taxon.child_ids):
                raise ValidationError(
                    self.env._(
                        "Axis: %(taxon)s hangs in the tree of another axis. Choose a place of the same axis above it.",
                        taxon=taxon.display_name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        taxa = super().create(vals_list)
        self._clear_code_cache()
        return taxa

    def write(self, vals):
        result = super().write(vals)
        if {"axis", "code", "active"} & vals.keys():
            self._clear_code_cache()
        return result

    def unlink(self):
        self._clear_code_cache()
        return super().unlink()

    @api.model
    def _clear_code_cache(self):
        self.env.registry.clear_cache()

    # ------------------------------------------------------------------
    # Codes given by callers
    # ------------------------------------------------------------------

    @api.model
    @tools.ormcache("axis")
    def _ids_by_code(self, axis):
        """Return ``{code: id}`` of the active places of a tree."""
        # sudo: bank.ticket.taxon - the cache is shared by all users; codes of the configuration are no secret
        taxa = self.sudo().search([("axis", "=", axis)])
        return {taxon.code: taxon.id for taxon in taxa}

    @api.model
    def _resolve(self, axis, codes):
        """Find places by the codes that another system gave.

        :param str axis: ``channel``, ``product`` or ``cause``
        :param codes: iterable of codes, empty ones are passed over
        :return: dictionary code -> id of the place
        :raises ValidationError: ``[unknown_code]`` naming the field of the integration methods and all unknown codes
        """
        known = self._ids_by_code(axis)
        wanted = {code for code in codes if code}
        if unknown := sorted(code for code in wanted if code not in known):
            raise ValidationError(
                self.env._(
                    "[unknown_code] %(field)s: no active %(axis)s has the code %(codes)s. Take one from the list "
                    "under Configuration, Classification.",
                    field=_FIELD_OF_AXIS[axis],
                    axis=dict(self._fields["axis"]._description_selection(self.env))[axis],
                    codes=", ".join(unknown),
                )
            )
        return {code: known[code] for code in wanted}

    @api.model
    def _channel_for_intake(self, intake):
        """Return the id of the channel to take when a ticket says only how it was entered.

        :param str intake: value of ``bank.ticket.intake``
        :return: id, or False where the bank has archived that channel
        """
        return self._ids_by_code("channel").get(_CHANNEL_OF_INTAKE.get(intake), False)
