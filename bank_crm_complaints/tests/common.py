"""The bank of ``bank_crm`` (see its ``tests/common.py``) with a complaints office.

``cls.users`` gains ``lead`` (Complaints Lead), ``agent_two`` and ``conduct`` (an agent who also has the right
"Conduct of Staff"); ``cls.office`` is the team of the agents, ``cls.legal`` a department.
"""

from odoo import fields
from odoo.tests import TransactionCase, new_test_user, tagged

from odoo.addons.bank_crm.tests.common import BankWorld

TICKET_ROLES = {
    "lead": "bank_crm_complaints.group_complaint_lead",
    "agent_two": "bank_crm.group_service_agent",
    "conduct": "bank_crm.group_service_agent,bank_crm_complaints.group_conduct",
}


class TicketWorld(BankWorld):
    @classmethod
    def make_world(cls):
        result = super().make_world()
        for name, groups in TICKET_ROLES.items():
            cls.users[name] = new_test_user(cls.env, f"bank_{name}", groups=groups, password=f"bank_{name}")
        cls.office = cls.make_team("OFFICE", "Complaints Office", leader_id=cls.users["lead"].id)
        cls.legal = cls.make_team("LEGAL", "Legal Department", is_department=True)
        # Anna's own access to the portal.
        cls.users["portal"].partner_id.email = "portal@example.com"
        return result

    @classmethod
    def make_team(cls, code, name, **values):
        return cls.env["bank.ticket.team"].create({"code": code, "name": name, **values})

    @classmethod
    def make_ticket(cls, partner=None, **values):
        """Register a complaint of Anna (or of ``partner``; ``partner=False``: of nobody known)."""
        partner = cls.anna if partner is None else partner
        return cls.env["bank.ticket"].create(
            {
                "kind": "complaint",
                "subject": "Fee on a free account",
                "description": "A fee was taken although the account is free of charge.",
                "partner_id": partner.id if partner else False,
                **values,
            }
        )

    def kinds_of(self, ticket):
        """Return the kinds in the ticket's history, in their order."""
        ticket.invalidate_recordset(["event_ids"])
        return ticket.sudo().event_ids.sorted("seq").mapped("kind")

    def at(self, text):
        return fields.Datetime.to_datetime(text)


@tagged("post_install", "-at_install")
class TicketCase(TicketWorld, TransactionCase):
    """A test in the bank of this module's picture."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_world()
