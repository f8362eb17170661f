import datetime

from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError

from .scorecard_comparison import compare

KEYS = ("date_from", "date_to", "codes", "user_logins")
BANK_STAFF = "bank_crm.group_bank_staff"


class BankScorecardMetric(models.Model):
    """A figure on the scorecard of a relationship manager.

    An addon adds one with a record (``code``, unit, which direction is better) and a method of this model::

        def _scorecard_<code>(self, user_ids, date_from, date_to):
            return {user_id: {"value": 7.5, "n": 40, "low": 5.1, "high": 9.9}}

    It is called as superuser for any number of users at a time, and answers for those who have the figure. ``n`` says
    of how many cases the figure is: below the metric's ``min_n``, or with a value of None, it is not shown. ``low``
    and ``high`` are the ends of its 95 % interval; both equal ``value`` where the figure is counted and not estimated.
    """

    _name = "bank.scorecard.metric"
    _description = "Scorecard Metric"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(
        required=True, copy=False, help="The name of its method, and under which other systems know it."
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    unit = fields.Selection(
        selection=[
            ("number", "Number"),
            ("amount", "Amount"),
            ("percent", "Percent"),
            ("points", "Points"),
            ("days", "Days"),
        ],
        required=True,
        default="number",
    )
    direction = fields.Selection(
        selection=[("higher", "More Is Better"), ("lower", "Less Is Better")], required=True, default="higher"
    )
    min_n = fields.Integer(
        string="Smallest Number of Cases", default=1, help="Figures of fewer cases are not shown: they are chance."
    )
    description = fields.Text(translate=True, help="What is counted, and what is not.")

    _code_uniq = models.Constraint("UNIQUE(code)", "Code: another metric has it. Choose a code of its own.")
    _min_n_check = models.Constraint("CHECK(min_n >= 1)", "Smallest Number of Cases: enter 1 or more.")

    @api.constrains("code")
    def _check_code(self):
        for metric in self:
            if not hasattr(self, f"_scorecard_{metric.code}"):
                raise ValidationError(
                    self.env._(
                        "Code: nothing computes “%(code)s”. Install the addon that brings this metric, or take the "
                        "code of one that is there.",
                        code=metric.code,
                    )
                )

    # ------------------------------------------------------------------
    # Figures
    # ------------------------------------------------------------------

    @api.model
    @api.readonly
    def figures(self, values):
        """Return the figures of scorecards: one's own, of the managers of one's branches, or of everybody.

        Example (JSON-2)::

            POST /json/2/bank.scorecard.metric/figures
            {"values": {"date_from": "2026-01-01", "date_to": "2026-03-31", "codes": ["customers"]}}

        :param values: ``date_from`` and ``date_to`` (both included); optional ``codes`` of metrics and
            ``user_logins``, lists that narrow the answer
        :return: list of ``{"user_login", "user_name", "code", "name", "unit", "direction", "value", "n", "low",
            "high", "hidden", "peers_better", "peers_worse", "peers_same"}``, by user and metric. False stands for what
            is not there. ``hidden``: fewer cases than the metric's ``min_n``. Peers are all relationship managers of
            the company; “better” and “worse” are those whose intervals lie apart, the others cannot be told apart.
        :raises ValidationError: ``[wrong_type]``, ``[unknown_field]``, ``[required_field]``, ``[invalid_date]``,
            ``[unknown_metric]``, ``[unknown_user]`` (also where the caller may not see the user's figures)
        :raises AccessError: ``[access_denied]`` to whoever is no staff of the bank
        """
        if not self.env.user.has_group(BANK_STAFF):
            raise AccessError(self.env._("[access_denied] Scorecards are for the staff of the bank."))
        self._check_figure_keys(values)
        date_from, date_to = self._figure_dates(values)
        metrics = self._figure_metrics(values)
        users = self._figure_users(values)
        peers = self.env.user._scorecard_peers() if users else users
        # sudo: bank.scorecard.metric - a method sees all it counts; only the figures of `users` leave this method
        found = {metric.code: metric.sudo()._figures_of(users | peers, date_from, date_to) for metric in metrics}
        return [
            {
                "user_login": user.login,
                "user_name": user.name,
                "code": metric.code,
                "name": metric.name,
                "unit": metric.unit,
                "direction": metric.direction,
                **metric._figure_row(user, peers, found[metric.code]),
            }
            for user in users
            for metric in metrics
        ]

    def _figures_of(self, users, date_from, date_to):
        """Return ``{user_id: {"value", "n", "low", "high"}}`` as the metric's own method computes it."""
        self.ensure_one()
        return getattr(self, f"_scorecard_{self.code}")(users.ids, date_from, date_to) if users else {}

    def _figure_row(self, user, peers, found):
        figure = found.get(user.id)
        row = {"value": False, "n": figure["n"] if figure else 0, "low": False, "high": False, "hidden": False}
        if figure and not self._is_shown(figure):
            row["hidden"] = True
            figure = None
        if figure:
            row.update({name: False if figure[name] is None else figure[name] for name in ("value", "low", "high")})
        others = [found[peer] for peer in peers.ids if peer != user.id and peer in found]
        others = [other for other in others if self._is_shown(other)]
        return {**row, **compare(figure, others, self.direction == "higher")}

    def _is_shown(self, figure):
        """Whether a figure is of enough cases; a metric with limits of its own has left out the value."""
        return figure["value"] is not None and figure["n"] >= self.min_n

    # ------------------------------------------------------------------
    # Values of the caller
    # ------------------------------------------------------------------

    @api.model
    def _check_figure_keys(self, values):
        if not isinstance(values, dict):
            raise ValidationError(
                self.env._("[wrong_type] values: give an object with the keys %(known)s.", known=", ".join(KEYS))
            )
        for key in values:
            if key not in KEYS:
                raise ValidationError(
                    self.env._(
                        "[unknown_field] %(key)s: this key is not known. Known keys: %(known)s.",
                        key=str(key)[:64],
                        known=", ".join(KEYS),
                    )
                )
        for key in ("codes", "user_logins"):
            given = values.get(key) or []
            if not isinstance(given, list | tuple) or not all(isinstance(item, str) for item in given):
                raise ValidationError(self.env._("[wrong_type] %(key)s: give a list of texts.", key=key))

    @api.model
    def _figure_dates(self, values):
        dates = []
        for key in ("date_from", "date_to"):
            if not values.get(key):
                raise ValidationError(self.env._("[required_field] %(key)s: give a day as YYYY-MM-DD.", key=key))
            try:
                dates.append(datetime.date.fromisoformat(values[key]))
            except (TypeError, ValueError):
                raise ValidationError(
                    self.env._("[invalid_date] %(key)s: write the day as YYYY-MM-DD.", key=key)
                ) from None
        if dates[0] > dates[1]:
            raise ValidationError(self.env._("[invalid_date] date_from: choose a day before date_to."))
        return dates

    @api.model
    def _figure_metrics(self, values):
        metrics = self.search([])  # pylint: disable=no-search-all
        codes = list(dict.fromkeys(values.get("codes") or []))
        for code in codes:
            if code not in metrics.mapped("code"):
                raise ValidationError(
                    self.env._(
                        "[unknown_metric] codes: there is no metric “%(code)s”. Known: %(known)s.",
                        code=code[:64],
                        known=", ".join(metrics.mapped("code")),
                    )
                )
        return metrics.filtered(lambda metric: metric.code in codes) if codes else metrics

    @api.model
    def _figure_users(self, values):
        users = self.env.user._scorecard_users()
        logins = list(dict.fromkeys(values.get("user_logins") or []))
        for login in logins:
            if login not in users.mapped("login"):
                raise ValidationError(
                    self.env._(
                        "[unknown_user] user_logins: you see no scorecard of “%(login)s”. Check the login, or ask "
                        "whoever supervises the branch.",
                        login=login[:64],
                    )
                )
        return users.filtered(lambda user: user.login in logins) if logins else users
