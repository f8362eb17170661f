from datetime import timezone
from zoneinfo import ZoneInfo

from odoo import api, fields, models

from .bank_consent import CHANNELS

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


class BankContactPolicy(models.Model):
    """When customers are left in peace: hours, days of the week, public holidays; in the customer's own time zone."""

    _name = "bank.contact.policy"
    _description = "Quiet Hours"
    _order = "channel, id"
    _rec_name = "channel"

    channel = fields.Selection(selection=CHANNELS, required=True, default="any")
    quiet_from = fields.Float(default=21.0, help="Local time of the customer.")
    quiet_to = fields.Float(string="Quiet Until", default=8.0, help="Equal to the beginning: no quiet hours.")
    monday = fields.Boolean(default=True)
    tuesday = fields.Boolean(default=True)
    wednesday = fields.Boolean(default=True)
    thursday = fields.Boolean(default=True)
    friday = fields.Boolean(default=True)
    saturday = fields.Boolean(default=True)
    sunday = fields.Boolean(default=True)
    calendar_id = fields.Many2one(
        comodel_name="resource.calendar", string="Public Holidays Of", help="Its public holidays are quiet days."
    )
    exempts_service = fields.Boolean(
        string="Service Messages Exempt", default=True, help="Service messages may be sent at any time."
    )
    company_id = fields.Many2one(comodel_name="res.company", index=True, default=lambda self: self.env.company)
    active = fields.Boolean(default=True)

    _channel_uniq = models.UniqueIndex(
        "(channel, COALESCE(company_id, 0)) WHERE active IS TRUE", "This channel has quiet hours already."
    )
    _hours_check = models.Constraint(
        "CHECK(quiet_from >= 0 AND quiet_from < 24 AND quiet_to >= 0 AND quiet_to <= 24)",
        "Quiet From, Quiet Until: enter times of the day between 00:00 and 24:00.",
    )

    @api.model
    def _for_channel(self, channel):
        """Return ``{company_id or False: policy}``: the channel's own policy, else the one for any channel."""
        # sudo: bank.contact.policy - configuration, also for callers without a role
        policies = self.sudo().search([("channel", "in", (channel, "any"))])
        general = {policy.company_id.id: policy for policy in policies if policy.channel == "any"}
        return general | {policy.company_id.id: policy for policy in policies if policy.channel == channel}

    def _holidays(self):
        """Return ``{policy: [(from, to)]}`` of the public holidays; one query for all."""
        # sudo: resource.calendar.leaves - public holidays only
        leaves = self.env["resource.calendar.leaves"].sudo()
        calendars = self.calendar_id
        if not calendars:
            return {}
        found = leaves.search([("resource_id", "=", False), ("calendar_id", "in", [*calendars.ids, False])])
        return {
            policy: [
                (leave.date_from, leave.date_to)
                for leave in found
                if leave.calendar_id in (policy.calendar_id, leave.browse().calendar_id)
                and leave.company_id in (policy.calendar_id.company_id, leave.browse().company_id)
            ]
            for policy in self
            if policy.calendar_id
        }

    def _reason_to_wait(self, at, tz_name, holidays):
        """Return ``quiet_hours``, ``quiet_day``, ``holiday`` or None.

        :param at: naive UTC
        :param tz_name: time zone of the customer
        :param holidays: periods ``(from, to)`` in naive UTC
        """
        self.ensure_one()
        local = at.replace(tzinfo=timezone.utc).astimezone(ZoneInfo(tz_name))
        if not self[WEEKDAYS[local.weekday()]]:
            return "quiet_day"
        if any(start <= at < end for start, end in holidays):
            return "holiday"
        return "quiet_hours" if self._is_quiet(local.hour + local.minute / 60 + local.second / 3600) else None

    def _is_quiet(self, hour):
        if self.quiet_from <= self.quiet_to:
            return self.quiet_from <= hour < self.quiet_to
        return hour >= self.quiet_from or hour < self.quiet_to
