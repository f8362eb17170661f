from datetime import timedelta

from odoo import api, fields, models

KEPT_DAYS = 180


class BankSurveyContactRequest(models.Model):
    """A wish to be called back, left behind an answer without a name.

    It has no link to the answer, and no time but the week: both would tell whose answer it was.
    """

    _name = "bank.survey.contact.request"
    _description = "Wish to Be Contacted"
    _inherit = ["bank.guarded.mixin"]
    _log_access = False
    _order = "requested_on desc, id desc"

    name = fields.Char(required=True, readonly=True)
    contact = fields.Char(string="Phone or Email", required=True, readonly=True)
    message = fields.Text(readonly=True)
    program_id = fields.Many2one(
        comodel_name="bank.survey.program",
        string="Programme",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    company_id = fields.Many2one(
        comodel_name="res.company", required=True, readonly=True, index=True, ondelete="restrict"
    )
    requested_on = fields.Date(
        string="Asked in the Week Of", required=True, readonly=True, default=lambda self: self._monday()
    )
    state = fields.Selection(
        selection=[("new", "New"), ("done", "Contacted")], required=True, readonly=True, default="new", index=True
    )
    done_on = fields.Date(string="Contacted", readonly=True)
    user_id = fields.Many2one(
        comodel_name="res.users", string="Contacted By", readonly=True, ondelete="restrict", index="btree_not_null"
    )

    @api.model
    def _guarded_fields(self):
        return super()._guarded_fields() | {"done_on", "user_id"}

    @api.model
    def _monday(self):
        today = self.env["bank.run"]._today()
        return today - timedelta(days=today.weekday())

    @api.model
    def _leave(self, program, name, contact, message):
        """Store a wish that a customer sent by the page behind an anonymous answer."""
        # sudo: bank.survey.contact.request - visitors have no rights; the page checked that it is ours
        requests = self.sudo().with_company(program.company_id)
        message = self.env["bank.text.masking.mixin"]._mask_texts([message])[0]
        values = {"name": name, "contact": contact, "message": message, "program_id": program.id}
        return requests.create([{**values, "company_id": program.company_id.id}])

    def action_done(self):
        """The customer was contacted."""
        self.check_access("write")
        todo = self.filtered(lambda request: request.state == "new")
        today = self.env["bank.run"]._today()
        todo._unguarded().write({"state": "done", "done_on": today, "user_id": self.env.uid})
        return True

    @api.autovacuum
    def _gc_done(self):
        """Forget names and numbers when nobody needs them any more, dealt with or not."""
        before = fields.Date.today() - timedelta(days=KEPT_DAYS)
        old = ["|", ("done_on", "<", before), "&", ("state", "=", "new"), ("requested_on", "<", before)]
        self.search(old, limit=10_000).unlink()
