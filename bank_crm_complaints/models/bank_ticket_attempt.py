from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL, hmac


class BankTicketAttempt(models.Model):
    """How often something was tried from outside within an hour: what slows down guessing and flooding.

    Counted by one upsert, so requests side by side wait for each other and none of them is lost.  ``key`` is a keyed
    hash: neither addresses of visitors nor numbers of tickets stand here.
    """

    _name = "bank.ticket.attempt"
    _description = "Attempts From Outside"
    _log_access = False
    _rec_name = "scope"
    _order = "id desc"

    scope = fields.Char(required=True, readonly=True)
    key = fields.Char(required=True, readonly=True)
    hour = fields.Datetime(required=True, readonly=True)
    count = fields.Integer(required=True, readonly=True)

    _scope_key_hour_uniq = models.UniqueIndex("(scope, key, hour)")

    @api.model
    def _count(self, scope, value):
        """Count one attempt and return how many there were in this hour, this one included.

        :param scope: what is tried, e.g. ``track.number``
        :param value: by whom or on what: an address, a number; stored as a keyed hash
        """
        query = SQL(
            "INSERT INTO bank_ticket_attempt (scope, key, hour, count) VALUES (%s, %s, %s, 1)"
            " ON CONFLICT (scope, key, hour) DO UPDATE SET count = bank_ticket_attempt.count + 1 RETURNING count",
            scope,
            self._hashed(scope, value),
            self._this_hour(),
        )
        return self.env.execute_query(query)[0][0]

    @api.model
    def _take_back(self, scope, value, everything=False):
        """The attempt was none: take one of this hour back, or all of them."""
        query = SQL(
            "UPDATE bank_ticket_attempt SET count = CASE WHEN %s THEN 0 ELSE greatest(count - 1, 0) END"
            " WHERE scope = %s AND key = %s AND hour = %s",
            everything,
            scope,
            self._hashed(scope, value),
            self._this_hour(),
        )
        self.env.cr.execute(query)

    @api.model
    def _hashed(self, scope, value):
        # sudo: ir.config_parameter - the secret of the database
        return hmac(self.env(su=True), self._name, f"{scope} {value}")

    @api.model
    def _this_hour(self):
        return fields.Datetime.now().replace(minute=0, second=0, microsecond=0)

    @api.autovacuum
    def _gc_attempts(self):
        """Forget the attempts of days past."""
        self.search([("hour", "<", fields.Datetime.now() - timedelta(days=2))], limit=10_000).unlink()
