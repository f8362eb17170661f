from odoo import api, fields, models
from odoo.exceptions import UserError

from .bank_ticket import STAFF

CLASSES = ("public", "restricted", "conduct", "whistle")  # from open to closed
SOURCE_FIELDS = ("state", "outcome", "outcome_reason", "relief")
TARGET_FIELDS = ("confidentiality", "is_major", "affected_count")


class BankTicket(models.Model):
    """Several tickets of one customer about one matter become one, and one again several where that was wrong."""

    _inherit = "bank.ticket"

    merged_into_id = fields.Many2one(
        comodel_name="bank.ticket",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        groups=STAFF,
    )
    merged_source_ids = fields.One2many(
        comodel_name="bank.ticket", inverse_name="merged_into_id", string="Merged Tickets", groups=STAFF
    )
    merge_ids = fields.One2many(comodel_name="bank.ticket.merge", inverse_name="target_id", groups=STAFF)

    @api.model
    def _guarded_fields(self):
        return {*super()._guarded_fields(), "merged_into_id"}

    # ------------------------------------------------------------------
    # Merging
    # ------------------------------------------------------------------

    def _merge_into(self, target, reason):
        """Make these tickets part of ``target``: one matter, one conversation, one answer.

        Messages, files, activities, people, letters and tasks go over; the clocks of these tickets stop and the target
        takes over the strictest ones; each ticket keeps its receipt and its history and leads to the other.

        :param target: open ticket of the same customer and company
        :param reason: words of staff
        :return: ``bank.ticket.merge`` records
        :raises UserError: ``[other_customer]``, ``[not_identified]``, ``[other_company]``, ``[kind_differs]``,
            ``[ticket_closed]``, ``[already_merged]``, ``[reason_missing]``
        """
        target.ensure_one()
        sources = self - target
        (sources | target)._check_may_work()
        reason = self._check_reason(reason)
        (sources | target)._lock_rows()
        sources._check_may_merge(target)
        merges = self.env["bank.ticket.merge"]
        for source in sources:
            merges |= source._merge_one(target, reason)
        numbers = sources.mapped("number")
        target._log("merge_received", data={"tickets": numbers, "reason": reason})
        sources._log("merged", data={"ticket": target.number, "reason": reason})
        sources._fire("merged")
        sources._set_state("closed", merged_into=target.number)
        return merges

    def _check_may_merge(self, target):
        everything = self | target
        if merged := everything.filtered("merged_into_id")[:1]:
            raise UserError(
                self.env._(
                    "[already_merged] %(number)s was merged into %(target)s already. Work there, or undo that merge.",
                    number=merged.number,
                    target=merged.merged_into_id.number,
                )
            )
        everything._check_is_open()
        everything._check_one_customer()
        if target.kind != "complaint" and (complaint := self.filtered(lambda ticket: ticket.kind == "complaint")[:1]):
            raise UserError(
                self.env._(
                    "[kind_differs] %(number)s is a complaint, %(target)s is none: its legal deadlines would be lost. "
                    "Merge the other way round, or convert %(target)s first.",
                    number=complaint.number,
                    target=target.number,
                )
            )

    def _check_one_customer(self):
        """Tickets of several customers never become one: each of them would read what the other one wrote.

        :raises UserError: ``[not_identified]``, ``[other_customer]``, ``[other_company]``
        """
        if unknown := self.filtered(lambda ticket: not ticket.partner_id)[:1]:
            raise UserError(
                self.env._(
                    "[not_identified] Customer: %(number)s has none. Identify the customer first; then it shows "
                    "whether the tickets belong together.",
                    number=unknown.number,
                )
            )
        if len(self.partner_id) > 1:
            raise UserError(
                self.env._(
                    "[other_customer] Customer: these tickets belong to %(count)s customers. Answer each customer for "
                    "himself; for one cause that hit many, give the tickets the same cause.",
                    count=len(self.partner_id),
                )
            )
        if len(self.company_id) > 1:
            raise UserError(
                self.env._("[other_company] Company: these tickets belong to several companies. Keep them apart.")
            )

    def _merge_one(self, target, reason):
        self.ensure_one()
        # sudo: bank.ticket.merge - what hangs on the tickets moves as a whole, also what the user does not see of it
        merges = self.env["bank.ticket.merge"].sudo()
        source_values = self._values_before(SOURCE_FIELDS)
        target_values = target._values_before(TARGET_FIELDS)
        target_values["complained_user_ids"] = target.sudo().complained_user_ids.ids
        target._take_over(self)
        # sudo: bank.ticket - see above
        self.sudo()._unguarded().write({"merged_into_id": target.id, "outcome": "duplicate"})
        return merges.create(
            {
                "source_id": self.id,
                "target_id": target.id,
                "merged_at": fields.Datetime.now(),
                "merged_by_id": self.env.uid,
                "reason": reason,
                "moved": merges._move(self, target),
                "source_values": source_values,
                "target_values": target_values,
            }
        )

    def _values_before(self, names):
        self.ensure_one()
        ticket = self.sudo()  # sudo: bank.ticket - kept for the way back only
        return {name: ticket[name] for name in names}

    def _take_over(self, source):
        """Be as confidential as the stricter of the two, as major, and know what the customer last wrote."""
        target, source = self.sudo(), source.sudo()  # sudo: bank.ticket - the stricter of what the user may not see
        messages = [ticket.last_customer_message_at for ticket in (target, source) if ticket.last_customer_message_at]
        answers = [ticket.first_response_at for ticket in (target, source) if ticket.first_response_at]
        values = {
            "confidentiality": max(target.confidentiality, source.confidentiality, key=CLASSES.index),
            "affected_count": max(target.affected_count, source.affected_count),
            "last_customer_message_at": max(messages, default=False),
            "first_response_at": min(answers, default=False),
        }
        if source.is_major and not target.is_major:
            values["is_major"] = True
        target._unguarded().write(values)
        if employees := source.complained_user_ids - target.complained_user_ids:
            target.complained_user_ids |= employees

    # ------------------------------------------------------------------
    # Undoing
    # ------------------------------------------------------------------

    def _unmerge(self, reason):
        """Take tickets out again of those they were merged into; what was moved comes back, clocks run as before.

        What came to the other ticket since stays there.

        :param reason: words of staff
        :raises UserError: ``[not_merged]``, ``[already_merged]``, ``[reason_missing]``
        """
        reason = self._check_reason(reason)
        # sudo: bank.ticket.merge - the way back of tickets that the user may write
        merges = self.env["bank.ticket.merge"].sudo()
        for ticket in self:
            target = ticket.merged_into_id
            (ticket | target)._check_may_work()
            (ticket | target)._lock_rows()
            merge = merges.search([("source_id", "=", ticket.id), ("undone_at", "=", False)])
            ticket._check_may_unmerge(merge)
            ticket._unmerge_one(merge, reason)

    def _check_may_unmerge(self, merge):
        if not merge:
            raise UserError(
                self.env._("[not_merged] %(number)s is not merged into another ticket.", number=self.number)
            )
        if further := merge.target_id.merged_into_id:
            raise UserError(
                self.env._(
                    "[already_merged] %(target)s was merged further into %(further)s. Undo that first.",
                    target=merge.target_id.number,
                    further=further.number,
                )
            )

    def _unmerge_one(self, merge, reason):
        target = merge.target_id.with_env(self.env)
        merge._move_back(merge.moved or {}, self, target)
        self._end_closures(reason)
        values = dict(merge.source_values)
        state = values.pop("state")
        # sudo: bank.ticket - what merging changed, also what the user may not see
        self.sudo()._unguarded().write({**values, "state": state, "closed_at": False})
        target._restore_before_merge(merge)
        merge._unsealed().write(
            {"undone_at": fields.Datetime.now(), "undone_by_id": self.env.uid, "undo_reason": reason}
        )
        self._log("state", data={"from": "closed", "to": state, "unmerged": True})
        self._log("unmerged", data={"ticket": target.number, "reason": reason})
        target._log("merge_undone", data={"ticket": self.number, "reason": reason})
        self._fire("unmerged")
        self._unguarded().write({"merged_into_id": False})

    def _restore_before_merge(self, merge):
        """Give back what the target took over, unless it was changed since or another merged ticket needs it."""
        target = self.sudo()  # sudo: bank.ticket - what merging changed, also what the user may not see
        others = target.merged_source_ids - merge.source_id
        before = merge.target_values
        strictest = max([before["confidentiality"], *others.mapped("confidentiality")], key=CLASSES.index)
        kept = {*before["complained_user_ids"], *others.complained_user_ids.ids}
        values = {"affected_count": max([before["affected_count"], *others.mapped("affected_count")])}
        if target.confidentiality == merge.source_id.confidentiality:
            values["confidentiality"] = strictest
        if not before["is_major"] and not any(others.mapped("is_major")):
            values["is_major"] = False
        target._unguarded().write(values)
        gone = merge.source_id.sudo().complained_user_ids.filtered(lambda user: user.id not in kept)
        if gone:
            target.complained_user_ids -= gone

    def _check_is_no_source(self):
        result = super()._check_is_no_source()
        if self.merged_into_id:
            raise UserError(
                self.env._(
                    "[ticket_merged] %(number)s was merged into %(target)s. Undo the merge, or work there.",
                    number=self.number,
                    target=self.merged_into_id.number,
                )
            )
        return result
