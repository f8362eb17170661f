"""A ticket of the customer in each place, and a record of every model that hangs on a ticket."""

from odoo import Command


def furnish_ticket(cls, customer, word):
    """Register a complaint of ``customer`` and give it a record of each model in ``expectations.TICKET_MODELS``.

    :param cls: the test class, for ``cls.env``
    :param word: marker of the place, see ``world.marker``
    """
    ticket = cls.env["bank.ticket"].create(
        {
            "kind": "complaint",
            "subject": f"trouble of {word}",
            "description": f"what happened to {word}",
            "partner_id": customer.id,
            "company_id": (customer.company_id or cls.company).id,
            "regime_ids": [Command.set(cls.env.ref("bank_crm_complaints.bank_ticket_regime_cn_nfra").ids)],
        }
    )
    clock = ticket.clock_ids[:1]
    cls.env["bank.ticket.escalation"]._unguarded().create(
        {
            "clock_id": clock.id,
            "ticket_id": ticket.id,
            "level_id": cls.env["bank.ticket.escalation.level"].search([], limit=1).id,
            "due_at": clock.due_at,
            "reached_at": clock.started_at,
        }
    )
    cls.env["bank.ticket.pause"]._unguarded().create(
        {"ticket_id": ticket.id, "reason": f"waits for {word}", "from_at": ticket.received_at}
    )
    cls.env["bank.ticket.clock.extension"].create(
        {
            "clock_id": clock.id,
            "ticket_id": ticket.id,
            "rule_id": clock.rule_id.extension_rule_ids[:1].id,
            "length": 30,
            "unit": "calendar_day",
            "reason": f"more time for {word}",
            "requested_by_id": cls.env.uid,
            "requested_at": ticket.received_at,
        }
    )
    cls.env["bank.ticket.task"].create(
        {
            "ticket_id": ticket.id,
            "name": f"look at {word}",
            "user_id": cls.env.ref("base.user_admin").id,
            "partner_id": customer.id,
        }
    )
    cls.env["bank.ticket.progress"]._unguarded().create(
        {"ticket_id": ticket.id, "step_id": cls.env["bank.ticket.service.step"].search([], limit=1).id}
    )
    cls.env["bank.ticket.delivery"]._once("message", word, ticket, [word], lambda: {"number": ticket.number})
    furnish_life(cls, ticket, word)
    cls.env["bank.ticket.letter"].create(
        {
            "ticket_id": ticket.id,
            "kind_id": cls.env.ref("bank_crm_complaints.letter_kind_decision").id,
            "facts": f"facts about {word}",
            "point_ids": [Command.create({"raised": f"point of {word}", "answer": "settled"})],
        }
    )
    ticket.message_post(body=f"words with {word}", message_type="comment", subtype_xmlid="mail.mt_comment")
    return ticket


def furnish_life(cls, ticket, word):
    """Give the ticket what its life leaves behind: people, a reaction, a closing, a merge, an opening."""
    now = ticket.received_at
    cls.env["bank.ticket.party"].create({"ticket_id": ticket.id, "name": f"friend of {word}", "phone": "1"})
    ticket._record_acceptance("rejected", "phone", "oral", note=f"said by {word}")
    cls.env["bank.ticket.closure"].create(
        {"ticket_id": ticket.id, "state": "closed", "closed_at": now, "reopened_at": now, "outcome_reason": word}
    )
    cls.env["bank.ticket.merge"].create(
        {"source_id": ticket.id, "target_id": ticket.id, "merged_at": now, "undone_at": now, "reason": word}
    )
    cls.env["bank.ticket.access.log"].create(
        {
            "ticket_id": ticket.id,
            "user_id": cls.env.uid,
            "opened_at": now,
            "hour_at": now.replace(minute=0, second=0),
            "confidentiality": "restricted",
        }
    )
