import logging

from odoo import api, fields, models
from odoo.http import request

_logger = logging.getLogger(__name__)

OUTCOMES = [("shown", "Shown"), ("refused", "Refused: Daily Budget")]


class BankRevealLog(models.Model):
    """Who has looked at which number in full, when and why; and who was refused because his daily budget was used up.

    A row is written before the number leaves the server. Rows are sealed.
    """

    _name = "bank.reveal.log"
    _description = "Look at a Number in Full"
    _inherit = ["bank.sealed.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "revealed_at desc, id desc"

    user_id = fields.Many2one(
        comodel_name="res.users", string="Who", required=True, readonly=True, index=True, ondelete="restrict"
    )
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Customer",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="Empty when the record belongs to no customer.",
    )
    res_model = fields.Char(string="Kind of Record", required=True, readonly=True)
    res_id = fields.Many2oneReference(string="Record", model_field="res_model", required=True, readonly=True)
    field_name = fields.Char(string="Field", required=True, readonly=True)
    record_label = fields.Char(string="What", compute="_compute_record_label")
    reason = fields.Char(required=True, readonly=True)
    revealed_at = fields.Datetime(string="When", required=True, readonly=True, default=fields.Datetime.now, index=True)
    day_on = fields.Date(string="Day", required=True, readonly=True)
    day_number = fields.Integer(
        string="Of the Day", readonly=True, aggregator=None, help="How many numbers the user had seen on this day."
    )
    shown_seconds = fields.Integer(string="Shown for (seconds)", readonly=True, aggregator=None)
    ip_address = fields.Char(string="IP Address", readonly=True)
    outcome = fields.Selection(selection=OUTCOMES, required=True, readonly=True, default="shown")

    # Two looks at the same moment cannot both be the last one of the budget.
    _day_number_uniq = models.UniqueIndex(
        "(user_id, day_on, day_number) WHERE outcome = 'shown'",
        "Two numbers were asked for at the same moment. Try again.",
    )

    @api.depends("res_model", "res_id")
    def _compute_record_label(self):
        for log in self:
            model = self.env.get(log.res_model)
            log.record_label = f"{model._description} {log.res_id}" if model is not None else log.res_model

    @api.depends("user_id", "revealed_at")
    def _compute_display_name(self):
        for log in self:
            log.display_name = f"{log.user_id.name}, {fields.Datetime.to_string(log.revealed_at)}"

    @api.model
    def _seen_today(self):
        """Return how many numbers the current user has seen today."""
        # sudo: bank.reveal.log - the user may not read the log; this counts his own rows only
        return self.sudo().search_count(
            [("user_id", "=", self.env.uid), ("day_on", "=", self._today()), ("outcome", "=", "shown")]
        )

    @api.model
    def _today(self):
        return self.env["bank.run"]._today()

    @api.model
    def _prepare_row(self, record, field_name, reason):
        return {
            "user_id": self.env.uid,
            "partner_id": record._reveal_customer().id,
            "res_model": record._name,
            "res_id": record.id,
            "field_name": field_name,
            "reason": reason,
            "day_on": self._today(),
            "ip_address": request.httprequest.remote_addr if request else False,
        }

    @api.model
    def _log_shown(self, record, field_name, reason, day_number, seconds):
        """Write the row of a look, at once: the number may be shown after it."""
        row = self._prepare_row(record, field_name, reason)
        # sudo: bank.reveal.log - nobody may create rows directly, only looking does
        quiet = self.sudo().with_context(tracking_disable=True)
        log = quiet.create({**row, "day_number": day_number, "shown_seconds": seconds})
        self.env.flush_all()
        return log

    @api.model
    def _log_refused(self, record, field_name, reason):
        """Write the row of a refused look and, for the first one of a user's day, tell compliance.

        The refusal is an error, which undoes what its transaction has done; so this has one of its own.
        """
        row = self._prepare_row(record, field_name, reason)
        with self.env.registry.cursor() as cr:
            # sudo: bank.reveal.log - see _log_shown
            logs = self.with_env(self.env(cr=cr)).sudo().with_context(tracking_disable=True)
            today = [("user_id", "=", row["user_id"]), ("day_on", "=", row["day_on"]), ("outcome", "=", "refused")]
            first = not logs.search_count(today, limit=1)
            log = logs.create({**row, "outcome": "refused"})
            if first:
                log._alert_compliance()
        _logger.info("User %s has used up the daily budget of revealed numbers", row["user_id"])

    def message_subscribe(self, partner_ids=None, subtype_ids=None):
        """Nobody follows a row: it is for those who are compliance officers now."""
        return True

    def _alert_compliance(self):
        """Give every compliance officer an activity on this row."""
        self.ensure_one()
        officers = self.env.ref("bank_crm.group_compliance").all_user_ids.filtered("active")
        for officer in officers:
            self.with_context(mail_activity_quick_update=True).activity_schedule(
                "mail.mail_activity_data_todo",
                user_id=officer.id,
                summary=self.with_context(lang=officer.lang).env._(
                    "%(user)s wanted to see more numbers than his daily budget allows", user=self.user_id.name
                ),
            )

    def action_open_record(self):
        """Open the record whose number was asked for; its access rules apply."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self.res_model,
            "res_id": self.res_id,
            "views": [(False, "form")],
        }
