from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL, date_utils

from .bank_money_maturity import WINDOWS
from .bank_money_move import AT_RISK, DOWNWARDS, UPWARDS

TREND_MONTHS = 24
FIGURES = ("eop_aum", "eop_deposit", "eop_wealth", "eop_loan", "eop_net_assets")
CLASSES = ("adb_deposit", "adb_fund", "adb_wealth", "adb_insurance", "adb_metal", "adb_other")
TREND = ("customers", *FIGURES, "adb_aum", *CLASSES, "contribution", "inflow", "outflow")
GROUPS = ("customers", "eop_aum", "eop_net_assets", "contribution")
LONGEST_LIST = 10
MOST_GROUPS = 30  # of branches and managers: more than anybody reads from bars


class BankMoneyBoard(models.AbstractModel):
    """The queries behind the Money Board."""

    _inherit = "bank.money.board"

    @api.model
    def _board_figures(self, scope):
        trend = self._read_trend(scope)
        groups = self._read_groups(scope)
        moves = self._read_moves(scope)
        return {
            "trend": trend,
            "figures": self._compare(trend, scope),
            "tiers": self._tier_rows(groups["tier_id"], moves),
            "by_branch": self._named("bank.branch", groups["branch_id"]),
            "by_manager": self._named("res.users", groups["relationship_manager_id"]),
            "managers": self._manager_choices(scope, groups),
            "moves": self._move_totals(moves),
            **self._read_movers(scope),
            "concentration": self._read_concentration(scope),
            "maturities": self._read_maturities(scope),
        }

    @api.model
    def _grouped(self, model, domain, groupings, terms, group_terms=None):
        """Return ``[{key of the group: [values]}]`` of each grouping, in one query under the user's rules.

        :param groupings: list of names of columns
        :param terms: list of :class:`SQL` aggregates
        :param group_terms: ``{name of a grouping: SQL}`` where it is no column
        """
        table = self.env[model]
        query = table._search(domain)
        if query.is_empty():
            return [{} for _name in groupings]
        columns = {name: (group_terms or {}).get(name) or SQL.identifier(table._table, name) for name in groupings}
        sets = SQL(", ").join(SQL("(%s)", SQL("g%s" % index)) for index in range(len(groupings)))
        inner = query.select(
            *(SQL("%s AS %s", term, SQL.identifier(f"g{index}")) for index, term in enumerate(columns.values())),
            SQL("%s.*", SQL.identifier(table._table)),
        )
        rows = self.env.execute_query(
            SQL(
                "SELECT GROUPING(%s), %s, %s FROM (%s) AS found GROUP BY GROUPING SETS (%s)",
                SQL(", ").join(SQL.identifier(f"g{index}") for index in range(len(groupings))),
                SQL(", ").join(SQL.identifier(f"g{index}") for index in range(len(groupings))),
                SQL(", ").join(terms),
                inner,
                sets,
            )
        )
        found, count = [{} for _name in groupings], len(groupings)
        everything = (1 << count) - 1
        for row in rows:
            for index in range(count):
                if row[0] == everything - (1 << (count - 1 - index)):
                    found[index][row[1 + index]] = list(row[1 + count :])
        return found

    @api.model
    def _sums(self, names):
        return [SQL("sum(%s)", SQL.identifier(name)) for name in names]

    @api.model
    def _to_numbers(self, names, values):
        return {
            name: int(value or 0) if name in ("customers", "holdings") else float(value or 0)
            for name, value in zip(names, values, strict=True)
        }

    # ------------------------------------------------------------------
    # Totals
    # ------------------------------------------------------------------

    @api.model
    def _read_trend(self, scope):
        """Return the sums of each of the 24 months; those without any figures are left out."""
        first = date_utils.subtract(scope["month"], months=TREND_MONTHS - 1)
        domain = self._totals_domain(scope) & Domain("month", ">=", first) & Domain("month", "<=", scope["month"])
        (months,) = self._grouped("bank.money.total", domain, ["month"], self._sums(TREND))
        return [{"month": f"{month:%Y-%m}", **self._to_numbers(TREND, months[month])} for month in sorted(months)]

    @api.model
    def _compare(self, trend, scope):
        """Return the amounts of the month with those of a month and of a year before."""
        months = {row["month"]: row for row in trend}
        nothing = dict.fromkeys(TREND, 0)
        now = months.get(f"{scope['month']:%Y-%m}", nothing)
        before = months.get(f"{date_utils.subtract(scope['month'], months=1):%Y-%m}")
        year = months.get(f"{date_utils.subtract(scope['month'], months=12):%Y-%m}")
        return [
            {
                "code": name,
                "value": now[name],
                "month_before": before[name] if before else False,
                "year_before": year[name] if year else False,
            }
            for name in ("customers", *FIGURES)
        ]

    @api.model
    def _read_groups(self, scope):
        names = ["tier_id", "branch_id", "relationship_manager_id"]
        domain = self._totals_domain(scope) & Domain("month", "=", scope["month"])
        return dict(zip(names, self._grouped("bank.money.total", domain, names, self._sums(GROUPS)), strict=True))

    @api.model
    def _named(self, model, groups):
        """Return the groups with names, the largest AUM first; the many small ones together at the end."""
        rows = [{"id": id_ or False, **self._to_numbers(GROUPS, values)} for id_, values in groups.items()]
        rows.sort(key=lambda row: (-row["eop_aum"], row["id"]))
        rows, rest = rows[:MOST_GROUPS], rows[MOST_GROUPS:]
        # sudo: bank.branch, res.users - names of groups whose totals the user may see
        records = self.env[model].sudo().browse([row["id"] for row in rows if row["id"]])
        names = {record.id: record.display_name for record in records}
        for row in rows:
            row["name"] = names.get(row["id"]) or self.env._("None")
        if rest:
            others = {name: sum(row[name] for row in rest) for name in GROUPS}
            rows.append({"id": -1, "name": self.env._("%(count)s Others", count=len(rest)), **others})
        return rows

    @api.model
    def _manager_choices(self, scope, groups):
        """Return the managers with totals in this month, beside the one who is chosen."""
        if not self.env.user._sees_all_bank_customers() and not self._my_branches():
            return []
        if scope["manager"]:
            domain = self._totals_domain({**scope, "manager": False}) & Domain("month", "=", scope["month"])
            (found,) = self._grouped("bank.money.total", domain, ["relationship_manager_id"], [SQL("sum(customers)")])
        else:
            found = groups["relationship_manager_id"]
        ids = {id_ for id_ in found if id_} | set(scope["manager"].ids if scope["manager"] else [])
        # sudo: res.users - names of managers of whose books the user sees totals
        users = self.env["res.users"].sudo().browse(sorted(ids))
        return sorted(
            ({"id": user.id, "name": user.display_name} for user in users), key=lambda choice: choice["name"] or ""
        )

    # ------------------------------------------------------------------
    # Tiers
    # ------------------------------------------------------------------

    @api.model
    def _read_moves(self, scope):
        """Return ``[(from tier id, to tier id, state, customers, amount)]`` of the month."""
        query = self.env["bank.money.move"]._search(self._totals_domain(scope) & Domain("month", "=", scope["month"]))
        if query.is_empty():
            return []
        columns = [SQL.identifier(name) for name in ("from_tier_id", "to_tier_id", "state")]
        return [
            (from_id, to_id, state, int(customers), float(amount))
            for from_id, to_id, state, customers, amount in self.env.execute_query(
                SQL(
                    "%s GROUP BY 1, 2, 3",
                    query.select(
                        *(SQL("%s.%s", SQL.identifier("bank_money_move"), column) for column in columns),
                        SQL("sum(customers)"),
                        SQL("sum(amount)"),
                    ),
                )
            )
        ]

    @api.model
    def _move_totals(self, moves):
        def total(states):
            chosen = [move for move in moves if move[2] in states]
            return {"customers": sum(move[3] for move in chosen), "amount": sum(move[4] for move in chosen)}

        return {
            "known": bool(moves),
            "up": total(UPWARDS),
            "down": total(DOWNWARDS),
            "watch": total(("watch",)),
            "below": total(("below",)),
            "new": total(("new",)),
        }

    @api.model
    def _tier_rows(self, groups, moves):
        """Return a row for each tier, the highest first: customers, assets, and the moves into and out of it."""
        # sudo: bank.tier - names of tiers whose totals the user may see, archived ones too
        tiers = self.env["bank.tier"].sudo().with_context(active_test=False)
        tiers = tiers.search([("company_id", "in", (False, self.env.company.id))], order="sequence desc, id")
        rows = []
        for tier in [*tiers, tiers.browse()]:
            values = groups.get(tier.id or None)
            if not values and not (tier and tier.active):
                continue
            to_it = [move for move in moves if (move[1] or False) == tier.id]
            rows.append(
                {
                    "id": tier.id,
                    "name": tier.name or self.env._("No Tier"),
                    "color": tier.color,
                    **self._to_numbers(GROUPS, values or [0] * len(GROUPS)),
                    "up": sum(move[3] for move in to_it if move[2] in UPWARDS),
                    "down": sum(move[3] for move in to_it if move[2] in DOWNWARDS),
                    "new": sum(move[3] for move in to_it if move[2] == "new"),
                    "watch": sum(move[3] for move in to_it if move[2] == "watch"),
                    "at_risk": sum(move[3] for move in to_it if move[2] in AT_RISK),
                    "left_up": sum(move[3] for move in moves if move[0] == tier.id and move[2] in UPWARDS),
                    "left_down": sum(move[3] for move in moves if move[0] == tier.id and move[2] in DOWNWARDS),
                }
            )
        return rows

    # ------------------------------------------------------------------
    # Customers
    # ------------------------------------------------------------------

    @api.model
    def _read_movers(self, scope):
        # the rules open movers to whoever sees the customer; the board shows the books whose totals he sees
        domain = self._totals_domain(scope) & Domain(self.env.user._bank_total_domain())
        domain &= Domain("month", "=", scope["month"])
        movers, found = self.env["bank.money.mover"], {}
        for name, kind, order in (
            ("gains", "gain", "amount desc, id"),
            ("losses", "loss", "amount, id"),
            ("risks", "risk", "aum desc, id"),
        ):
            found[name] = movers.search(domain & Domain("kind", "=", kind), order=order, limit=LONGEST_LIST)
        everybody = movers.union(*found.values())  # read at once
        everybody.fetch(["partner_id", "amount", "aum", "tier_id"])
        everybody.partner_id.fetch(["display_name"])
        return {
            name: [
                {
                    "partner_id": mover.partner_id.id,
                    "name": mover.partner_id.display_name,
                    "amount": mover.amount,
                    "aum": mover.aum,
                    "tier": mover.tier_id.name or "",
                }
                for mover in rows
            ]
            for name, rows in found.items()
        }

    @api.model
    def _read_concentration(self, scope):
        """Return A, B and C of what the scope is about: the book, the branch or the bank."""
        name = self._class_field(scope)
        (classes,) = self._grouped(
            "bank.money.concentration", self._totals_domain(scope), [name], self._sums(("customers", "amount"))
        )
        return [
            {"class": code, **self._to_numbers(("customers", "amount"), classes.get(code) or (0, 0))}
            for code in ("a", "b", "c")
            if classes
        ]

    @api.model
    def _class_field(self, scope):
        user = self.env.user
        if scope["manager"]:
            return "abc_book"
        if scope["branch"]:
            return "abc_branch"
        if user._sees_all_bank_customers():
            return "abc_bank"
        return "abc_branch" if self._my_branches() else "abc_book"

    @api.model
    def _read_maturities(self, scope):
        """Return what falls due within 30, 31 to 60 and 61 to 90 days from today; assets only."""
        today = self.env["bank.run"]._today()
        ends = [date_utils.add(today, days=days) for days in WINDOWS]
        domain = (
            self._totals_domain(scope)
            & Domain(self.env["bank.money.maturity"]._asset_domain())
            & Domain("matures_on", ">=", today)
            & Domain("matures_on", "<=", ends[-1])
        )
        window = SQL("CASE WHEN matures_on <= %s THEN 0 WHEN matures_on <= %s THEN 1 ELSE 2 END", *ends[:2])
        (windows,) = self._grouped(
            "bank.money.maturity", domain, ["window"], self._sums(("holdings", "amount")), {"window": window}
        )
        return [
            {"days": days, **self._to_numbers(("holdings", "amount"), windows.get(index) or (0, 0))}
            for index, days in enumerate(WINDOWS)
        ]
