"""Tickets of the invented bank: a complaints office with a history of half a year and work for today."""

from odoo import fields
from odoo.fields import Command

from .plan import SERVICES, make_cases, moment

MARKER = "demo_team_complaints_office"
CHANNELS = {"branch": "A0101", "phone": "A01032", "portal": "A01031", "mail": "A01039M", "letter": "A0199L"}
REASONS = {
    "upheld": "The customer is right: what happened is not what was agreed. We put it right.",
    "partly": "A part of what the customer says is confirmed by our records; for that part we make an offer.",
    "not_upheld": "The records show that the customer was informed and that the terms were kept.",
}
QUIET = {"tracking_disable": True, "mail_create_nosubscribe": True, "no_reset_password": True, "lang": "en_US"}


def build(env):
    """Write the tickets, unless this database has them already.

    :param env: of the superuser
    :return: whether something was written
    """
    if env.ref(f"bank_crm_complaints.{MARKER}", raise_if_not_found=False):
        return False
    env = env(context={**env.context, **QUIET})
    use_local_calendar(env)
    users = write_users(env)
    teams = write_teams(env, users)
    customers = env["res.partner"].search(
        [("is_bank_customer", "=", True), ("company_id", "in", [env.company.id, False])], order="id", limit=60
    )
    if not customers:
        return False
    tickets = write_cases(env, customers, teams)
    requests = write_services(env, customers, teams)
    write_tasks(env, tickets, teams)
    write_letter(env, tickets)
    write_customer_of_the_portal(env, requests[2].partner_id)
    return True


def use_local_calendar(env):
    """Deadlines of the invented bank run on the working days of its country."""
    if env.company.country_id.code == "CN":
        env.company.resource_calendar_id = env.ref("bank_crm_complaints.resource_calendar_cn")


def write_users(env):
    """Return ``{login: user}``: those of the invented bank, and a lead for its complaints office."""
    logins = ("agent", "compliance", "manager", "rm", "operations")
    users = {user.login: user for user in env["res.users"].search([("login", "in", logins)])}
    agent = users.get("agent") or env.user
    lead = env["res.users"].search([("login", "=", "lead")]) or env["res.users"].create(
        {
            "name": "Zhou Lan 周岚",
            "login": "lead",
            "password": "demo",
            "email": "zhou.lan@qinglan-bank.example.com",
            "tz": "Asia/Shanghai",
            "bank_branch_id": agent.bank_branch_id.id,
            "group_ids": [
                Command.set((env.ref("bank_crm_complaints.group_complaint_lead") | env.ref("base.group_user")).ids)
            ],
        }
    )
    return {**users, "agent": agent, "lead": lead}


def write_teams(env, users):
    """Return ``{code: team}``."""
    agent, lead = users["agent"], users["lead"]
    members = [Command.create({"user_id": agent.id}), Command.create({"user_id": lead.id, "capacity": 20})]
    rows = [
        (MARKER, {"code": "COMPLAINTS", "name": "Complaints Office", "handles": "complaints", "member_ids": members}),
        (
            "demo_team_service_desk",
            {"code": "DESK", "name": "Service Desk", "handles": "others", "member_ids": members},
        ),
        ("demo_team_legal", {"code": "LEGAL", "name": "Legal Department", "is_department": True}),
        ("demo_team_cards", {"code": "CARDS", "name": "Card Department", "is_department": True, "task_hours": 8}),
    ]
    teams = env["bank.ticket.team"].create(
        [{"leader_id": lead.id, "company_id": env.company.id, **vals} for _name, vals in rows]
    )
    env["ir.model.data"].create(
        [
            {"module": "bank_crm_complaints", "name": name, "model": team._name, "res_id": team.id, "noupdate": True}
            for (name, _vals), team in zip(rows, teams, strict=True)
        ]
    )
    return {team.code: team for team in teams}


def write_cases(env, customers, teams):
    """Register the tickets of the plan and lead each to where it stands."""
    now = fields.Datetime.now()
    cases = make_cases()
    codes = {axis: _taxa(env, axis) for axis in ("channel", "product", "cause")}
    handlers = teams["COMPLAINTS"].member_ids.user_id
    vals_list = []
    for index, case in enumerate(cases):
        received = moment(now, case.age).replace(microsecond=0)
        matter = case.matter
        waits = case.state == "new" or (case.state == "ack" and index % 2)
        vals_list.append(
            {
                "kind": matter.kind,
                "subject": matter.subject,
                "description": matter.description,
                "requested_remedy": matter.remedy,
                "severity": matter.severity,
                "partner_id": customers[index % len(customers)].id,
                "company_id": env.company.id,
                "received_at": received,
                "registered_at": received,
                "channel_id": codes["channel"].get(CHANNELS[case.intake]),
                "product_taxon_id": codes["product"].get(matter.product),
                "cause_taxon_id": codes["cause"].get(matter.cause),
                "intake": case.intake,
                "team_id": teams["COMPLAINTS" if matter.kind == "complaint" else "DESK"].id,
                "user_id": False if waits else handlers[index % len(handlers)].id,
                "stage_id": _stage(env, case.state),
            }
        )
    tickets = env["bank.ticket"]._unguarded().create(vals_list).with_env(env)
    for ticket, case in zip(tickets, cases, strict=True):
        _lead_to(ticket, case)
    return tickets


def _taxa(env, axis):
    return {taxon.code: taxon.id for taxon in env["bank.ticket.taxon"].search([("axis", "=", axis)])}


def _stage(env, state):
    name = {"new": "inbox", "closed": "done", "decision": "waiting"}.get(state, "working")
    return env.ref(f"bank_crm_complaints.bank_ticket_stage_{name}").id


def _lead_to(ticket, case):
    """Bring one ticket to its state by the ways that people use."""
    if case.state == "closed":
        answered = fields.Datetime.add(ticket.received_at, hours=round(24 * case.took))
        if case.outcome:
            ticket._take_response({"outcome": case.outcome, "relief": case.relief, "in_time": None}, answered)
            ticket._unguarded().write({"outcome_reason": REASONS[case.outcome]})
        else:
            ticket._remember_answer(answered)
            ticket._fire("staff_message", at=answered)
            ticket._set_state("responded", at=answered)
        if not ticket.next_statutory_due_at:
            ticket._set_state("closed", at=answered)
    elif case.state != "new":
        ticket._set_state("ack")
        ticket._on_staff_message(moment(fields.Datetime.now(), case.age * 0.3).replace(microsecond=0))
        if case.state != "ack":
            ticket._set_state("investigating")
        if case.state == "decision":
            ticket.outcome = "partly"
            ticket._set_state("decision")


def write_services(env, customers, teams):
    """Register service requests, each a step further than the one before; return them."""
    requests = env["bank.ticket"]
    now = fields.Datetime.now()
    services = {service.code: service for service in env["bank.ticket.service"].search([])}
    products = _taxa(env, "product")
    for index, (code, product, subject, description) in enumerate(SERVICES):
        received = moment(now, 0.5 + index * 1.5).replace(microsecond=0)
        ticket = (
            env["bank.ticket"]
            ._unguarded()
            .create(
                {
                    "kind": "service_request",
                    "service_id": services[code].id,
                    "subject": subject,
                    "description": description,
                    "partner_id": customers[(7 * index) % len(customers)].id,
                    "company_id": env.company.id,
                    "received_at": received,
                    "registered_at": received,
                    "product_taxon_id": products.get(product),
                    "intake": "portal",
                    "team_id": teams["DESK"].id,
                    "user_id": teams["DESK"].member_ids[0].user_id.id,
                    "stage_id": _stage(env, "ack"),
                }
            )
            .with_env(env)
        )
        ticket.progress_ids[:index].action_done()
        requests |= ticket
    return requests


def write_tasks(env, tickets, teams):
    """Ask departments about some open complaints."""
    opened = tickets.filtered(lambda ticket: ticket.state == "investigating" and ticket.kind == "complaint")
    env["bank.ticket.task"].create(
        [
            {
                "ticket_id": ticket.id,
                "name": "Was the fee agreed on?" if index % 2 else "Recording of the call, and what was said",
                "question": "Please look into the contract and answer in writing.",
                "team_id": teams["LEGAL" if index % 2 else "CARDS"].id,
            }
            for index, ticket in enumerate(opened[:6])
        ]
    )


def write_letter(env, tickets):
    """Leave the draft of a decision on the complaint that is nearest to its deadline."""
    ticket = tickets.filtered(lambda ticket: ticket.state == "decision").sorted("next_statutory_due_at")[-1:]
    if not ticket:
        return
    ticket.write({"outcome_reason": REASONS["partly"]})
    env["bank.ticket.letter"].create(
        {
            "ticket_id": ticket.id,
            "kind_id": env.ref("bank_crm_complaints.letter_kind_decision").id,
            "facts": "We found what you describe in our records of that day, except for the second point.",
            "reasons": "The terms of the product and our rules for branches, of which you have a copy.",
            "offer": "We apologise, and pay back the fee of that day.",
            "point_ids": [Command.create({"raised": ticket.subject, "answer": "You are right in this point."})],
        }
    )


def write_customer_of_the_portal(env, partner):
    """Give a customer with open tickets a login for the portal."""
    if not partner or env["res.users"].search_count([("login", "=", "customer")]):
        return
    env["res.users"].create(
        {
            "name": partner.name,
            "login": "customer",
            "password": "demo",
            "partner_id": partner.id,
            "tz": "Asia/Shanghai",
            "group_ids": [Command.set(env.ref("base.group_portal").ids)],
        }
    )
