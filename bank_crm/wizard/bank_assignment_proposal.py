from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL


class BankAssignmentProposal(models.TransientModel):
    """A preview of who would get whom, to be applied as a whole.

    It is made for the unowned pool by the assignment rules (:meth:`action_preview`), or by other screens for customers
    of their own choice. Applying it twice, or after somebody else has given a customer an owner, changes nothing more.
    """

    _name = "bank.assignment.proposal"
    _description = "Proposal of Owners"
    _inherit = ["bank.guarded.mixin"]

    branch_id = fields.Many2one(
        comodel_name="bank.branch", help="Only the pool of this branch and of the branches below it."
    )
    reason = fields.Char(readonly=True)
    move_branch = fields.Boolean(readonly=True)
    line_ids = fields.One2many(
        comodel_name="bank.assignment.proposal.line", inverse_name="proposal_id", string="Customers", readonly=True
    )
    load_ids = fields.One2many(
        comodel_name="bank.assignment.proposal.load",
        inverse_name="proposal_id",
        string="Before and After",
        readonly=True,
    )
    customer_count = fields.Integer(string="Customers in the Pool", readonly=True)
    placed_count = fields.Integer(string="Would Get an Owner", readonly=True)
    is_applied = fields.Boolean(readonly=True)

    @api.model
    def _guarded_fields(self):
        return {"line_ids", "load_ids", "reason", "move_branch", "customer_count", "placed_count", "is_applied"}

    # ------------------------------------------------------------------
    # Preview
    # ------------------------------------------------------------------

    def action_preview(self):
        """Compute the proposal for the pool by the assignment rules."""
        self.ensure_one()
        pool = self._pool_ids()
        placed, left = [], pool
        rules = self.env["bank.assignment.rule"].search([("company_id", "=", self.env.company.id)])
        loads = rules._loads(rules.user_ids)
        for rule in rules:
            fitting = self._fitting(rule, left)
            deal = rule._deal(loads, len(fitting))
            placed += [
                (partner_id, user_id, None, rule.id)
                for partner_id, user_id in zip(fitting, deal, strict=True)
                if user_id
            ]
            taken = {row[0] for row in placed}
            left = [partner_id for partner_id in left if partner_id not in taken]
        self._store_lines(placed + [(partner_id, None, None, None) for partner_id in left])
        self._unguarded().reason = self.env._("Assignment rules")
        return self._reopen()

    def _pool_ids(self, among=None):
        """Return the ids of the customers without an owner whom the user may see, in order."""
        domain = [("is_bank_customer", "=", True), ("relationship_manager_id", "=", False)]
        if self.branch_id:
            domain.append(("branch_id", "child_of", self.branch_id.id))
        if among is not None:
            domain.append(("id", "in", among))
        return self.env["res.partner"].search(domain, order="id").ids

    def _fitting(self, rule, partner_ids):
        if not partner_ids:
            return []
        rows = self.env.execute_query(
            SQL(
                "SELECT id FROM res_partner partner WHERE id = ANY(%s) AND %s ORDER BY id",
                partner_ids,
                SQL(" AND ").join(rule._match_conditions()),
            )
        )
        return [row[0] for row in rows]

    def _store_lines(self, rows):
        """Replace the lines by rows (customer, user, branch, rule), and the loads with them."""
        self.ensure_one()
        # sudo: lines of one's own preview - users have no right to write them, so what is applied is what was computed
        mine = self.sudo()._unguarded()
        mine.line_ids.unlink()
        mine.load_ids.unlink()
        self.env.flush_all()
        if rows:
            self.env.execute_query(
                SQL(
                    """INSERT INTO bank_assignment_proposal_line (proposal_id, partner_id, user_id, branch_id, rule_id,
                              create_uid, create_date, write_uid, write_date)
                       SELECT %(proposal)s, line.*, %(uid)s, %(now)s, %(uid)s, %(now)s
                         FROM unnest(%(partners)s::int[], %(users)s::int[], %(branches)s::int[], %(rules)s::int[])
                              AS line
                    RETURNING 1""",
                    proposal=self.id,
                    uid=self.env.uid,
                    now=self.env.cr.now(),
                    **dict(
                        zip(
                            ("partners", "users", "branches", "rules"),
                            (list(column) for column in zip(*rows, strict=True)),
                            strict=True,
                        )
                    ),
                )
            )
        self._store_loads([row[1] for row in rows if row[1]])
        mine.write(
            {
                "customer_count": len(rows),
                "placed_count": sum(bool(row[1] or row[2]) for row in rows),
                "is_applied": False,
            }
        )
        mine.invalidate_recordset(["line_ids"])

    def _store_proposed_branches(self, partner_ids, found):
        """Preview branches ``{customer: (branch, basis)}``: the one there with the fewest customers gets the next one,
        a branch without relationship managers gets him into its pool."""
        branch_ids = sorted({branch_id for branch_id, _basis in found.values()})
        # sudo: res.users - the home branches of colleagues are no secret within the bank
        managers = (
            self.env["res.users"]
            .sudo()
            .search(
                [
                    ("bank_branch_id", "in", branch_ids),
                    ("all_group_ids", "in", self.env.ref("bank_crm.group_relationship_manager").ids),
                ]
            )
        )
        rules = self.env["bank.assignment.rule"]
        rows = []
        for branch_id in branch_ids:
            customers = [partner_id for partner_id in partner_ids if found.get(partner_id, (0,))[0] == branch_id]
            loads = rules._loads(managers.filtered(lambda user, home=branch_id: user.bank_branch_id.id == home))
            deal = rules._deal_least_loaded(loads, len(customers))
            rows += [
                (partner_id, user_id, branch_id, None) for partner_id, user_id in zip(customers, deal, strict=True)
            ]
        rows += [(partner_id, None, None, None) for partner_id in partner_ids if partner_id not in found]
        self._store_lines(rows)
        self._note_bases(found)
        self._unguarded().write({"reason": self.env._("Served by several branches"), "move_branch": True})

    def _note_bases(self, found):
        labels = dict(self.env["bank.ownership.claim"]._fields["basis"]._description_selection(self.env))
        for basis in {basis for _branch_id, basis in found.values()}:
            partner_ids = [partner_id for partner_id, (_branch_id, why) in found.items() if why == basis]
            # sudo: as _store_lines
            lines = self.sudo().line_ids.filtered(lambda line, of=set(partner_ids): line.partner_id.id in of)
            lines.basis = labels[basis]

    def _store_loads(self, user_ids):
        users = self.env["res.users"].browse(sorted(set(user_ids)))
        before = self.env["bank.assignment.rule"]._loads(users)
        self.env["bank.assignment.proposal.load"].sudo().create(  # sudo: as _store_lines
            [
                {
                    "proposal_id": self.id,
                    "user_id": user.id,
                    "before": before[user.id],
                    "after": before[user.id] + user_ids.count(user.id),
                }
                for user in users
            ]
        )

    # ------------------------------------------------------------------
    # Apply
    # ------------------------------------------------------------------

    def action_apply(self):
        """Give the customers to the proposed owners, all in one transaction."""
        self.ensure_one()
        if not self.env.user.has_groups("bank_crm.group_branch_manager,bank_crm.group_operations"):
            raise AccessError(self.env._("Only branch managers and operations distribute the pool."))
        if self.is_applied:
            raise UserError(self.env._("This proposal has been applied already."))
        lines = self.line_ids.filtered(lambda line: line.user_id or line.branch_id)
        if not lines:
            raise UserError(self.env._("Nobody would get an owner. Make a preview first, and check the rules."))
        still = set(self._pool_ids(lines.partner_id.ids))
        # sudo: bank.assignment, res.partner - whom the user sees in the pool; the lines were computed
        moved = (
            self.env["bank.owner.move"]
            .sudo()
            ._move(
                [
                    (line.partner_id.id, None, line.user_id.id or None, line._target_branch().id or None)
                    for line in lines
                    if line.partner_id.id in still
                ],
                day=self.env["bank.run"]._today(),
                reason=self.reason,
                source="rule",
                move_branch=self.move_branch,
            )
        )
        self._note_turns(lines.filtered(lambda line: line.partner_id.id in moved))
        self.sudo()._unguarded().is_applied = True  # sudo: as _store_lines
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("%(count)s customers have an owner or a branch now.", count=len(moved)),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    def _note_turns(self, lines):
        """The next distribution in turn goes on behind the last one who got a customer."""
        for rule, dealt in lines.grouped("rule_id").items():
            if rule.strategy == "round_robin":
                rule.sudo().last_user_id = dealt[-1:].user_id  # sudo: bank.assignment.rule - its own mark

    def _reopen(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Distribute the Pool"),
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
            "target": "new",
        }
