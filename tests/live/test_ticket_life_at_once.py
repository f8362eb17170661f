"""Users who decide about the same tickets at the same moment, each on a connection of his own: one decision holds."""

import itertools
import uuid
import xmlrpc.client

import pytest

from .test_ticket_twice import CALLERS, Client, at_once

REFUSED = ("[already_merged]", "[ticket_closed]", "[ticket_open]", "[too_many_representatives]", "[not_merged]")
NUMBERS = itertools.count(1)


class Office:
    """Agents of one bank and a customer with tickets."""

    def __init__(self, server):
        self.server = server
        common = xmlrpc.client.ServerProxy(f"{server.url}/xmlrpc/2/common")
        self.admin = Client(server, common.authenticate(server.database, server.login, server.password, {}))
        self.agents = [self.make_agent() for _number in range(CALLERS)]
        [self.customer] = self.admin("res.partner", "create", [{"name": "Twice", "is_bank_customer": True}])

    def make_agent(self):
        [group] = self.admin(
            "ir.model.data",
            "search_read",
            [["module", "=", "bank_crm"], ["name", "=", "group_service_agent"]],
            ["res_id"],
        )
        values = {
            "name": "Agent",
            "login": f"agent.{uuid.uuid4()}",
            "password": self.server.password,
            "group_ids": [[4, group["res_id"]]],
        }
        [uid] = self.admin("res.users", "create", [values])
        return uid

    def agent(self, number):
        return Client(self.server, self.agents[number])

    def tickets(self, count, **values):
        vals = {"kind": "inquiry", "subject": "Fee", "description": "A fee.", "partner_id": self.customer, **values}
        return self.agent(0)("bank.ticket", "create", [vals] * count)

    def step(self, number, model, ticket_ids, values):
        """Fill in a wizard and press its button; return whether it was done, and the refusal otherwise."""
        agent = self.agent(number)
        try:
            [wizard] = agent(model, "create", [{"ticket_ids": [[6, 0, ticket_ids]], **values}])
            agent(model, "action_apply", [wizard])
        except xmlrpc.client.Fault as fault:
            assert any(code in fault.faultString for code in REFUSED), fault.faultString
            return fault.faultString
        return True

    def read(self, model, domain, fields):
        return self.agent(0)(model, "search_read", domain, fields)


@pytest.fixture(scope="module")
def office(live_server):
    return Office(live_server)


def test_two_users_merge_the_same_tickets_the_other_way_round(office):
    first, second = office.tickets(2)

    def merge(number):
        source, target = (first, second) if number % 2 else (second, first)
        return office.step(number, "bank.ticket.merge.new", [source, target], {"target_id": target, "reason": "Same"})

    answers = at_once(merge)
    assert answers.count(True) == 1, answers
    rows = office.read("bank.ticket", [["id", "in", [first, second]]], ["state", "merged_into_id"])
    assert sorted(row["state"] for row in rows) == ["closed", "new"]
    assert len([row for row in rows if row["merged_into_id"]]) == 1
    assert len(office.read("bank.ticket.merge", [["source_id", "in", [first, second]]], ["id"])) == 1
    [closed] = [row["id"] for row in rows if row["state"] == "closed"]
    undo = at_once(lambda number: undo_merge(office, number, closed))
    assert undo.count(True) == 1, undo
    assert office.read("bank.ticket", [["id", "=", closed]], ["state"])[0]["state"] == "new"


def undo_merge(office, number, ticket_id):
    agent = office.agent(number)
    try:
        [wizard] = agent("bank.ticket.merge.undo", "create", [{"ticket_id": ticket_id, "reason": "Not the same"}])
        agent("bank.ticket.merge.undo", "action_apply", [wizard])
    except xmlrpc.client.Fault as fault:
        assert any(code in fault.faultString for code in REFUSED), fault.faultString
        return fault.faultString
    return True


def test_a_ticket_is_opened_again_once(office):
    [ticket] = office.tickets(1)
    office.agent(0)("bank.ticket", "action_respond", [ticket])
    office.agent(0)("bank.ticket", "action_close", [ticket])
    answers = at_once(lambda number: office.step(number, "bank.ticket.reopen", [ticket], {"reason": "New papers"}))
    assert answers.count(True) == 1, answers
    [row] = office.read("bank.ticket", [["id", "=", ticket]], ["state", "reopen_count"])
    assert (row["state"], row["reopen_count"]) == ("investigating", 1)
    assert len(office.read("bank.ticket.closure", [["ticket_id", "=", ticket]], ["id"])) == 1
    answer = office.agent(0)("bank.ticket", "action_verify_events", [ticket])
    assert answer["params"]["type"] == "success", "no entry of the history was lost"


def test_a_group_sends_no_more_representatives_at_the_same_moment(office):
    [ticket] = office.tickets(1)
    office.admin("res.company", "write", [1], {"bank_ticket_representatives": 2})

    def add(number):
        vals = {"ticket_id": ticket, "role": "representative", "name": f"R{next(NUMBERS)}", "phone": "1"}
        try:
            office.agent(number)("bank.ticket.party", "create", [vals])
        except xmlrpc.client.Fault as fault:
            assert "[too_many_representatives]" in fault.faultString, fault.faultString
            return False
        return True

    assert at_once(add).count(True) == 2
    assert len(office.read("bank.ticket.party", [["ticket_id", "=", ticket]], ["id"])) == 2
