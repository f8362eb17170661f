"""Owners of customers: assignments, and their mirrors on the contact."""

from odoo import fields
from odoo.tools import SQL

from . import staging


class OwnerFeed:
    """Collects who is to own which customer and writes it: ``bank.assignment._set_primary`` for many owners at once.

    A row that names only a manager leaves the branch as it is; a customer without a branch comes to the manager's
    home branch.
    """

    def __init__(self, feed):
        self.feed = feed
        self.env = feed.env
        self.cr = feed.cr
        self.new = {}  # partner id: (user id, branch id) of customers that are being created
        self.changed = {}  # partner id: ((user id, branch id) before, after) of known ones
        self._home = None

    def plan_new(self, rows, partner_ids):
        """Note the owners of new customers."""
        for values, partner_id in zip(rows, partner_ids, strict=True):
            owner = self._wanted(values, (None, None))
            if owner != (None, None):
                self.new[partner_id] = owner

    def plan_known(self, values, known):
        """Note the owner of a known customer if it changes."""
        if "manager_login" not in values and "branch_code" not in values:
            return
        before = (known["relationship_manager_id"], known["branch_id"])
        after = self._wanted(values, before)
        if after != before:
            self.changed[known["id"]] = (before, after)

    def _wanted(self, values, before):
        user_id = values.get("manager_login", before[0])
        branch_id = values.get("branch_code", before[1])
        if user_id and not branch_id:
            branch_id = self._home_branch(user_id)
        return user_id, branch_id

    def _home_branch(self, user_id):
        if self._home is None:
            users = self.env["res.users"].search_fetch([("bank_branch_id", "!=", False)], ["bank_branch_id"])
            self._home = {user.id: user.bank_branch_id.id for user in users}
        return self._home.get(user_id)

    # ------------------------------------------------------------------
    # Write
    # ------------------------------------------------------------------

    def apply(self):
        """Write the assignments.

        :return: ids of the known customers whose owner changed
        """
        if not self.new and not self.changed:
            return set()
        ended = self._end_former()
        begun = dict(self.new)
        begun.update({partner_id: after for partner_id, (_before, after) in self.changed.items() if any(after)})
        assignment_ids = self._begin(begun)
        self._mirror()
        self._add_events({**ended, **assignment_ids}, begun)
        return set(self.changed)

    def _end_former(self):
        """Return ``{partner id: id of the assignment that was ended}``."""
        if not self.changed:
            return {}
        rows = self.env.execute_query(
            SQL(
                """UPDATE bank_assignment SET date_to = GREATEST(date_from, %s), write_uid = %s, write_date = %s
                    WHERE partner_id = ANY(%s) AND role = 'primary' AND date_to IS NULL
                RETURNING partner_id, id""",
                self._today(),
                self.env.uid,
                self.cr.now(),
                sorted(self.changed),
            )
        )
        return dict(rows)

    def _begin(self, owners):
        """Return ``{partner id: id of the new assignment}``."""
        ids = staging.reserve_ids(self.cr, "bank_assignment", len(owners))
        rows = [
            (assignment_id, partner_id, user_id, branch_id)
            for assignment_id, (partner_id, (user_id, branch_id)) in zip(ids, owners.items(), strict=True)
        ]
        constants = {
            "role": "primary",
            "date_from": self._today(),
            "source": "feed",
            "company_id": self.feed.company.id,
            **self.feed.birth_stamp,
        }
        staging.insert_rows(self.cr, "bank_assignment", ["id", "partner_id", "user_id", "branch_id"], rows, constants)
        return {row[1]: row[0] for row in rows}

    def _mirror(self):
        """Write the mirrors of known customers; new ones were inserted with theirs."""
        if not self.changed:
            return
        rows = [(partner_id, *after) for partner_id, (_before, after) in sorted(self.changed.items())]
        names = ["relationship_manager_id", "branch_id"]
        staging.update_rows(self.cr, "res_partner", ["id", *names], rows, self.feed.stamp)
        partners = self.env["res.partner"].browse([row[0] for row in rows])
        partners.invalidate_recordset(flush=False)
        with self.env.protecting([partners._fields[name] for name in names], partners):
            partners.modified([*names, "assignment_ids"])
        self.env.flush_all()

    def _add_events(self, source_ids, begun):
        label = self._labels(begun)
        for partner_id in begun.keys() | self.changed.keys():
            before = self.changed.get(partner_id, ((None, None), None))[0]
            self.feed.events.add(
                "owner.changed",
                partner_id,
                "bank.assignment",
                source_ids.get(partner_id),
                {"from": label(before), "to": label(begun.get(partner_id, (None, None))), "reason": None},
            )

    def _labels(self, begun):
        """Return the function ``(user id, branch id) -> "Li Na (VIP Centre)"``, as the assignment writes it."""
        pairs = [*begun.values(), *[before for before, _after in self.changed.values()]]
        users = self.env["res.users"].browse({user_id for user_id, _branch_id in pairs if user_id})
        branches = self.env["bank.branch"].browse({branch_id for _user_id, branch_id in pairs if branch_id})
        user_names = {user.id: user.name for user in users}
        branch_names = {branch.id: branch.name for branch in branches}

        def label(pair):
            user, branch = user_names.get(pair[0]), branch_names.get(pair[1])
            return (f"{user} ({branch})" if user and branch else user or branch or "") or None

        return label

    def _today(self):
        return fields.Date.context_today(self.env["bank.assignment"])
