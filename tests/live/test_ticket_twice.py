"""Callers that register the same ticket at the same moment, each on a connection of its own: one ticket for all."""

import threading
import uuid
import xmlrpc.client

CALLERS = 6


class Client:
    """One caller: its own connection, as another system has it."""

    def __init__(self, server, uid):
        self.server, self.uid = server, uid
        self.models = xmlrpc.client.ServerProxy(f"{server.url}/xmlrpc/2/object", allow_none=True)

    def __call__(self, model, method, *arguments):
        return self.models.execute_kw(
            self.server.database, self.uid, self.server.password, model, method, list(arguments)
        )


def at_once(work):
    """Run ``work(number)`` in threads that start together; return what each gave."""
    barrier, answers = threading.Barrier(CALLERS), [None] * CALLERS

    def run(number):
        barrier.wait()
        answers[number] = work(number)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(CALLERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    return answers


def make_caller(server):
    """Return a function that makes clients of a member of Operations, and the number of a customer."""
    common = xmlrpc.client.ServerProxy(f"{server.url}/xmlrpc/2/common")
    admin = Client(server, common.authenticate(server.database, server.login, server.password, {}))
    [group] = admin(
        "ir.model.data", "search_read", [["module", "=", "bank_crm"], ["name", "=", "group_operations"]], ["res_id"]
    )
    uid = admin(
        "res.users",
        "create",
        {
            "name": "Caller",
            "login": f"caller.{uuid.uuid4()}",
            "password": server.password,
            "group_ids": [[4, group["res_id"]]],
        },
    )
    uid = uid[0] if isinstance(uid, list) else uid
    caller = Client(server, uid)
    batch = {"external_id": "twice", "name": "Twice"}
    caller("bank.exchange", "push_customers", "twice", f"twice/{uid}", [batch])
    [key] = caller("bank.exchange.key", "search_read", [["source", "=", "twice"]], ["partner_id"])
    [partner] = caller("res.partner", "read", [key["partner_id"][0]], ["customer_number"])
    return lambda: Client(server, uid), partner["customer_number"]


def test_one_ticket_for_all_callers(live_server):
    client, number = make_caller(live_server)
    values = {
        "kind": "complaint",
        "subject": "Fee",
        "description": "A fee was taken.",
        "customer_number": number,
        "external_ref": "TWICE-1",
    }
    answers = at_once(lambda _number: client()("bank.ticket", "register", values))
    assert sorted(answer["created"] for answer in answers) == [False] * (CALLERS - 1) + [True]
    assert len({answer["id"] for answer in answers}) == 1
    assert client()("bank.ticket", "search_count", [["external_ref", "=", "TWICE-1"]]) == 1

    message = {"external_ref": "TWICE-1", "key": "1", "text": "More"}
    answers = at_once(lambda _number: client()("bank.ticket", "add_message", message))
    assert sorted(answer["replayed"] for answer in answers) == [False] + [True] * (CALLERS - 1)
    assert len({answer["message_id"] for answer in answers}) == 1


def test_tickets_of_one_customer_at_once_are_all_registered(live_server):
    """No two of them get one number, and nobody waits for nothing."""
    client, number = make_caller(live_server)

    def register(index):
        values = {"kind": "inquiry", "subject": f"Question {index}", "description": "?", "customer_number": number}
        return client()("bank.ticket", "register", values)

    answers = at_once(register)
    assert all(answer["created"] for answer in answers)
    assert len({answer["number"] for answer in answers}) == CALLERS
