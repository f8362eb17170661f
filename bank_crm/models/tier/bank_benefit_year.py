from odoo import api, fields, models
from odoo.tools import SQL


class BankBenefitYear(models.Model):
    """How often a customer has used a benefit in a calendar year: the count that the quota is held against.

    The count and the use are written in one transaction; two uses at the same time meet in this row, so that the
    quota holds however many ask at once.
    """

    _name = "bank.benefit.year"
    _description = "Benefit in a Year"
    _order = "year desc, partner_id, benefit_id"
    _rec_name = "benefit_id"

    partner_id = fields.Many2one(
        comodel_name="res.partner", string="Customer", required=True, readonly=True, ondelete="restrict"
    )  # indexed by _partner_benefit_uniq
    company_id = fields.Many2one(related="partner_id.company_id")
    benefit_id = fields.Many2one(
        comodel_name="bank.benefit", required=True, readonly=True, index=True, ondelete="restrict"
    )
    year = fields.Integer(required=True, readonly=True, aggregator=None)
    used = fields.Integer(required=True, readonly=True, default=0)

    _partner_benefit_uniq = models.UniqueIndex(
        "(partner_id, benefit_id, year)", "The customer has a count of this benefit and year already."
    )
    _used_check = models.Constraint("CHECK(used >= 0)", "Used: more was taken back than was used.")

    @api.model
    def _count(self, partner, benefit, year, quantity):
        """Add uses to the count of a year; under the quota where the benefit has one.

        PostgreSQL holds a second caller at the row until the first one has ended; the second one's request is
        repeated by Odoo and then sees the first one's use.

        :param quantity: uses from 1
        :return: the count afterwards, or None where the quota does not allow it (nothing is written then)
        """
        quota = benefit.quota_per_year
        if quota and quantity > quota:
            return None
        rows = self.env.execute_query(
            SQL(
                """
                INSERT INTO bank_benefit_year AS counted (partner_id, benefit_id, year, used,
                                                          create_uid, create_date, write_uid, write_date)
                VALUES (%(partner)s, %(benefit)s, %(year)s, %(quantity)s,
                        %(uid)s, now() AT TIME ZONE 'UTC', %(uid)s, now() AT TIME ZONE 'UTC')
                ON CONFLICT (partner_id, benefit_id, year) DO UPDATE
                   SET used = counted.used + EXCLUDED.used, write_uid = EXCLUDED.write_uid,
                       write_date = EXCLUDED.write_date
                 WHERE %(quota)s = 0 OR counted.used + EXCLUDED.used <= %(quota)s
             RETURNING used
                """,
                partner=partner.id,
                benefit=benefit.id,
                year=year,
                quantity=quantity,
                quota=quota,
                uid=self.env.uid,
            )
        )
        self.invalidate_model(["used"])
        return rows[0][0] if rows else None

    @api.model
    def _uncount(self, partner, benefit, year, quantity):
        """Take uses off the count of a year."""
        self.env.execute_query(
            SQL(
                """UPDATE bank_benefit_year SET used = used - %s, write_uid = %s, write_date = now() AT TIME ZONE 'UTC'
                    WHERE partner_id = %s AND benefit_id = %s AND year = %s RETURNING 1""",
                quantity,
                self.env.uid,
                partner.id,
                benefit.id,
                year,
            )
        )
        self.invalidate_model(["used"])

    @api.model
    def _used(self, partner, year):
        """Return ``{benefit id: uses}`` of a customer in a year."""
        # sudo: bank.benefit.year - counts of a customer whom the caller has open
        rows = self.sudo().search([("partner_id", "=", partner.id), ("year", "=", year)])
        return {row.benefit_id.id: row.used for row in rows}
