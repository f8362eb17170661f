from odoo import api, fields, models
from odoo.tools import SQL
from odoo.tools.sql import column_exists, create_column

NAMELESS = "C***"


class ResPartner(models.Model):
    """Names of customers in the links of other records.

    The web client shows the name behind a link whether or not the user may open the contact: the ORM reads names of
    linked records without rules.  Whoever can make or read a record with a link to a contact would so learn the
    name of any customer from his id.  Customers whom the user may not see have their masked number for a name.
    """

    _inherit = "res.partner"

    bank_customer_id = fields.Many2one(
        comodel_name="res.partner",
        string="Belongs to Customer",
        compute="_compute_bank_customer_id",
        compute_sudo=True,
        recursive=True,
        store=True,
        export_string_translation=False,
        help="The customer whose address or contact person this is.",
    )

    _customer_contact_idx = models.Index("(bank_customer_id) WHERE bank_customer_id IS NOT NULL")

    def _auto_init(self):
        """Fill the new column at once: computing it one by one would take minutes where there are many contacts."""
        if not column_exists(self.env.cr, self._table, "bank_customer_id"):
            create_column(self.env.cr, self._table, "bank_customer_id", "int4")
            if column_exists(self.env.cr, self._table, "is_bank_customer"):
                self._fill_bank_customer_id()
        return super()._auto_init()

    def _fill_bank_customer_id(self):
        self.env.execute_query(
            SQL(
                """
                WITH RECURSIVE below(id, customer_id) AS (
                    SELECT child.id, parent.id FROM res_partner child
                      JOIN res_partner parent ON parent.id = child.parent_id AND parent.is_bank_customer
                     UNION
                    SELECT child.id, below.customer_id FROM res_partner child
                      JOIN below ON below.id = child.parent_id
                      JOIN res_partner parent ON parent.id = below.id AND parent.is_bank_customer IS NOT TRUE
                )
                UPDATE res_partner SET bank_customer_id = below.customer_id FROM below
                 WHERE below.id = res_partner.id RETURNING 1
                """
            )
        )

    @api.depends("parent_id.is_bank_customer", "parent_id.bank_customer_id")
    def _compute_bank_customer_id(self):
        for partner in self:
            parent = partner.parent_id
            partner.bank_customer_id = parent if parent.is_bank_customer else parent.bank_customer_id

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_display_name(self):
        result = super()._compute_display_name()
        for partner in self._hidden_customers():
            partner.display_name = partner._masked_display_name()
        return result

    def _hidden_customers(self):
        """Return the customers among these contacts whom the user may not see, whoever reads them for him."""
        if self.env.user._is_superuser():
            return self.browse()
        known = self._origin
        if not known:
            return self.browse()
        seen = set(known.sudo(False)._filtered_access("read")._ids)
        hidden = self.filtered(lambda partner: partner._origin and partner._origin.id not in seen)
        # sudo: res.partner - which of them are customers; what they are called stays with the rules
        return hidden.filtered(lambda partner: partner._origin.sudo().is_bank_customer)

    def _masked_display_name(self):
        number = self._origin.sudo().customer_number  # sudo: res.partner - two digits of it are shown
        return f"{number[:1]}***{number[-2:]}" if number and len(number) > 4 else NAMELESS
