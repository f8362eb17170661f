from odoo import api, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import date_utils

from .bank_money_board import KEYS
from .bank_money_maturity import WINDOWS
from .bank_money_move import AT_RISK, DOWNWARDS, UPWARDS

MOVES = {
    "up": UPWARDS,
    "down": DOWNWARDS,
    "watch": ("watch",),
    "below": ("below",),
    "new": ("new",),
    "at_risk": AT_RISK,
}
DRILL_KEYS = (
    *KEYS,
    "figure",
    "tier_id",
    "from_tier_id",
    "to_tier_id",
    "move",
    "value_class",
    "days",
    "partner_id",
    "group_branch_id",
    "group_manager_id",
)
FIGURES = ("months", "standings", "values", "maturities", "customer")


class BankMoneyBoard(models.AbstractModel):
    """The list behind each number of the boards."""

    _inherit = "bank.money.board"

    @api.model
    def drill(self, values):
        """Return the action that opens what a number is made of; the rules of the lists hold there.

        :param values: the scope as for :meth:`overview`, and ``figure``:

            - ``months``: the customers' figures of the month; optional ``tier_id``, ``group_branch_id``,
              ``group_manager_id`` (False: without one)
            - ``customer``: all months of ``partner_id``
            - ``standings``: ``move`` (up, down, watch, below, new, at_risk), or ``from_tier_id`` and ``to_tier_id``
            - ``values``: customers of ``value_class`` (a, b, c)
            - ``maturities``: holdings that fall due in the window that ends after ``days`` (30, 60, 90)
        :return: a window action
        :raises ValidationError: as :meth:`overview`, and ``[unknown_figure]``, ``[wrong_type]``
        """
        values = values if isinstance(values, dict) else {}
        scope = self._read_scope({key: value for key, value in values.items() if key not in DRILL_KEYS or key in KEYS})
        if values.get("figure") not in FIGURES:
            raise ValidationError(
                self.env._("[unknown_figure] figure: choose one of %(known)s.", known=", ".join(FIGURES))
            )
        for key in ("tier_id", "from_tier_id", "to_tier_id", "partner_id", "group_branch_id", "group_manager_id"):
            if not isinstance(values.get(key) or 0, int):
                raise ValidationError(self.env._("[wrong_type] %(key)s: give the number of a record.", key=key))
        return getattr(self, f"_drill_{values['figure']}")(scope, values)

    @api.model
    def _window(self, name, model, domain, modes=("list", "form", "graph", "pivot"), context=None):
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": model,
            "views": [[False, mode] for mode in modes],
            "domain": domain,
            "context": {"create": False, **(context or {})},
        }

    # ------------------------------------------------------------------
    # Domains
    # ------------------------------------------------------------------

    @api.model
    def _whose(self, scope, branch, manager):
        """Return the domain of what belongs to the scope, and to the books of which the user sees totals.

        :param branch: name of the field that leads to the branch
        :param manager: name of the field that leads to the relationship manager
        """
        branches, domain = self.env["bank.branch"].with_context(active_test=False), Domain.TRUE
        if not self.env.user._sees_all_bank_customers():
            mine = Domain(manager, "=", self.env.uid)
            if ids := self.with_context(active_test=False)._my_branches().ids:
                mine |= Domain(branch, "in", ids)
            domain &= mine
        if scope["branch"]:
            domain &= Domain(branch, "in", branches.search([("id", "child_of", scope["branch"].ids)]).ids)
        if scope["manager"]:
            domain &= Domain(manager, "=", scope["manager"].id)
        return [] if domain.is_true() else list(domain)

    @api.model
    def _owner_domain(self, scope, path):
        """Return the domain of what hangs on a customer of the scope today."""
        whose = self._whose(scope, f"{path}.branch_id", f"{path}.relationship_manager_id")
        return [(f"{path}.is_restricted", "=", False), *whose]

    @api.model
    def _month_domain(self, scope):
        return [
            ("company_id", "=", self.env.company.id),
            ("month", "=", f"{scope['month']:%Y-%m-%d}"),
            ("partner_id.is_restricted", "=", False),
        ]

    @api.model
    def _drill_months(self, scope, values):
        domain = [*self._month_domain(scope), *self._whose(scope, "branch_id", "relationship_manager_id")]
        for key, name in (
            ("tier_id", "month_tier_id"),
            ("group_branch_id", "branch_id"),
            ("group_manager_id", "relationship_manager_id"),
        ):
            if key in values:
                domain.append((name, "=", values[key] or False))
        name = self.env._("Customers in %(month)s", month=f"{scope['month']:%Y-%m}")
        return self._window(name, "bank.customer.month", domain)

    @api.model
    def _drill_customer(self, scope, values):
        partner = self.env["res.partner"].browse(values.get("partner_id") or 0).exists()
        if not partner:
            raise ValidationError(self.env._("[wrong_type] partner_id: give the number of a customer."))
        partner.check_access("read")
        name = self.env._("Months of %(customer)s", customer=partner.display_name)
        domain = [("partner_id", "=", partner.id)]
        return self._window(name, "bank.customer.month", domain)

    @api.model
    def _drill_standings(self, scope, values):
        domain = [*self._month_domain(scope), *self._whose(scope, "month_branch_id", "month_manager_id")]
        if values.get("move"):
            if values["move"] not in MOVES:
                raise ValidationError(
                    self.env._("[unknown_figure] move: choose one of %(known)s.", known=", ".join(MOVES))
                )
            domain.append(("state", "in", MOVES[values["move"]]))
        for key, name in (("from_tier_id", "from_tier_id"), ("to_tier_id", "tier_id"), ("tier_id", "tier_id")):
            if key in values:
                domain.append((name, "=", values[key] or False))
        name = self.env._("Standings of %(month)s", month=f"{scope['month']:%Y-%m}")
        return self._window(name, "bank.tier.standing", domain)

    @api.model
    def _drill_values(self, scope, values):
        if values.get("value_class") not in ("a", "b", "c"):
            raise ValidationError(self.env._("[unknown_figure] value_class: choose one of a, b, c."))
        domain = [
            ("company_id", "=", self.env.company.id),
            (self._class_field(scope), "=", values["value_class"]),
            ("partner_id.is_restricted", "=", False),
            *self._whose(scope, "branch_id", "relationship_manager_id"),
        ]
        name = self.env._("Customers of Class %(letter)s", letter=values["value_class"].upper())
        return self._window(name, "bank.customer.value", domain, ("list", "form"))

    @api.model
    def _drill_maturities(self, scope, values):
        if values.get("days") not in WINDOWS:
            raise ValidationError(self.env._("[wrong_type] days: choose 30, 60 or 90."))
        today, maturities = self.env["bank.run"]._today(), self.env["bank.money.maturity"]
        before = ([-1, *WINDOWS])[WINDOWS.index(values["days"])]
        domain = [
            *maturities._holding_domain(),
            *maturities._asset_domain(),
            ("matures_on", ">", date_utils.add(today, days=before)),
            ("matures_on", "<=", date_utils.add(today, days=values["days"])),
            *self._owner_domain(scope, "owner_id"),
        ]
        action = self.env["ir.actions.act_window"]._for_xml_id("bank_crm.bank_holding_maturity_action")
        return {**action, "domain": domain, "context": {}}
