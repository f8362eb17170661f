from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain


class BankTicketTask(models.Model):
    """What a handler asks of another department or of a partner outside of the bank, with a deadline of its own.

    The legal deadlines of the ticket run on while others work. Partners have to cooperate (CBIRC Order 2020 No. 3,
    article 10); how often they answer in time is what their admission is judged by: see the report on tasks.
    """

    _name = "bank.ticket.task"
    _description = "Ticket Task"
    _inherit = ["mail.thread", "mail.activity.mixin", "bank.guarded.mixin", "bank.text.masking.mixin"]
    _order = "is_open desc, due_at, id"
    _check_company_auto = True
    _masked_text_fields = ("name", "question", "answer")

    name = fields.Char(string="Task", required=True)
    ticket_id = fields.Many2one(comodel_name="bank.ticket", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="ticket_id.company_id", store=True, index=True)
    team_id = fields.Many2one(
        comodel_name="bank.ticket.team", string="Department", index="btree_not_null", check_company=True
    )
    user_id = fields.Many2one(
        comodel_name="res.users", string="Assigned To", index="btree_not_null", domain=[("share", "=", False)]
    )
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Outside Partner",
        index="btree_not_null",
        domain=[("is_bank_customer", "=", False)],
        help="A company outside of the bank that has to answer, e.g. an insurer whose product the bank sold.",
    )
    question = fields.Text(string="What Is Asked")
    answer = fields.Text()
    state = fields.Selection(
        selection=[("todo", "To Do"), ("doing", "In Progress"), ("done", "Done"), ("cancelled", "Cancelled")],
        required=True,
        readonly=True,
        copy=False,
        default="todo",
    )
    is_open = fields.Boolean(compute="_compute_is_open", store=True)
    due_at = fields.Datetime(
        string="Due",
        compute="_compute_due_at",
        store=True,
        precompute=True,
        readonly=False,
        help="The department's hours for a task, on its working hours.",
    )
    done_at = fields.Datetime(string="Done On", readonly=True, copy=False)
    is_overdue = fields.Boolean(compute="_compute_is_overdue", search="_search_is_overdue")
    in_time = fields.Float(
        string="In Time (%)",
        compute="_compute_in_time",
        store=True,
        aggregator="avg",
        help="100 where it was done in time, 0 where it was not: the average is a department's or partner's share.",
    )

    _open_due_idx = models.Index("(due_at) WHERE is_open IS TRUE")

    @api.depends("state")
    def _compute_is_open(self):
        for task in self:
            task.is_open = task.state in ("todo", "doing")

    @api.depends("team_id")
    def _compute_due_at(self):
        now = fields.Datetime.now()
        planned = {}  # working hours are looked up once for each calendar, not for each task
        for task in self:
            hours = task.team_id.task_hours or 16
            calendar = task.team_id.calendar_id or task.company_id.resource_calendar_id
            if (calendar, hours) not in planned:
                due_at = calendar.plan_hours(hours, now, compute_leaves=True) if calendar else None
                planned[calendar, hours] = due_at or now + timedelta(hours=hours)
            task.due_at = planned[calendar, hours]

    @api.depends("due_at", "is_open", "done_at")
    def _compute_is_overdue(self):
        now = fields.Datetime.now()
        for task in self:
            task.is_overdue = bool(task.due_at) and task.due_at < (now if task.is_open else task.done_at or now)

    def _search_is_overdue(self, operator, value):
        if operator != "in":
            return NotImplemented
        return Domain("is_open", "=", True) & Domain("due_at", "<", fields.Datetime.now())

    @api.depends("done_at", "due_at", "state")
    def _compute_in_time(self):
        for task in self:
            judged = task.state == "done" and task.done_at and task.due_at
            task.in_time = 100.0 if judged and task.done_at <= task.due_at else 0.0

    @api.constrains("team_id", "user_id", "partner_id")
    def _check_addressee(self):
        for task in self:
            if not (task.team_id or task.user_id or task.partner_id):
                raise UserError(
                    self.env._("Department: name who has to do it: a department, an employee or an outside partner.")
                )
            # sudo: bank.ticket - who is complained of is compared, never told
            if task.ticket_id.sudo()._has_conflict_of_interest(task.user_id):
                task.ticket_id._refuse_conflict(task.user_id)

    @api.model
    def _guarded_fields(self):
        return super()._guarded_fields() | {"done_at"}

    @api.model_create_multi
    def create(self, vals_list):
        tasks = super().create(vals_list)
        given = tasks.grouped("ticket_id")
        tasks.ticket_id._log("task_given", data=lambda ticket: {"count": len(given[ticket])})
        return tasks

    def action_start(self):
        """Take the task on: the caller, where nobody has it."""
        self._move("doing")
        for task in self.filtered(lambda task: not task.user_id):
            task.user_id = self.env.user
        return True

    def action_done(self):
        """Answer the task.

        :raises UserError: without an answer
        """
        if empty := self.filtered(lambda task: not (task.answer or "").strip())[:1]:
            raise UserError(
                self.env._("Answer: enter what you found to “%(task)s” before it is done.", task=empty.name)
            )
        self._move("done", done_at=fields.Datetime.now())
        # sudo: bank.ticket.task, mail.activity - whoever did the task tells the handler of a ticket he may not see
        for handler, tasks in self.sudo().grouped(lambda task: task.ticket_id.user_id).items():
            if handler:
                tasks.activity_schedule(
                    "mail.mail_activity_data_todo",
                    summary=self.env._("Answered: %(task)s", task=", ".join(tasks.mapped("name"))),
                    user_id=handler.id,
                )
        return True

    def action_cancel(self):
        """The answer is not needed any more."""
        self._move("cancelled", done_at=fields.Datetime.now())
        return True

    def _move(self, state, **values):
        self.check_access("write")
        self._unguarded().write({"state": state, **values})
        # sudo: bank.ticket - a department writes into the history of a ticket that it may not change
        self.ticket_id.sudo()._log(f"task_{state}")
