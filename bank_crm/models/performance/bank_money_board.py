import datetime

from odoo import api, models
from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Domain

KEYS = ("month", "branch_id", "manager_id")


class BankMoneyBoard(models.AbstractModel):
    """What the Money Board and the Tier Board show, each in one call, within what the user may see.

    Everything is read from pre-computed totals (``bank.money.total`` and its neighbours) under the user's own access
    rules; a scope narrows what the rules open, and can open nothing.
    """

    _name = "bank.money.board"
    _description = "Money Board"

    @api.model
    @api.readonly
    def overview(self, values=None):
        """Return the figures of the Money Board.

        Example (JSON-2)::

            POST /json/2/bank.money.board/overview
            {"values": {"month": "2026-03", "branch_id": 4}}

        :param values: all optional: ``month`` as YYYY-MM (the newest one without it); ``branch_id``, a branch with
            those below it; ``manager_id``, a relationship manager's book. Without the last two: all that the user sees
        :return: dictionary of ``months``, ``branches`` and ``managers`` to choose from; ``month``, ``computed_at``,
            ``currency_id``; ``trend`` (24 months of amounts in the company's currency, the month shown being the
            last), ``figures`` (amounts with what they were ``month_before`` and ``year_before``), ``tiers``,
            ``by_branch``, ``by_manager``, ``moves``, ``gains``, ``losses``, ``risks``, ``concentration``,
            ``maturities``. ``{"months": []}`` where nothing is computed yet. False stands for what is not there
        :raises ValidationError: ``[wrong_type]``, ``[unknown_field]``, ``[invalid_month]``, ``[unknown_branch]``,
            ``[unknown_manager]`` (also where the user may not see them)
        :raises AccessError: ``[access_denied]`` to whoever sees no totals
        """
        scope = self._read_scope(values)
        if not scope["month"]:
            return {"months": []}
        return {**self._board_head(scope), **self._board_figures(scope)}

    # ------------------------------------------------------------------
    # Scope
    # ------------------------------------------------------------------

    @api.model
    def _read_scope(self, values):
        """Check what the caller sends; return ``{"month", "months", "branch", "manager"}``."""
        if not self.env["bank.money.total"].has_access("read"):
            raise AccessError(self.env._("[access_denied] The Money Board is for those who see customers' assets."))
        values = {} if values is None else values
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
        months = self._known_months()
        return {
            "months": months,
            "month": self._scope_month(values.get("month"), months),
            "branch": self._scope_branch(values.get("branch_id")),
            "manager": self._scope_manager(values.get("manager_id")),
        }

    @api.model
    def _known_months(self):
        """Return the months of the company of which there are totals, the newest one first."""
        # sudo: bank.money.month - the months themselves are no secret
        found = (
            self.env["bank.money.month"]
            .sudo()
            .search_fetch(
                [("company_id", "=", self.env.company.id), ("computed_at", "!=", False)], ["month"], order="month desc"
            )
        )
        return found.mapped("month")

    @api.model
    def _scope_month(self, text, months):
        if not text:
            return months[0] if months else False
        try:
            month = datetime.datetime.strptime(text, "%Y-%m").date()
        except (TypeError, ValueError):
            raise ValidationError(self.env._("[invalid_month] month: write the month as YYYY-MM.")) from None
        if month not in months:
            raise ValidationError(
                self.env._(
                    "[invalid_month] month: there are no figures of %(month)s. Choose a month from %(first)s to "
                    "%(last)s.",
                    month=text,
                    first=f"{months[-1]:%Y-%m}" if months else "-",
                    last=f"{months[0]:%Y-%m}" if months else "-",
                )
            )
        return month

    @api.model
    def _scope_branch(self, branch_id):
        if not branch_id:
            return self.env["bank.branch"]
        branch = self._my_branches().filtered(lambda branch: branch.id == branch_id)
        if not branch:
            raise ValidationError(self.env._("[unknown_branch] branch_id: you see no totals of such a branch."))
        return branch

    @api.model
    def _scope_manager(self, manager_id):
        users = self.env["res.users"]
        if not manager_id:
            return users
        is_id = isinstance(manager_id, int) and not isinstance(manager_id, bool)
        of_manager = [("relationship_manager_id", "=", manager_id)]
        if not is_id or not self.env["bank.money.total"].search_count(of_manager, limit=1):
            raise ValidationError(self.env._("[unknown_manager] manager_id: you see no totals of such a manager."))
        return users.browse(manager_id)

    @api.model
    def _my_branches(self):
        """Return the branches that the user may choose: all, those that he manages with the ones below, or none."""
        user, branches = self.env.user, self.env["bank.branch"]
        if user._sees_all_bank_customers():
            return branches.search([("company_id", "=", self.env.company.id)])
        if user.has_group("bank_crm.group_branch_manager") and user.managed_branch_ids:
            return branches.search([("id", "child_of", user.managed_branch_ids.ids)])
        return branches

    @api.model
    def _totals_domain(self, scope):
        """Return the domain of ``bank.money.mixin`` of a scope; the rules of the user come on top."""
        domain = Domain("company_id", "=", self.env.company.id)
        if scope["branch"]:
            domain &= Domain("branch_id", "child_of", scope["branch"].ids)
        if scope["manager"]:
            domain &= Domain("relationship_manager_id", "=", scope["manager"].id)
        return domain

    @api.model
    def _board_head(self, scope):
        branches = self._my_branches()
        return {
            "months": [f"{month:%Y-%m}" for month in scope["months"]],
            "month": f"{scope['month']:%Y-%m}",
            "computed_at": self.env["bank.money.month"]._computed_at(scope["month"]),
            "currency_id": self.env.company.currency_id.id,
            "branch_id": scope["branch"].id,
            "manager_id": scope["manager"].id,
            "branches": [
                {"id": branch.id, "name": branch.display_name, "level": (branch.parent_path or "").count("/")}
                for branch in branches
            ],
        }
