from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError

BENEFIT_FIELDS = ("benefit_use_ids", "benefit_standing")


class ResPartner(models.Model):
    """What a customer is entitled to, and what he has used of it this year."""

    _inherit = "res.partner"

    benefit_use_ids = fields.One2many(
        comodel_name="bank.benefit.use", inverse_name="partner_id", string="Uses of Benefits"
    )
    benefit_standing = fields.Html(string="Benefits", compute="_compute_benefit_standing", sanitize=False)

    @api.model
    def _is_for_bank_staff(self, field):
        return field.name in BENEFIT_FIELDS or super()._is_for_bank_staff(field)

    def _bank_benefits(self, day=None):
        """Return what a customer is entitled to on a day, with what is left of it.

        :return: list of ``{"benefit", "tier", "until", "quota", "used", "remaining"}``; ``until`` is the last day of a
            run-off or None, ``remaining`` None where there is no limit
        """
        self.ensure_one()
        day = day or self.env["bank.run"]._today()
        used = self.env["bank.benefit.year"]._used(self, day.year)
        entitlements = self.env["bank.benefit"]._entitlements(self, day)
        return [
            {
                "benefit": benefit,
                "tier": tier,
                "until": until,
                "quota": benefit.quota_per_year,
                "used": used.get(benefit.id, 0),
                "remaining": max(benefit.quota_per_year - used.get(benefit.id, 0), 0)
                if benefit.quota_per_year
                else None,
            }
            for benefit, (tier, until) in sorted(
                entitlements.items(), key=lambda item: (item[0].sequence, item[0].name, item[0].id)
            )
        ]

    @api.depends("tier_id", "tier_history_ids", "benefit_use_ids")
    @api.depends_context("lang")
    def _compute_benefit_standing(self):
        for partner in self:
            rows = partner._origin._bank_benefits() if partner._origin and partner.is_bank_customer else []
            partner.benefit_standing = self._render_benefits(rows) if rows else False

    def _render_benefits(self, rows):
        heads = (
            self.env._("Benefit"),
            self.env._("By Tier"),
            self.env._("Used this Year"),
            self.env._("Left"),
            self.env._("Until"),
        )
        head = Markup().join(Markup("<th>%s</th>") % text for text in heads)
        body = Markup().join(
            Markup("<tr>%s</tr>") % Markup().join(Markup("<td>%s</td>") % text for text in self._benefit_cells(row))
            for row in rows
        )
        return Markup('<table class="table table-sm mb-0"><thead><tr>%s</tr></thead><tbody>%s</tbody></table>') % (
            head,
            body,
        )

    def _benefit_cells(self, row):
        benefit = row["benefit"]
        if not benefit.is_counted:
            left = self.env._("always")
        elif row["remaining"] is None:
            left = self.env._("no limit")
        else:
            left = self.env._("%(left)s of %(quota)s", left=row["remaining"], quota=row["quota"])
        until = row["until"] and fields.Date.to_string(row["until"])
        return benefit.name, row["tier"].name, row["used"] if benefit.is_counted else "", left, until or ""

    def action_use_benefit(self):
        """Open the wizard that records a use of a benefit by this customer."""
        self.ensure_one()
        self.env["bank.benefit.use"]._check_recorder()
        if not any(row["benefit"].is_counted for row in self._bank_benefits()):
            raise UserError(self.env._("The customer is entitled to no benefit of which uses are recorded."))
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Use a Benefit"),
            "res_model": "bank.benefit.use.new",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_partner_id": self.id},
        }
