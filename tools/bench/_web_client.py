"""Asks a running server what the web client asks it when somebody opens a list."""

import ast
import json
import time

import requests
from lxml import etree

PAGE = 80
COUNT_LIMIT = 10_001  # up to which the web client has the records of a list counted

# What widgets read beside their own field (static fieldDependencies and relatedFields of their JavaScript).
DEPENDENCIES = {
    "list_activity": (
        "activity_exception_decoration",
        "activity_exception_icon",
        "activity_state",
        "activity_summary",
        "activity_type_icon",
        "activity_type_id",
    )
}
TAGS = "many2many_tags"


class WebClient:
    """A session of one user.

    :param url: where the server listens
    :raises RuntimeError: the server refuses
    """

    def __init__(self, url, database, login, password):
        self.url = url
        self.http = requests.Session()
        self.http.headers["Content-Type"] = "application/json"
        session = self.ask("/web/session/authenticate", db=database, login=login, password=password)
        self.uid = session["uid"]
        company = session["user_companies"]["current_company"]
        self.context = {**session["user_context"], "allowed_company_ids": [company]}

    def ask(self, route, **params):
        """The result of a JSON-RPC route."""
        return self._result(self.http.post(self.url + route, data=self._body(params)).content)

    def call(self, model, method, *args, **kwargs):
        """The result of a method, called as the web client calls it."""
        kwargs["context"] = {**self.context, **kwargs.get("context", {})}
        route = f"/web/dataset/call_kw/{model}/{method}"
        return self.ask(route, model=model, method=method, args=list(args), kwargs=kwargs)

    def timed(self, model, method, *args, **kwargs):
        """A function that makes a call and returns its seconds, from sending to the last byte of the answer."""
        kwargs["context"] = {**self.context, **kwargs.get("context", {})}
        url = f"{self.url}/web/dataset/call_kw/{model}/{method}"
        body = self._body({"model": model, "method": method, "args": list(args), "kwargs": kwargs})

        def call():
            start = time.perf_counter()
            content = self.http.post(url, data=body).content
            seconds = time.perf_counter() - start
            self._result(content)
            return seconds

        return call

    def _body(self, params):
        return json.dumps({"jsonrpc": "2.0", "method": "call", "id": 1, "params": params})

    def _result(self, content):
        answer = json.loads(content)
        if "error" in answer:
            error = answer["error"]
            raise RuntimeError(error["data"]["message"] if "data" in error else error["message"])
        return answer["result"]

    def open_list(self, action_id):
        """The list of a window action.

        :param action_id: its XML id
        :returns: :class:`ListScreen`
        """
        action = self.ask("/web/action/load", action_id=action_id)
        views = [view for view in action["views"] if view[1] == "list"] + [[action["search_view_id"][0], "search"]]
        options = {"action_id": action["id"], "toolbar": True, "load_filters": True}
        description = self.call(action["res_model"], "get_views", views, options)
        return ListScreen(self, action, description)


class ListScreen:
    """A list as an action opens it: its domain, and the fields that its view reads.

    Attributes: ``model``, ``domain``, ``context``, ``order``, ``specification``.
    """

    def __init__(self, client, action, description):
        self.client = client
        self.model = action["res_model"]
        self.domain = self._evaluate(action["domain"]) or []
        self.context = self._evaluate(action["context"]) or {}
        self.fields = description["models"][self.model]["fields"]
        self._search = etree.fromstring(description["views"]["search"]["arch"])
        arch = etree.fromstring(description["views"]["list"]["arch"])
        self.order = arch.get("default_order", "")
        self.specification = self._specification(arch)

    def _evaluate(self, text):
        """A domain or context of an action or view, as far as it is made of literals and the user's id."""
        if not isinstance(text, str):
            return text
        for name in ("active_id", "uid"):
            text = text.replace(f", {name})", f", {self.client.uid})")
        return ast.literal_eval(text.strip() or "[]")

    def _specification(self, arch):
        """What `getFieldsSpec` of the web client's relational model makes of a list's view."""
        specification = {}
        for node in arch.iterchildren("field"):
            name, widget = node.get("name"), node.get("widget")
            specification[name] = self._field_specification(name, widget, node)
            for other in DEPENDENCIES.get(widget, ()):
                specification.setdefault(other, self._field_specification(other, None, node))
        return specification

    def _field_specification(self, name, widget, node):
        kind = self.fields.get(name, {}).get("type", "many2one" if name.endswith("_id") else "char")
        if kind == "many2one" and node.get("column_invisible") not in ("True", "1"):
            return {"fields": {"display_name": {}}}
        if kind in ("one2many", "many2many"):
            return {"fields": {"display_name": {}, "color": {}} if widget == TAGS else {}, "limit": 40}
        if kind == "many2one":
            return {"fields": {}}
        return {}

    def search_field_domain(self, name, value):
        """The domain that the web client makes when somebody types `value` into a field of the search view."""
        node = next(node for node in self._search.iter("field") if node.get("name") == name)
        if node.get("filter_domain"):
            return ast.literal_eval(node.get("filter_domain").replace("self", repr(value)))
        return [(name, node.get("operator", "ilike"), value)]

    def search_filter_domain(self, name):
        """The domain of a filter of the search view."""
        return self._evaluate(next(n for n in self._search.iter("filter") if n.get("name") == name).get("domain"))

    def page(self, domain=(), order=None):
        """A function that loads the first page and returns its seconds."""
        return self.client.timed(
            self.model,
            "web_search_read",
            specification=self.specification,
            offset=0,
            order=self.order if order is None else order,
            limit=PAGE,
            context={"bin_size": True, **self.context},
            count_limit=COUNT_LIMIT,
            domain=[*self.domain, *domain],
        )
