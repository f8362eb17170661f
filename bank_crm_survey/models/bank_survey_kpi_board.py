import datetime

from dateutil.relativedelta import relativedelta
from pytz import timezone, utc

from odoo import api, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL

from ..tools import metrics
from ..tools.small_cells import hidden_cells
from ..tools.tally import NOTHING
from .bank_survey_kpi_tally import GROUPS
from .bank_survey_program_kpi import RECORDS

BOARD_KEYS = ("program_id", "days", "date_from", "date_to", "group_by")
BOARD_GROUPS = ("branch", "manager", "tier", "channel", "product", "value_class", "wave", "lang")
KINDS = ("nps", "csat", "ces")
MONTHS = 12  # of the trend
LONGEST = 1100  # days


class BankSurveyProgram(models.Model):
    """Everything on the Satisfaction Board, in one call and one pass over the scores."""

    _inherit = "bank.survey.program"

    @api.model
    @api.readonly
    def board(self, values):
        """Return what the Satisfaction Board shows, within what the user may see.

        :param values: all optional: ``program_id``; ``days`` up to today, or ``date_from`` and ``date_to``;
            ``group_by``, one of ``branch``, ``manager``, ``tier``, ``channel``, ``product``, ``value_class``,
            ``wave``, ``lang``
        :return: ``{"programs", "program", "period", "figures", "months", "groups", "rates", "suppressed",
            "recovery"}``; False stands for what is not there or hidden. Without programmes: ``{"programs": []}``
        :raises ValidationError: ``[wrong_type]``, ``[unknown_field]``, ``[invalid_date]``, ``[unknown_group]``,
            ``[unknown_program]``
        """
        self.check_access("read")
        self._check_kpi_keys(values, BOARD_KEYS)
        programs = self.search([])  # pylint: disable=no-search-all
        program = programs._board_program(values.get("program_id"))
        if not program:
            return {"programs": []}
        start, end = self._board_period(values)
        group_by = self._board_group(values.get("group_by"))
        return {
            "programs": [{"id": found.id, "name": found.name} for found in programs],
            "program": {
                "id": program.id,
                "name": program.name,
                "min_cell": program.min_cell,
                "anonymity": program.anonymity,
            },
            "group_by": group_by,
            **program._board_figures(start, end, group_by),
            **program._board_rates(start, end),
            "recovery": program._board_recovery(start, end),
        }

    def _board_program(self, program_id):
        if program_id:
            program = self.filtered(lambda program: program.id == program_id)
            if not program:
                raise ValidationError(self.env._("[unknown_program] program_id: you see no such programme."))
            return program
        return (self.filtered(lambda program: program.state == "running") or self)[:1]

    # ------------------------------------------------------------------
    # Figures
    # ------------------------------------------------------------------

    def _board_figures(self, start, end, group_by):
        before = start - (end - start) - datetime.timedelta(days=1)
        domain = [*self._kpi_domain(before, end), ("metric", "in", KINDS)]
        is_now = SQL("answered_on >= %s::date", start)
        names = {
            "is_now": is_now,
            # of the period before there are totals only, which leaves the database fewer groups to count
            "group": SQL("CASE WHEN %s THEN %s END", is_now, GROUPS[group_by]),
        }
        totals, groups = self.env["bank.survey.stat"]._tallies(domain, [("is_now",), ("is_now", "group")], names)
        groups = {key[1:]: tallies for key, tallies in groups.items() if key[0]}
        now, then = totals.get((True,), {}), totals.get((False,), {})
        main = next((kind for kind in KINDS if kind in now or kind in then), "nps")
        return {
            "main": main,
            "period": {
                "date_from": start.isoformat(),
                "date_to": end.isoformat(),
                "before_from": before.isoformat(),
                "before_to": (start - datetime.timedelta(days=1)).isoformat(),
            },
            "figures": {
                kind: self._board_change(kind, now.get(kind, NOTHING), then.get(kind, NOTHING)) for kind in KINDS
            },
            "months": self._board_months(self._month_tallies(end, main), main),
            "groups": self._board_groups(groups, group_by, main),
        }

    def _month_tallies(self, end, main):
        """Return ``{(first day of the month,): {main: Tally}}`` of the months up to ``end``."""
        last = end.replace(day=1)
        firsts = [last - relativedelta(months=count) for count in reversed(range(MONTHS))]
        # finds the month by halves in an array, several times as fast as cutting each date
        month = SQL("width_bucket(answered_on, %s::date[])", firsts)
        domain = [*self._kpi_domain(firsts[0], end), ("metric", "=", main)]
        (tallies,) = self.env["bank.survey.stat"]._tallies(domain, [("month_number",)], {"month_number": month})
        return {(firsts[key[0] - 1],): found for key, found in tallies.items()}

    @api.model
    def _figure_of(self, kind, tally):
        return {"nps": tally.nps, "csat": tally.share, "ces": tally.mean}[kind]()

    @api.model
    def _weighted_figure_of(self, kind, tally):
        return {"nps": tally.weighted_nps, "csat": tally.weighted_share, "ces": tally.weighted_mean}[kind]()

    def _board_change(self, kind, tally, before):
        """Return a big number, and whether it changed by more than chance."""
        is_hidden = 0 < tally.answers < self.min_cell
        answer = {"n": tally.n, "hidden": is_hidden, "change": False, "direction": False, "weighted": False}
        figure = None if is_hidden else self._figure_of(kind, tally)
        answer.update(self._board_figure(kind, figure, tally))
        earlier = self._figure_of(kind, before) if before.answers >= self.min_cell else None
        if figure and earlier:
            answer["change"] = figure.value - earlier.value
            if metrics.is_significant(metrics.change(figure, earlier)):
                answer["direction"] = "up" if answer["change"] > 0 else "down"
        if figure and tally.has_weights:
            answer["weighted"] = self._board_figure(kind, self._weighted_figure_of(kind, tally), NOTHING)
        return answer

    @api.model
    def _board_figure(self, kind, figure, tally):
        if not figure:
            return {"value": False, "low": False, "high": False, "has_value": False}
        answer = {
            "value": figure.value,
            "low": False if figure.low is None else figure.low,
            "high": False if figure.high is None else figure.high,
            "has_value": True,
        }
        if tally.n:
            answer.update({"upper": tally.upper, "middle": tally.middle, "lower": tally.lower})
        return answer

    def _board_months(self, months, main):
        counts = {key: tallies.get(main, NOTHING).n for key, tallies in months.items()}
        answers = {key: tallies.get(main, NOTHING).answers for key, tallies in months.items()}
        hidden = hidden_cells(answers, self.min_cell)
        return [
            {
                "month": f"{key[0]:%Y-%m}",
                "n": counts[key],
                "hidden": key in hidden,
                **self._board_figure(
                    main, None if key in hidden else self._figure_of(main, months[key].get(main, NOTHING)), NOTHING
                ),
            }
            for key in sorted(months)
        ]

    def _board_groups(self, groups, group_by, main):
        """Return the groups, the best one first and hidden ones last, with a rank where intervals separate."""
        hidden = self._hidden_by_metric(groups, KINDS)
        labels = self._board_labels(group_by, [key[0] for key in groups])
        rows = []
        for key, tallies in groups.items():
            if main not in tallies:
                continue
            shown = {kind: NOTHING if key in hidden[kind] else tallies.get(kind, NOTHING) for kind in KINDS}
            row = {
                "id": key[0] or False,
                "label": labels[key[0]],
                "n": tallies[main].n,
                "hidden": key in hidden[main],
            }
            row.update(
                {kind: self._board_figure(kind, self._figure_of(kind, shown[kind]), shown[kind]) for kind in KINDS}
            )
            rows.append((self._figure_of(main, shown[main]), row))
        ranks = metrics.ranks([figure for figure, _row in rows])
        for (_figure, row), rank in zip(rows, ranks, strict=True):
            row["rank"] = rank or False
        ordered = sorted(
            rows, key=lambda item: (item[0] is None, -(item[0].value if item[0] else 0), item[1]["label"])
        )
        return [row for _figure, row in ordered]

    @api.model
    def _board_labels(self, group_by, parts):
        """Return ``{part of a key: what the user reads}``."""
        if group_by in RECORDS:
            # sudo: the model of a dimension - names of groups whose figures the user may see
            records = self.env[RECORDS[group_by][0]].sudo().browse(sorted(part for part in parts if part))
            labels = {record.id: record.display_name for record in records}
        elif group_by == "channel":
            selection = dict(self.env["bank.survey.stat"]._fields["channel"]._description_selection(self.env))
            labels = {part: selection.get(part, part) for part in parts}
        else:
            labels = {part: part and part.upper() if group_by == "value_class" else part for part in parts}
        return {**labels, None: self.env._("None")}

    # ------------------------------------------------------------------
    # Invitations
    # ------------------------------------------------------------------

    def _board_rates(self, start, end):
        tz = timezone(self.company_id.partner_id.tz or self.env.tz.zone)
        moments = [
            tz.localize(datetime.datetime.combine(day, datetime.time.min)).astimezone(utc).replace(tzinfo=None)
            for day in (start, end + datetime.timedelta(days=1))
        ]
        invitations = self.env["bank.survey.invitation"]
        counts = invitations._count_for_rates(self, *moments)
        reasons = invitations._count_suppressed(self, *moments)
        labels, partners = invitations._suppress_labels(), self.env["res.partner"]
        names = ("sent", "bounced", "opened", "started", "completed", "partial")
        rates = metrics.response_rates(**{name: counts[name] for name in names})
        return {
            "rates": {**counts, **{name: False if rate is None else rate for name, rate in rates.items()}},
            "suppressed": [
                {
                    "reason": reason or False,
                    "label": labels.get(reason) or partners._contact_reason_label(reason) or "",
                    "count": count,
                }
                for reason, count in sorted(reasons.items(), key=lambda item: -item[1])
            ],
        }

    def _board_recovery(self, start, end):
        """Return how many detractors were won back, of the whole bank; False for who sees a part of it."""
        if not self.env.user._sees_all_bank_answers():
            return False
        found = self._recovery_rate(start, end)
        is_hidden = 0 < found["asked_again"] < self.min_cell
        rate = False if is_hidden or found["rate"] is None else found["rate"]
        return {**found, "rate": rate, "recovered": False if is_hidden else found["recovered"], "hidden": is_hidden}

    # ------------------------------------------------------------------
    # Values of the caller
    # ------------------------------------------------------------------

    @api.model
    def _board_period(self, values):
        """Return the first and the last day."""
        today = self.env["bank.run"]._today()
        end = self._kpi_date(values, "date_to") or today
        start = self._kpi_date(values, "date_from")
        if not start:
            days = values.get("days") or 90
            if not isinstance(days, int) or not 1 <= days <= LONGEST:
                raise ValidationError(
                    self.env._("[wrong_type] days: give a number of days from 1 to %(most)s.", most=LONGEST)
                )
            start = end - datetime.timedelta(days=days - 1)
        if start > end or (end - start).days > LONGEST:
            raise ValidationError(
                self.env._(
                    "[invalid_date] date_from: choose a first day before the last one, at most %(most)s days earlier.",
                    most=LONGEST,
                )
            )
        return start, end

    @api.model
    def _board_group(self, group_by):
        if not group_by:
            return BOARD_GROUPS[0]
        if group_by not in BOARD_GROUPS:
            raise ValidationError(
                self.env._("[unknown_group] group_by: the board compares %(known)s.", known=", ".join(BOARD_GROUPS))
            )
        return group_by
