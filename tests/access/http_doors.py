"""The doors over HTTP: each takes a client who has logged in and returns the text of the answer."""

import json
import xmlrpc.client

DOORS = {}


def door(*, opens, models=("res.partner",)):
    """Register a door, see ``side_doors.door``."""

    def register(function):
        DOORS[function.__name__] = (function, opens, models)
        return function

    return register


class Client:
    """One user at the server of a test.

    :param case: an ``HttpCase``; its session is the one of the user
    :param key: his API key, or None where he can have none
    """

    def __init__(self, case, login, password, key):
        self.case, self.login, self.password, self.key = case, login, password, key
        case.authenticate(login, password)

    def get(self, path):
        return self.case.url_open(path).text

    def post(self, path, params):
        body = json.dumps({"jsonrpc": "2.0", "method": "call", "params": params})
        return self.case.url_open(path, data=body, headers={"Content-Type": "application/json"}).text

    def json2(self, path, values):
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {self.key}"}
        return self.case.url_open(f"/json/2/{path}", data=json.dumps(values), headers=headers).text

    def xmlrpc(self, model, method, *args, **kwargs):
        uid = self.case.env["res.users"].search([("login", "=", self.login)]).id
        call = (self.case.env.cr.dbname, uid, self.password, model, method, args, kwargs)
        body = xmlrpc.client.dumps(call, "execute_kw", allow_none=True)
        return self.case.url_open("/xmlrpc/2/object", data=body, headers={"Content-Type": "text/xml"}).text


@door(opens=True)
def json_2(client, customer, attachment):
    domain = [["id", "=", customer.id]]
    return client.json2("res.partner/search_read", {"domain": domain, "fields": ["name"]}) if client.key else ""


@door(opens=True)
def json_2_by_id(client, customer, attachment):
    return client.json2("res.partner/read", {"ids": customer.ids, "fields": ["name"]}) if client.key else ""


@door(opens=True)
def xml_rpc(client, customer, attachment):
    return client.xmlrpc("res.partner", "search_read", [("id", "=", customer.id)], ["name"])


@door(opens=True)
def xml_rpc_by_id(client, customer, attachment):
    return client.xmlrpc("res.partner", "read", customer.ids, ["name"])


@door(opens=True)
def web_client(client, customer, attachment):
    arguments = {"model": "res.partner", "method": "web_read", "args": [customer.ids]}
    return client.post(
        "/web/dataset/call_kw/res.partner/web_read", {**arguments, "kwargs": {"specification": {"name": {}}}}
    )


@door(opens=True)
def file_content(client, customer, attachment):
    return client.get(f"/web/content/{attachment.id}?download=true")


@door(opens=True)
def report_page(client, customer, attachment):
    return client.get(f"/report/html/bank_crm_access.report/{customer.id}")


@door(opens=True)
def chatter(client, customer, attachment):
    return _messages_on(client, customer)


@door(opens=True, models=("survey.user_input",))
def chatter_of_an_answer(client, customer, attachment):
    return _messages_on(client, customer.env["survey.user_input"].search([("partner_id", "=", customer.id)], limit=1))


def _messages_on(client, record):
    """Messages on a record; for one that is closed, Odoo answers those on all records that are open."""
    answer = client.post("/mail/thread/messages", {"thread_model": record._name, "thread_id": record.id})
    messages = json.loads(answer).get("result", {}).get("data", {}).get("mail.message", [])
    return json.dumps([message for message in messages if message["model"] == record._name])


@door(opens=False)
def thread_data(client, customer, attachment):
    wanted = {"thread_model": "res.partner", "thread_id": customer.id, "request_list": ["followers", "attachments"]}
    return client.post("/mail/data", {"fetch_params": [["mail.thread", wanted]]})


@door(opens=False)
def card_for_the_address_book(client, customer, attachment):
    return client.get(f"/web/partner/vcard?partner_ids={customer.id}") + client.get(
        f"/web_enterprise/partner/{customer.id}/vcard"
    )


@door(opens=False)
def debug_mode(client, customer, attachment):
    client.get("/odoo?debug=1")
    return client.post(
        "/web/dataset/call_kw/res.partner/write",
        {"model": "res.partner", "method": "write", "args": [customer.ids, {"comment": "x"}], "kwargs": {}},
    )


@door(opens=False)
def portal_pages(client, customer, attachment):
    return client.get("/my") + client.get("/my/account")
