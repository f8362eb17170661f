from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError

MAX_MONTHS = 120
ONE_MONTH = relativedelta(months=1)


class BankRunRequest(models.TransientModel):
    """Asks the engine to run a job of the night again: for months, for some customers or for all."""

    _name = "bank.run.request"
    _description = "Compute Anew"

    job = fields.Selection(selection="_selection_job", required=True, default="months")
    month_from = fields.Date(string="From Month", default=lambda self: self._this_month())
    month_to = fields.Date(string="To Month", default=lambda self: self._this_month())
    has_months = fields.Boolean(compute="_compute_has_months")
    scope = fields.Selection(
        selection=[("all", "All Customers"), ("named", "Named Customers")],
        string="Customers",
        required=True,
        default=lambda self: "named" if self._default_partner_ids() else "all",
    )
    partner_ids = fields.Many2many(
        comodel_name="res.partner",
        string="Named Customers",
        domain=[("is_bank_customer", "=", True)],
        default=lambda self: self._default_partner_ids(),
    )

    @api.model
    def _selection_job(self):
        labels = dict(self.env["bank.run"]._fields["job"]._description_selection(self.env))
        jobs = [job for job in self.env["bank.run"]._nightly_jobs() if job not in self._excluded_jobs()]
        return [(job, labels[job]) for job in jobs]

    @api.model
    def _excluded_jobs(self):
        """Return the jobs that do not go through customers, or of which another run would find nothing to do."""
        return {"late_months", "group_months", *self.env["bank.run"]._rotation_jobs()}

    @api.model
    def _this_month(self):
        return self.env["bank.run"]._today().replace(day=1)

    @api.model
    def _default_partner_ids(self):
        if self.env.context.get("active_model") != "res.partner":
            return self.env["res.partner"]
        partners = self.env["res.partner"].browse(self.env.context.get("active_ids", []))
        return partners.filtered("is_bank_customer")

    @api.depends("job")
    def _compute_has_months(self):
        for request in self:
            request.has_months = request.job == "months"

    def _months(self):
        """Return the months asked for.

        :raises ValidationError: none, too many, or some that have not begun
        """
        if not self.has_months:
            return [False]
        if not self.month_from or not self.month_to:
            raise ValidationError(self.env._("From Month, To Month: say which months are to be computed."))
        first, last = self.month_from.replace(day=1), self.month_to.replace(day=1)
        if first > last:
            raise ValidationError(self.env._("To Month: it lies before From Month. Exchange them."))
        if last > self._this_month():
            raise ValidationError(self.env._("To Month: this month has not begun. Choose one up to now."))
        months = []
        while first <= last:
            months.append(first)
            first += ONE_MONTH
        if len(months) > MAX_MONTHS:
            raise ValidationError(
                self.env._("From Month: at most %s months can be computed at a time. Ask for fewer.", MAX_MONTHS)
            )
        return months

    def action_request(self):
        """Note the runs, in order, and wake the engine.

        :raises AccessError: the user is neither of operations nor a Bank CRM administrator
        :raises ValidationError: the months or the customers are missing
        """
        self.ensure_one()
        if not self.env.user.has_groups("bank_crm.group_operations,bank_crm.group_bank_admin"):
            raise AccessError(
                self.env._("[access_denied] Only operations and Bank CRM administrators can ask for a run.")
            )
        partner_ids = None
        if self.scope == "named":
            partner_ids = self.partner_ids.filtered("is_bank_customer")._filtered_access("read").ids
            if not partner_ids:
                raise ValidationError(self.env._("Named Customers: name at least one customer, or choose all."))
        # sudo: bank.run - runs are made by the engine, nobody has the right to create one by hand
        engine = self.env["bank.run"].sudo()
        runs = engine.create(
            [
                engine._prepare_run(self.job, month, partner_ids, state="waiting", is_request=True)
                for month in self._months()
            ]
        )
        # sudo: ir.cron - these roles may start this one job
        self.env.ref(engine._cron_of(self.job)).sudo()._trigger()
        action = self.env["ir.actions.act_window"]._for_xml_id("bank_crm.bank_run_action")
        return {**action, "domain": [("id", "in", runs.ids)]}
