from odoo import api, fields, models

PASSIVE_KINDS = "interest,dividend,fee,tax,reversal,salary,payment_in,transfer_in,loan_repayment"
OVERRIDE_DAYS = 180


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    bank_passive_kinds = fields.Char(
        string="Postings by Others",
        config_parameter="bank_crm.passive_transaction_kinds",
        default=PASSIVE_KINDS,
        help="Kinds of postings without the customer's own doing, separated by commas: they are no sign of life.",
    )

    bank_lifecycle_override_days = fields.Integer(
        string="Longest Lifecycle Override",
        config_parameter="bank_crm.lifecycle_override_days",
        default=OVERRIDE_DAYS,
        help="Days for which a stage may be set against the rules.",
    )

    @api.model
    def _bank_lifecycle_override_days(self):
        # sudo: ir.config_parameter - one setting of this addon
        value = self.env["ir.config_parameter"].sudo().get_param("bank_crm.lifecycle_override_days")
        return int(value) if str(value).isdigit() else OVERRIDE_DAYS

    @api.model
    def _bank_passive_kinds(self):
        """Return the kinds of ``bank.transaction`` that come without the customer's own doing."""
        # sudo: ir.config_parameter - one setting of this addon
        text = self.env["ir.config_parameter"].sudo().get_param("bank_crm.passive_transaction_kinds", PASSIVE_KINDS)
        return [kind.strip() for kind in (text or "").split(",") if kind.strip()]
