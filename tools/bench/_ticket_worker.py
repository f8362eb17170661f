"""A side of the comparison in an Odoo process of its own, told over pipes what to measure.

Each piece of work runs in a transaction that is rolled back, so that the next one finds the same tickets.
"""

import gc
import importlib
import json
import time
import traceback

from tools.bench._web_client import COUNT_LIMIT, ListScreen


def serve(env, module, commands, answers):
    """Answer commands, one line of JSON each, until the pipe is closed.

    A command is the name of a method of `Cases` in `module`. The method prepares and returns a function; its seconds
    and queries are the answer, or `{"error": …}`.

    :param env: superuser's environment of the Odoo shell
    :param commands: file descriptor to read from
    :param answers: file descriptor to write to
    """
    cases = importlib.import_module(module).Cases(env)
    with open(commands) as lines, open(answers, "w") as out:
        for line in lines:
            try:
                answer = measure(env, getattr(cases, json.loads(line)))
            except Exception:  # noqa: BLE001 - it is told to the other process
                answer = {"error": traceback.format_exc()}
            env.cr.rollback()
            print(json.dumps(answer), file=out, flush=True)


def measure(env, prepare):
    """Seconds and queries of a piece of work, with all that a commit would have it do before (tracking, say)."""
    work = prepare()
    _settle(env)
    env.invalidate_all()
    gc.collect()
    gc.disable()
    try:
        queries, start = env.cr.sql_log_count, time.perf_counter()
        found = work()
        _settle(env)
        seconds, queries = time.perf_counter() - start, env.cr.sql_log_count - queries
    finally:
        gc.enable()
    return {"seconds": seconds, "queries": queries, "found": found if isinstance(found, int) else None}


def _settle(env):
    env.flush_all()
    env.cr.precommit.run()


class CommonCases:
    """What is prepared and asked in the same way on both sides.

    :param env: superuser's environment
    :param login: of the user who works
    """

    model = None
    list_action = None

    def __init__(self, env, login):
        user = env["res.users"].search([("login", "=", login)])
        self.env = env(user=user.id, context={**user.context_get(), "allowed_company_ids": user.company_ids.ids})
        self.tickets = self.env[self.model]

    def page(self, domain, fields):
        """A function that reads the first page of a list, without the names of related records."""
        return lambda: len(self.tickets.search_fetch(domain, fields, limit=80))

    def find(self, domain):
        """A function that searches and returns how many it found, 80 at most."""
        return lambda: len(self.tickets.search(domain, limit=80))

    def web_page(self, domain):
        """A function that loads the first page of the list of all tickets as the web client does, with the count."""
        screen = self._screen(self.list_action)
        order = screen.order or None

        def load():
            answer = self.tickets.web_search_read(
                domain, screen.specification, limit=80, order=order, count_limit=COUNT_LIMIT
            )
            return len(answer["records"])

        return load

    def _screen(self, action_id):
        """The list of a window action."""
        action = self.env["ir.actions.actions"]._for_xml_id(action_id)
        views = [view for view in action["views"] if view[1] == "list"]
        views += [[action["search_view_id"] and action["search_view_id"][0], "search"]]
        description = self.env[action["res_model"]].get_views(views)
        return ListScreen(self.env, action, description)
