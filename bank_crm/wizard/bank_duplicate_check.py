from odoo import api, fields, models
from odoo.exceptions import UserError

REASONS = ("document", "email", "name_birthdate", "phone")


class BankDuplicateCheck(models.TransientModel):
    """Shows who may be the same customer. Of customers whom the user may not see, only their branch is shown."""

    _name = "bank.duplicate.check"
    _description = "Possible Duplicates of a Customer"

    partner_id = fields.Many2one(comodel_name="res.partner", string="Customer", required=True, readonly=True)
    line_ids = fields.One2many(comodel_name="bank.duplicate.check.line", inverse_name="check_id", readonly=True)
    has_stubs = fields.Boolean(compute="_compute_has_stubs")
    reason = fields.Char(
        string="Why the Customer Should Be Yours", help="Is sent with the request to the branch that has the customer."
    )

    @api.depends("line_ids")
    def _compute_has_stubs(self):
        for check in self:
            check.has_stubs = any(check.line_ids.mapped("is_stub"))

    @api.model
    def _make_for(self, partner):
        found = partner._bank_duplicate_reasons(partner._bank_own_duplicate_values())
        visible = partner.browse(found)._filtered_access("read")
        labels = self._reason_labels()
        # sudo: res.partner - of customers whom the user may not see only the branch is shown
        others = partner.sudo().browse(found)
        # sudo: bank.duplicate.check.line - the column with the hidden customers is closed to users
        check = self.sudo().create(
            {
                "partner_id": partner.id,
                "line_ids": [
                    fields.Command.create(
                        {
                            "hidden_partner_id": other.id,
                            "partner_id": other.id if other.id in visible._ids else False,
                            "is_stub": other.id not in visible._ids,
                            "branch_name": other.branch_id.name,
                            "reasons": ", ".join(labels[reason] for reason in found[other.id]),
                        }
                    )
                    for other in others
                ],
            }
        )
        return check.sudo(False)

    @api.model
    def _reason_labels(self):
        return {
            "document": self.env._("same document number"),
            "phone": self.env._("same phone"),
            "email": self.env._("same e-mail address"),
            "name_birthdate": self.env._("same name and birthdate"),
        }

    def action_request_transfer(self):
        """Open a claim on every customer of the list whom the user may not see."""
        self.ensure_one()
        if not (self.reason or "").strip():
            raise UserError(self.env._("Why the Customer Should Be Yours: write it, the other branch decides by it."))
        # sudo: own lines - the column with the hidden customers is closed to users
        hidden = self.line_ids.filtered("is_stub").sudo().hidden_partner_id
        for partner in hidden:
            self.env["res.partner"]._bank_open_claim(partner, self.reason)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("The transfer has been requested from %(count)s branches.", count=len(hidden)),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }


class BankDuplicateCheckLine(models.TransientModel):
    _name = "bank.duplicate.check.line"
    _description = "Possible Duplicate"

    check_id = fields.Many2one(comodel_name="bank.duplicate.check", required=True, ondelete="cascade", index=True)
    hidden_partner_id = fields.Many2one(
        comodel_name="res.partner", groups=fields.NO_ACCESS, export_string_translation=False
    )
    partner_id = fields.Many2one(comodel_name="res.partner", string="Customer", readonly=True)
    is_stub = fields.Boolean(string="Of Another Branch", readonly=True)
    branch_name = fields.Char(string="Branch", readonly=True)
    reasons = fields.Char(readonly=True)
