"""New tickets over XML-RPC, as an app or another system sends them."""

import time
import xmlrpc.client

from tools.bench import _ticket_draw

BATCH = 100
CREATE = f"{BATCH} over XML-RPC: create()"


class Client:
    """A handler's connection to a running server.

    :param server: :class:`~tools.dev.server.Running`
    :param module: the side; its `rpc_calls(execute, batch)` returns `{name: function}`
    """

    def __init__(self, server, module):
        url = f"{server.url}/xmlrpc/2"
        login, password = f"{_ticket_draw.HANDLER_LOGIN}0", _ticket_draw.PASSWORD
        uid = xmlrpc.client.ServerProxy(f"{url}/common").authenticate(server.database, login, password, {})
        if not uid:
            raise RuntimeError(f"{login} cannot log in to {server.database}")
        proxy = xmlrpc.client.ServerProxy(f"{url}/object", allow_none=True)

        def execute(model, method, *args, **kwargs):
            return proxy.execute_kw(server.database, uid, password, model, method, list(args), kwargs)

        self._calls = module.rpc_calls(execute, BATCH)

    def calls(self):
        """`(name, function that makes the call and returns its seconds)`."""
        return [(name, _timed(call)) for name, call in self._calls.items()]


def _timed(call):
    def run():
        start = time.perf_counter()
        answer = call()
        seconds = time.perf_counter() - start
        if not answer:
            raise RuntimeError("the call answered nothing")
        return seconds

    return run
