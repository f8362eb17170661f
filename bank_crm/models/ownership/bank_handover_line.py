from odoo import api, fields, models
from odoo.tools import SQL


class BankHandoverLine(models.Model):
    """One customer of a hand-over: who takes him on, and what the taker has to know."""

    _name = "bank.handover.line"
    _description = "Hand-over of a Customer"
    _inherit = ["bank.guarded.mixin", "bank.customer.bound.mixin"]
    _order = "handover_id desc, id"
    _rec_name = "partner_id"

    handover_id = fields.Many2one(
        comodel_name="bank.handover", string="Hand-over", required=True, index=True, ondelete="cascade"
    )
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Customer",
        required=True,
        index=True,
        ondelete="restrict",
        domain="[('is_bank_customer', '=', True), ('looked_after_by_ids', 'in', from_user_id)]",
    )
    from_user_id = fields.Many2one(related="handover_id.from_user_id")
    role = fields.Selection(
        selection=[("primary", "Primary"), ("backup", "Backup"), ("specialist", "Specialist")],
        required=True,
        readonly=True,
        default="primary",
        help="What the giver is for this customer, and the receiver becomes.",
    )
    to_user_id = fields.Many2one(
        comodel_name="res.users",
        string="To",
        index="btree_not_null",
        ondelete="restrict",
        domain="[('share', '=', False), ('id', '!=', from_user_id)]",
    )
    note = fields.Text(string="Summary", help="What matters about this customer now.")
    promises = fields.Text(help="What has been promised to him, and until when.")
    joint_visit_on = fields.Date(
        string="Joint Visit", help="The receiver gets a task on this day to meet the customer together."
    )
    company_id = fields.Many2one(related="handover_id.company_id", store=True)
    handover_state = fields.Selection(related="handover_id.state", string="State of the Hand-over")
    state = fields.Selection(
        selection=[
            ("pending", "To Do"),
            ("moved", "Moved"),
            ("skipped", "Not Moved"),
            ("returned", "Returned"),
            ("kept", "Stayed"),
        ],
        required=True,
        readonly=True,
        default="pending",
        help="Not moved: he was not the giver's customer any more. Stayed: on the day of the return he was not the "
        "stand-in's any more.",
    )
    moved_at = fields.Datetime(readonly=True, copy=False)

    _customer_uniq = models.UniqueIndex(
        "(handover_id, partner_id)", "Customer: he is on the list of this hand-over already."
    )
    _todo_idx = models.Index("(handover_id, state, id)")

    @api.model
    def _guarded_fields(self):
        return {"state", "moved_at", "role"}

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        if not self._is_unguarded():
            lines.handover_id._check_draft()
        return lines

    def write(self, vals):
        if vals and not self._is_unguarded():
            self.handover_id._check_draft()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_begun(self):
        self.handover_id._unlink_except_begun()

    @api.model
    def _load(self, handover):
        """Insert the customers whom the giver of ``handover`` looks after, as far as the user may see them.

        Customers whose processing is restricted come along unseen: their lines are as hidden as they are, and when the
        giver leaves nobody is left behind with him.
        """
        self.env.flush_all()
        visible = self.env["res.partner"]._search([("looked_after_by_ids", "in", handover.from_user_id.ids)])
        self.env.execute_query(
            SQL(
                """INSERT INTO bank_handover_line (handover_id, partner_id, role, state, company_id, create_uid,
                          create_date, write_uid, write_date)
                   SELECT DISTINCT ON (partner_id) %(handover)s, partner_id, role, 'pending', %(company)s, %(uid)s,
                          %(now)s, %(uid)s, %(now)s
                     FROM bank_assignment
                    WHERE user_id = %(giver)s AND date_to IS NULL
                      AND (partner_id IN %(visible)s
                           OR partner_id IN (SELECT id FROM res_partner WHERE is_restricted IS TRUE))
                      AND (company_id IS NULL OR company_id = %(company)s)
                    ORDER BY partner_id, role = 'primary' DESC, id
                       ON CONFLICT DO NOTHING
                RETURNING 1""",
                handover=handover.id,
                company=handover.company_id.id,
                giver=handover.from_user_id.id,
                visible=visible.subselect(),
                uid=self.env.uid,
                now=self.env.cr.now(),
            )
        )
        handover.invalidate_recordset()

    @api.model
    def _distribute(self, handover):
        """Fill in the receivers of the lines without one: the one with the fewest customers gets the next one.

        The customers are dealt out by their assets, so that everybody gets large and small ones.
        """
        self.env.flush_all()
        lines = self.env.execute_query(
            SQL(
                """SELECT line.id FROM bank_handover_line line
                     LEFT JOIN bank_financial_profile profile ON profile.partner_id = line.partner_id
                    WHERE line.handover_id = %s AND line.to_user_id IS NULL
                    ORDER BY profile.aum DESC NULLS LAST, line.id""",
                handover.id,
            )
        )
        loads = self.env["bank.assignment.rule"]._loads(handover.receiver_ids)
        for (user_id,) in self.env.execute_query(
            SQL(
                "SELECT to_user_id FROM bank_handover_line WHERE handover_id = %s AND to_user_id IS NOT NULL",
                handover.id,
            )
        ):
            if user_id in loads:
                loads[user_id] += 1
        takers = self.env["bank.assignment.rule"]._deal_least_loaded(loads, len(lines))
        self.env.execute_query(
            SQL(
                """UPDATE bank_handover_line SET to_user_id = deal.user_id, write_uid = %s, write_date = %s
                     FROM unnest(%s::int[], %s::int[]) AS deal(id, user_id)
                    WHERE bank_handover_line.id = deal.id RETURNING 1""",
                self.env.uid,
                self.env.cr.now(),
                [row[0] for row in lines],
                takers,
            )
        )
        self.invalidate_model()
        handover.invalidate_recordset()

    @api.model
    def _distribute_hidden(self, handover):
        """Give the customers whom nobody could choose a receiver for to those who receive the others."""
        # sudo: bank.handover.line - lines of customers whose processing is restricted
        if self.sudo().search_count([("handover_id", "=", handover.id), ("to_user_id", "=", False)], limit=1):
            if not handover.receiver_ids:
                handover._unguarded().receiver_ids = handover._receivers()
            self._distribute(handover)
