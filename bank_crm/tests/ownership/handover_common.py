"""What the tests of hand-overs share."""

from odoo import Command
from odoo.tests import new_test_user

from ..common import BankWorld

DAY = "2026-03-31"
MORNING = "2026-03-31 08:00:00"


class HandoverWorld(BankWorld):
    """Adds a stand-in and a second branch manager to the small bank, and makes open work about customers."""

    @classmethod
    def make_world(cls):
        result = super().make_world()
        cls.stand_in = new_test_user(
            cls.env, "bank_stand_in", groups="bank_crm.group_relationship_manager", password="bank_stand_in"
        )
        cls.stand_in.bank_branch_id = cls.north_vip
        cls.users["stand_in"] = cls.stand_in
        cls.users["manager_south"] = new_test_user(
            cls.env, "bank_manager_south", groups="bank_crm.group_branch_manager", password="bank_manager_south"
        )
        cls.south.manager_id = cls.users["manager_south"]
        cls.rm = cls.users["rm_north"]
        return result

    @classmethod
    def make_work(cls, partner, user=None):
        """Return a task, a meeting and an opportunity of ``user`` about ``partner``."""
        user = user or cls.rm
        task = cls.env["mail.activity"].create(
            {
                "res_model_id": cls.env["ir.model"]._get_id("res.partner"),
                "res_id": partner.id,
                "user_id": user.id,
                "summary": "Call back",
                "date_deadline": "2026-04-20",
            }
        )
        meeting = cls.env["calendar.event"].create(
            {
                "name": "Review",
                "start": "2026-04-10 08:00:00",
                "stop": "2026-04-10 09:00:00",
                "user_id": user.id,
                "partner_ids": [Command.set((partner | user.partner_id).ids)],
            }
        )
        opportunity = cls.env["crm.lead"].create(
            {"name": "Mortgage", "type": "opportunity", "partner_id": partner.id, "user_id": user.id}
        )
        return task, meeting, opportunity

    @classmethod
    def make_handover(cls, kind="transfer", giver=None, receivers=None, **values):
        handover = cls.env["bank.handover"].create(
            {
                "kind": kind,
                "from_user_id": (giver or cls.rm).id,
                "receiver_ids": [Command.set((receivers or cls.stand_in).ids)],
                "date_from": DAY,
                **values,
            }
        )
        handover.action_load_customers()
        handover.action_distribute()
        return handover

    def approve(self, handover, role="manager_north"):
        self.as_user(role, handover).action_approve_and_start()
        self.env.invalidate_all()

    def active_owner(self, partner):
        return self.env["bank.assignment"].search(
            [("partner_id", "=", partner.id), ("role", "=", "primary"), ("date_to", "=", False)]
        )
