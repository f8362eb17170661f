from odoo import api, fields, models
from odoo.tools import SQL


class BankMonthStale(models.Model):
    """Months of a customer that have to be computed anew: a fact that they were computed from came late or changed.

    Written by whoever writes such a fact, in the same transaction; emptied by the run ``months``. The months that run
    and those that were never computed need no row: the night computes them anyway.
    """

    _name = "bank.month.stale"
    _description = "Month to Compute Anew"
    _order = "id"
    _rec_name = "month"

    partner_id = fields.Many2one(
        comodel_name="res.partner", string="Customer", required=True, readonly=True, ondelete="cascade"
    )  # indexed by _partner_month_uniq
    month = fields.Date(required=True, readonly=True)
    reason = fields.Selection(
        selection=[
            ("late_balance", "Late Balance"),
            ("changed_balance", "Corrected Balance"),
            ("late_posting", "Late Posting"),
            ("changed_posting", "Corrected Posting"),
            ("changed_holding", "Changed Holding or Owner"),
            ("merge", "Merge"),
            ("request", "Asked for by Hand"),
        ],
        required=True,
        readonly=True,
    )

    _partner_month_uniq = models.UniqueIndex("(partner_id, month)")

    @api.model
    def _mark(self, reason, touched):
        """Note the computed months that facts touch, for every owner of the holdings; set-based.

        :param reason: code of the selection ``reason``
        :param touched: :class:`odoo.tools.SQL` giving (holding_id, first day touched, last day touched or NULL for
            "until now")
        :return: number of months noted
        """
        return len(
            self.env.execute_query(
                SQL(
                    """
                    INSERT INTO bank_month_stale (partner_id, month, reason,
                                                  create_uid, create_date, write_uid, write_date)
                    SELECT DISTINCT figures.partner_id, figures.month, %(reason)s,
                           %(uid)s::int, now() AT TIME ZONE 'UTC', %(uid)s::int, now() AT TIME ZONE 'UTC'
                      FROM (%(touched)s) AS touched(holding_id, first_on, last_on)
                      JOIN bank_holding_party party ON party.holding_id = touched.holding_id
                       AND party.role IN ('owner', 'joint')
                      JOIN bank_customer_month figures ON figures.partner_id = party.partner_id
                       AND figures.month >= date_trunc('month', touched.first_on)
                       AND figures.month <= COALESCE(touched.last_on, 'infinity')
                     WHERE figures.state = 'closed'
                    ON CONFLICT (partner_id, month) DO NOTHING
                 RETURNING id
                    """,
                    reason=reason,
                    uid=self.env.uid,
                    touched=touched,
                )
            )
        )
