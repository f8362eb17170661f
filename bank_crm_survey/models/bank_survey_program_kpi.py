import datetime

from odoo import api, models
from odoo.exceptions import ValidationError

from ..tools.small_cells import hidden_cells
from ..tools.tally import NOTHING
from .bank_survey_kpi_tally import GROUPS

KPI_KEYS = ("program_code", "date_from", "date_to", "group_by")
# Groups that are records: model, the field that other systems know them by.
RECORDS = {
    "tier": ("bank.tier", "code"),
    "branch": ("bank.branch", "code"),
    "manager": ("res.users", "login"),
    "wave": ("bank.survey.wave", "name"),
    "product": ("bank.product", "code"),
}


class BankSurveyProgram(models.Model):
    """The figures of a programme for other systems: with intervals, weights, and small groups hidden."""

    _inherit = "bank.survey.program"

    @api.model
    @api.readonly
    def kpi(self, values):
        """Return the figures of a programme, a dictionary for each group, within what the caller may see.

        A branch manager gets the figures of his branches, a relationship manager those of his own customers.

        Example (JSON-2)::

            POST /json/2/bank.survey.program/kpi
            {"values": {"program_code": "REL", "date_from": "2026-01-01", "group_by": ["branch"]}}

        :param values: ``program_code``; optional ``date_from`` and ``date_to`` (days of the answers, ISO 8601, both
            included) and ``group_by``, a list of ``tier``, ``branch``, ``manager``, ``channel``, ``wave``, ``month``,
            ``value_class``, ``product``, ``lang``, ``metric_code``
        :return: list of ``{"group": {name: code}, "n", "hidden", "promoters", "passives", "detractors", "nps",
            "nps_low", "nps_high", "csat_n", "satisfied", "csat", "csat_low", "csat_high", "ces_n", "ces", "ces_low",
            "ces_high", "ces_easy", "ces_easy_low", "ces_easy_high", …}``; figures are not rounded, and False where
            nobody answered or where the group is too small to be shown (``hidden``). ``n`` counts the answers to the
            NPS question, or to the first other figure where there is none. Where answers have different weights,
            ``nps_weighted``, ``csat_weighted``, ``ces_weighted`` with ``_low``, ``_high`` and ``…_n_eff`` are given,
            too. By ``metric_code``, drivers have ``score_n``, ``score``, ``score_low``, ``score_high``.
        :raises ValidationError: ``[wrong_type]``, ``[unknown_field]``, ``[required_field]``, ``[invalid_date]``,
            ``[unknown_program]``, ``[unknown_group]``
        """
        self.check_access("read")
        program, date_from, date_to, group_by = self._check_kpi_values(values)
        kinds = ["nps", "csat", "ces", *(["driver"] if "metric_code" in group_by else [])]
        domain = program._kpi_domain(date_from, date_to) + [("metric", "in", kinds)]
        (tallies,) = self.env["bank.survey.stat"]._tallies(domain, [group_by])
        if not group_by:
            tallies = tallies or {(): {}}
        overlapping = tuple(place for place, name in enumerate(group_by) if name == "metric_code")
        hidden = program._hidden_by_metric(tallies, kinds, overlapping)
        names = self._group_codes(group_by, tallies)
        rows = [
            program._kpi_row(
                {name: names[name][part] for name, part in zip(group_by, key, strict=True)},
                by_metric,
                {kind for kind in kinds if key in hidden[kind]},
                kinds,
            )
            for key, by_metric in tallies.items()
        ]
        return sorted(rows, key=lambda row: [str(row["group"][name] or "") for name in group_by])

    def _kpi_domain(self, date_from=None, date_to=None):
        """Return the domain on ``bank.survey.stat`` of a programme's answers of these days."""
        self.ensure_one()
        domain = [("program_id", "=", self.id)]
        if date_from:
            domain.append(("answered_on", ">=", date_from))
        if date_to:
            domain.append(("answered_on", "<=", date_to))
        return domain

    def _hidden_by_metric(self, tallies, kinds, overlapping=()):
        """Return ``{metric: set of the keys whose figures are not shown}``.

        :param overlapping: see ``tools/small_cells.py``
        """
        self.ensure_one()
        return {
            kind: hidden_cells(
                {key: by_metric.get(kind, NOTHING).answers for key, by_metric in tallies.items()},
                self.min_cell,
                overlapping,
            )
            for kind in kinds
        }

    # ------------------------------------------------------------------
    # One row
    # ------------------------------------------------------------------

    @api.model
    def _kpi_row(self, group, by_metric, hidden, kinds):
        tallies = {kind: by_metric.get(kind, NOTHING) for kind in kinds}
        shown = {kind: NOTHING if kind in hidden else tally for kind, tally in tallies.items()}
        row = {
            "group": group,
            "n": next((tally.n for tally in tallies.values() if tally.n), 0),
            "hidden": bool(hidden),
        }
        row.update(self._nps_columns(shown["nps"]))
        row.update({"csat_n": tallies["csat"].n, "satisfied": shown["csat"].upper if shown["csat"].n else False})
        row.update(self._figure_columns("csat", shown["csat"].share()))
        row.update({"ces_n": tallies["ces"].n})
        row.update(self._figure_columns("ces", shown["ces"].mean()))
        row.update(self._figure_columns("ces_easy", shown["ces"].share()))
        for kind, name in (("nps", "weighted_nps"), ("csat", "weighted_share"), ("ces", "weighted_mean")):
            if shown[kind].has_weights:
                figure = getattr(shown[kind], name)()
                row.update(self._figure_columns(f"{kind}_weighted", figure))
                row[f"{kind}_n_eff"] = figure.n_eff
        if "driver" in kinds:
            row["score_n"] = tallies["driver"].n
            row.update(self._figure_columns("score", shown["driver"].mean(lowest=0, highest=10)))
        return row

    @api.model
    def _nps_columns(self, tally):
        counts = {"promoters": tally.upper, "passives": tally.middle, "detractors": tally.lower}
        columns = counts if tally.n else dict.fromkeys(counts, False)
        return {**columns, **self._figure_columns("nps", tally.nps())}

    @api.model
    def _figure_columns(self, name, figure):
        """Return a figure as three columns; False stands for nothing, since XML-RPC knows no null."""
        parts = (figure.value, figure.low, figure.high) if figure else (None, None, None)
        suffixes = ("", "_low", "_high")
        return {
            f"{name}{suffix}": False if part is None else part for suffix, part in zip(suffixes, parts, strict=True)
        }

    @api.model
    def _group_codes(self, group_by, tallies):
        """Return ``{name: {part of a key: what other systems know it by, or False}}``."""
        codes = {}
        for place, name in enumerate(group_by):
            parts = {key[place] for key in tallies}
            if name in RECORDS:
                model, field = RECORDS[name]
                # sudo: the model of a dimension - codes of groups whose figures the caller may see
                records = self.env[model].sudo().browse(sorted(part for part in parts if part))
                codes[name] = {record.id: record[field] or record.display_name for record in records}
            elif name == "month":
                codes[name] = {part: f"{part:%Y-%m}" for part in parts if part}
            else:
                codes[name] = {part: part for part in parts}
            codes[name][None] = False
        return codes

    # ------------------------------------------------------------------
    # Values of the caller
    # ------------------------------------------------------------------

    @api.model
    def _check_kpi_values(self, values):
        self._check_kpi_keys(values, KPI_KEYS)
        code = values.get("program_code")
        if not code or not isinstance(code, str):
            raise ValidationError(self.env._("[required_field] program_code: give the code of a programme as a text."))
        program = self.search([("code", "=", code), ("company_id", "=", self.env.company.id)], limit=1)
        if not program:
            raise ValidationError(
                self.env._(
                    "[unknown_program] program_code: “%(code)s” is no programme of this company. Check the code.",
                    code=code[:64],
                )
            )
        date_from, date_to = self._kpi_date(values, "date_from"), self._kpi_date(values, "date_to")
        return program, date_from, date_to, self._kpi_groups(values.get("group_by"))

    @api.model
    def _check_kpi_keys(self, values, known):
        if not isinstance(values, dict):
            raise ValidationError(
                self.env._("[wrong_type] values: give an object with the keys %(known)s.", known=", ".join(known))
            )
        for key in values:
            if key not in known:
                raise ValidationError(
                    self.env._(
                        "[unknown_field] %(key)s: this method does not know the key. Known keys: %(known)s.",
                        key=str(key)[:64],
                        known=", ".join(known),
                    )
                )

    @api.model
    def _kpi_date(self, values, name):
        value = values.get(name)
        if not value:
            return None
        try:
            return datetime.date.fromisoformat(value)
        except (TypeError, ValueError):
            raise ValidationError(
                self.env._("[invalid_date] %(name)s: write the day as YYYY-MM-DD.", name=name)
            ) from None

    @api.model
    def _kpi_groups(self, group_by):
        if not group_by:
            return ()
        if not isinstance(group_by, list | tuple) or not all(isinstance(name, str) for name in group_by):
            raise ValidationError(self.env._("[wrong_type] group_by: give a list of names."))
        for name in group_by:
            if name not in GROUPS:
                raise ValidationError(
                    self.env._(
                        "[unknown_group] group_by: figures cannot be grouped by “%(name)s”. Known: %(known)s.",
                        name=name[:64],
                        known=", ".join(GROUPS),
                    )
                )
        return tuple(dict.fromkeys(group_by))
