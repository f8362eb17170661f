from odoo import api, fields, models
from odoo.tools import SQL

# How heavily an open ticket weighs on its handler; each legal deadline that still runs adds one.
SEVERITY_WEIGHTS = {"low": 1, "normal": 2, "high": 3, "critical": 5}


class BankTicketMember(models.Model):
    """Somebody who handles tickets for a team: what he is skilled in, and how much he can carry.

    An empty skill means everything. ``capacity`` is a weight: see :data:`SEVERITY_WEIGHTS`.
    """

    _name = "bank.ticket.member"
    _description = "Team Member"
    _order = "team_id, id"
    _rec_name = "user_id"

    team_id = fields.Many2one(comodel_name="bank.ticket.team", required=True, index=True, ondelete="cascade")
    user_id = fields.Many2one(
        comodel_name="res.users", string="Employee", required=True, index=True, domain=[("share", "=", False)]
    )
    cause_taxon_ids = fields.Many2many(
        comodel_name="bank.ticket.taxon",
        relation="bank_ticket_member_cause_rel",
        string="Causes",
        domain=[("axis", "=", "cause")],
        help="Also what is below them in the tree. Empty: all.",
    )
    product_taxon_ids = fields.Many2many(
        comodel_name="bank.ticket.taxon",
        relation="bank_ticket_member_product_rel",
        string="Products",
        domain=[("axis", "=", "product")],
        help="Also what is below them in the tree. Empty: all.",
    )
    lang_ids = fields.Many2many(
        comodel_name="res.lang", string="Languages", help="Of the customers he can answer. Empty: all."
    )
    capacity = fields.Integer(
        required=True,
        default=40,
        help="The weight of open tickets up to which he is given more: low 1, normal 2, high 3, critical 5, and one "
        "for each legal deadline that runs.",
    )
    load = fields.Integer(compute="_compute_load", string="Carries Now")
    active = fields.Boolean(default=True)

    _user_uniq = models.UniqueIndex("(team_id, user_id)", "This employee is in the team already.")
    _capacity_check = models.Constraint("CHECK(capacity >= 0)", "Capacity: it cannot be negative. Enter 0 for none.")

    @api.depends("user_id")
    def _compute_load(self):
        loads = self._loads(self.user_id)
        for member in self:
            member.load = loads.get(member.user_id.id, 0)

    @api.model
    def _loads(self, users):
        """Return ``{user id: weight of his open tickets}``, in one query."""
        tickets = self.env["bank.ticket"]
        tickets.flush_model(["user_id", "severity", "state"])
        self.env["bank.ticket.clock"].flush_model()
        weights = SQL(" ").join(
            SQL("WHEN %s THEN %s", severity, weight) for severity, weight in SEVERITY_WEIGHTS.items()
        )
        rows = self.env.execute_query(
            SQL(
                """SELECT ticket.user_id,
                          sum(CASE ticket.severity %s ELSE 1 END) + COALESCE(sum(running.clocks), 0)
                     FROM bank_ticket AS ticket
                     LEFT JOIN LATERAL (SELECT count(*) AS clocks FROM bank_ticket_clock AS clock
                                         WHERE clock.ticket_id = ticket.id AND clock.is_open
                                           AND clock.kind = 'statutory') AS running ON TRUE
                    WHERE ticket.is_open AND ticket.user_id = ANY(%s)
                    GROUP BY ticket.user_id""",
                weights,
                list(users.ids),
            )
        )
        return {user_id: int(load) for user_id, load in rows}

    def _absent_users(self, at=None):
        """Return the users of these members who are away: time off in their calendar, or customers handed over."""
        at = at or fields.Datetime.now()
        users = self.user_id
        # sudo: resource.calendar.leaves, bank.handover - only that somebody is away, neither why nor how long
        leaves = self.env["resource.calendar.leaves"].sudo()
        away = leaves.search(
            [
                ("resource_id.user_id", "in", users.ids),
                ("date_from", "<=", at),
                ("date_to", ">=", at),
            ]
        ).resource_id.user_id
        handovers = (
            self.env["bank.handover"]
            .sudo()
            .search(  # sudo: see above
                [
                    ("from_user_id", "in", users.ids),
                    ("kind", "=", "leave"),
                    ("state", "in", ["running", "done"]),
                    ("date_from", "<=", at.date()),
                    ("date_to", ">=", at.date()),
                ]
            )
        )
        return (away | handovers.from_user_id).with_env(self.env)

    def _is_skilled_for(self, ticket):
        """Tell whether cause, product and language of the ticket are among the member's skills."""
        self.ensure_one()
        return (
            self._covers(self.cause_taxon_ids, ticket.cause_taxon_id)
            and self._covers(self.product_taxon_ids, ticket.product_taxon_id)
            and (not self.lang_ids or not ticket.lang or ticket.lang in self.lang_ids.mapped("code"))
        )

    @api.model
    def _covers(self, skills, taxon):
        if not skills or not taxon:
            return True
        above = {int(part) for part in (taxon.parent_path or "").split("/") if part}
        return bool(above & set(skills.ids))
