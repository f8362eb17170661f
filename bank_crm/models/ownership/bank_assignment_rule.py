import heapq

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL


class BankAssignmentRule(models.Model):
    """Who gets which customers of the unowned pool.

    The rules are asked in their order; the first one that fits a customer decides. One that fits and whose people have
    no capacity left passes the customer on to the next rule. Nothing is assigned without a preview
    (``bank.assignment.proposal``).
    """

    _name = "bank.assignment.rule"
    _description = "Assignment Rule"
    _order = "sequence, id"

    name = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(comodel_name="res.company", required=True, default=lambda self: self.env.company)

    # Which customers
    branch_id = fields.Many2one(
        comodel_name="bank.branch",
        index="btree_not_null",
        ondelete="restrict",
        help="Customers of this branch and of the branches below it; empty: of any branch or none.",
    )
    lang = fields.Selection(
        selection=lambda self: self.env["res.lang"].get_installed(), string="Language", help="Empty: any language."
    )
    customer_type = fields.Selection(
        selection=[("individual", "Individual"), ("sole_trader", "Sole Trader"), ("company", "Company")],
        help="Empty: any type.",
    )

    # Who gets them
    strategy = fields.Selection(
        selection=[
            ("least_loaded", "Fewest Customers"),
            ("round_robin", "In Turn"),
            ("fixed", "Always the First"),
        ],
        required=True,
        default="least_loaded",
        help="Fewest customers: whoever has the fewest gets the next one. In turn: each gets one after the other, "
        "going on where the last distribution stopped. Always the first: one after the other is filled up.",
    )
    user_ids = fields.Many2many(
        comodel_name="res.users", string="Relationship Managers", required=True, domain=[("share", "=", False)]
    )
    capacity = fields.Integer(help="Most customers that one of them may have in all; 0: no limit.")
    last_user_id = fields.Many2one(
        comodel_name="res.users", string="Last in Turn", readonly=True, copy=False, ondelete="set null"
    )

    _capacity_check = models.Constraint("CHECK(capacity >= 0)", "Capacity: it cannot be negative.")

    @api.constrains("user_ids")
    def _check_user_ids(self):
        for rule in self:
            if not rule.user_ids:
                raise ValidationError(self.env._("Relationship Managers: choose at least one."))

    # ------------------------------------------------------------------
    # Distribution
    # ------------------------------------------------------------------

    @api.model
    def _loads(self, users):
        """Return ``{user id: number of customers whom he owns}``, in the order of the users' ids."""
        counts = dict(
            self.env.execute_query(
                SQL(
                    """SELECT user_id, count(*) FROM bank_assignment
                        WHERE user_id = ANY(%s) AND role = 'primary' AND date_to IS NULL GROUP BY user_id""",
                    users.ids,
                )
            )
        )
        return {user_id: counts.get(user_id, 0) for user_id in sorted(users.ids)}

    @api.model
    def _deal_least_loaded(self, loads, count, capacity=0):
        """Return ``count`` user ids: each time the one who then has the fewest; None where nobody has room.

        ``loads`` is brought up to date.
        """
        heap = [(load, user_id) for user_id, load in loads.items()]
        heapq.heapify(heap)
        deal = []
        for _index in range(count):
            if not heap or (capacity and heap[0][0] >= capacity):
                deal.append(None)
                continue
            load, user_id = heap[0]
            heapq.heapreplace(heap, (load + 1, user_id))
            loads[user_id] = load + 1
            deal.append(user_id)
        return deal

    def _deal(self, loads, count):
        """Return ``count`` user ids by this rule's strategy, None where nobody has room; ``loads`` (of all users) is
        brought up to date."""
        self.ensure_one()
        # sudo: res.users - whether colleagues are still there
        users = [user.id for user in self.sudo().user_ids.sorted("id") if user.active]
        own = {user_id: loads[user_id] for user_id in users}
        if self.strategy == "least_loaded":
            deal = self._deal_least_loaded(own, count, self.capacity)
        elif self.strategy == "round_robin":
            deal = self._deal_in_turn(own, count)
        else:
            deal = self._deal_first(own, count)
        loads.update(own)
        return deal

    def _deal_in_turn(self, loads, count):
        users = list(loads)
        position = sum(user_id <= self.last_user_id.id for user_id in users) if self.last_user_id else 0
        deal = []
        for _index in range(count):
            for step in range(len(users)):
                user_id = users[(position + step) % len(users)]
                if not self.capacity or loads[user_id] < self.capacity:
                    loads[user_id] += 1
                    position += step + 1
                    deal.append(user_id)
                    break
            else:
                deal.append(None)
        return deal

    def _deal_first(self, loads, count):
        deal = []
        for user_id in loads:
            room = count - len(deal)
            if self.capacity:
                room = min(room, max(self.capacity - loads[user_id], 0))
            loads[user_id] += room
            deal += [user_id] * room
        return deal + [None] * (count - len(deal))

    def _match_conditions(self):
        """Return the SQL conditions on ``res_partner partner`` of the customers whom this rule fits."""
        self.ensure_one()
        conditions = [SQL("(partner.company_id IS NULL OR partner.company_id = %s)", self.company_id.id)]
        if self.branch_id:
            branches = (
                self.env["bank.branch"].with_context(active_test=False).search([("id", "child_of", self.branch_id.id)])
            )
            conditions.append(SQL("partner.branch_id = ANY(%s)", branches.ids))
        if self.lang:
            conditions.append(SQL("partner.lang = %s", self.lang))
        if self.customer_type:
            conditions.append(SQL("partner.customer_type = %s", self.customer_type))
        return conditions
