from dateutil.relativedelta import relativedelta

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

    # Not unique: a row is added even where one waits already, since the run that empties the table may at this moment
    # be computing from what it read before the new fact.
    _partner_month_idx = models.Index("(partner_id, month)")

    @api.model
    def _mark(self, reason, touched):
        """Note the months over that facts touch, for every owner of the holdings; set-based.

        Months that have figures are noted, and those without any of a customer who has figures of others, as far back
        as the night computes them at first: a history that arrives late. Who has none yet is new to the night anyway.

        :param reason: code of the selection ``reason``
        :param touched: :class:`odoo.tools.SQL` giving (holding_id, first day touched, last day touched or NULL for
            "until now")
        :return: number of months noted
        """
        self.env["bank.holding.party"].flush_model(["holding_id", "partner_id", "role"])
        this_month = self.env["bank.run"]._today().replace(day=1)
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO bank_month_stale (partner_id, month, reason,
                                              create_uid, create_date, write_uid, write_date)
                SELECT DISTINCT party.partner_id, month.month::date, %(reason)s,
                       %(uid)s::int, now() AT TIME ZONE 'UTC', %(uid)s::int, now() AT TIME ZONE 'UTC'
                  FROM (
                    SELECT DISTINCT holding_id, date_trunc('month', first_on)::date AS first_on,
                           date_trunc('month', COALESCE(last_on, %(this_month)s))::date AS last_on
                      FROM (%(touched)s) AS fact(holding_id, first_on, last_on)
                  ) AS touched
                  JOIN bank_holding_party party ON party.holding_id = touched.holding_id
                   AND party.role IN ('owner', 'joint')
                 CROSS JOIN LATERAL (
                    SELECT month FROM bank_customer_month figures
                     WHERE figures.partner_id = party.partner_id AND figures.state = 'closed'
                       AND figures.month BETWEEN touched.first_on AND touched.last_on
                     UNION
                    SELECT generate_series(GREATEST(touched.first_on, %(oldest)s),
                                           LEAST(touched.last_on, %(this_month)s::date - 1), '1 month')::date
                     WHERE EXISTS (SELECT 1 FROM bank_customer_month figures
                                    WHERE figures.partner_id = party.partner_id)
                  ) AS month(month)
                 WHERE touched.first_on < %(this_month)s
                """,
                reason=reason,
                uid=self.env.uid,
                touched=touched,
                this_month=this_month,
                oldest=this_month - relativedelta(months=self.env.company.bank_months_back),
            )
        )
        return self.env.cr.rowcount

    @api.model
    def _empty(self, partner_ids, run=None):
        """Compute the noted months of customers anew and forget the notes; return the number of rows written.

        The notes that this transaction sees are the ones it forgets; those that come in meanwhile stay for later.
        """
        self.flush_model()
        noted = self.env.execute_query(
            SQL("SELECT id, partner_id FROM bank_month_stale WHERE partner_id = ANY(%s)", list(partner_ids))
        )
        if not noted:
            return 0
        ids = [row[0] for row in noted]
        written = self.env["bank.customer.month"]._compute_wanted(
            SQL(
                """SELECT partner_id, month, (array_agg(reason ORDER BY reason = 'request' DESC, id))[1] AS reason
                     FROM bank_month_stale WHERE id = ANY(%s) GROUP BY partner_id, month""",
                ids,
            ),
            run=run,
        )
        self.env.execute_query(SQL("DELETE FROM bank_month_stale WHERE id = ANY(%s) RETURNING 1", ids))
        self.invalidate_model()
        return written
