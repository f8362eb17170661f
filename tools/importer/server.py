"""One logged-in connection to Odoo's external API (`/xmlrpc/2`), with failures in words."""
from __future__ import annotations

import http.client
import urllib.parse
import xmlrpc.client
from xml.parsers.expat import ExpatError

# A batch of some thousand rows takes seconds; a server that starts up may take longer.
TIMEOUT_SECONDS = 600

_BROKEN_ANSWER = (xmlrpc.client.ResponseError, ExpatError, http.client.HTTPException, UnicodeDecodeError)


class ServerError(Exception):
    """Cannot connect, cannot log in, or the server refused: one sentence that says what to do."""


class Server:
    """A database of an Odoo server, used as one login.

    :param str url: where the server listens, e.g. http://127.0.0.1:8069
    :param str database: empty: the only one there is
    :param str login: login name
    :param str password: password or API key
    :raises ServerError: if there is no way in
    """

    def __init__(self, url, database, login, password):
        self.url = url.rstrip("/")
        self._check_url()
        self._password = password
        self._object = self._proxy("object")
        self.database = database or self._only_database()
        self.uid = self._log_in(login)

    def call(self, model, method, *args, **kwargs):
        """Call a public method of a model.

        :return: the method's answer
        :raises ServerError: if the server refuses or cannot be reached
        """
        return self._guarded(
            self._object.execute_kw, self.database, self.uid, self._password, model, method, list(args), kwargs
        )

    def _check_url(self):
        parts = urllib.parse.urlsplit(self.url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ServerError(f"{self.url!r} is not a server's address. Give --url as http://HOST:PORT.")

    def _proxy(self, service):
        transport_class = _SafeTransport if self.url.startswith("https:") else _Transport
        return xmlrpc.client.ServerProxy(
            f"{self.url}/xmlrpc/2/{service}", transport=transport_class(), allow_none=True
        )

    def _only_database(self):
        try:
            databases = self._guarded(self._proxy("db").list)
        except ServerError as error:
            if isinstance(error.__cause__, xmlrpc.client.Fault):
                raise ServerError(f"{self.url} does not list its databases. Name one with --db.") from None
            raise
        if len(databases) != 1:
            found = ", ".join(databases) or "none"
            raise ServerError(f"Which database? Name one with --db; {self.url} has: {found}.")
        return databases[0]

    def _log_in(self, login):
        uid = self._guarded(self._proxy("common").authenticate, self.database, login, self._password, {})
        if not uid:
            raise ServerError(
                f"The login {login!r} or its password is wrong for the database {self.database!r}."
                " Check --login and --password."
            )
        return uid

    def _guarded(self, method, *args):
        try:
            return method(*args)
        except xmlrpc.client.Fault as fault:
            raise ServerError(self._explain(fault)) from fault
        except xmlrpc.client.ProtocolError as error:
            raise ServerError(
                f"{self.url} answers {error.errcode} {error.errmsg}. Check that --url is an Odoo server"
                " and that its database is up to date."
            ) from error
        except _BROKEN_ANSWER as error:
            raise ServerError(f"{self.url} does not answer like an Odoo server. Check --url.") from error
        except TimeoutError as error:
            raise ServerError(f"{self.url} did not answer within {TIMEOUT_SECONDS} s. Try again later.") from error
        except OSError as error:
            raise ServerError(
                f"Cannot reach {self.url} ({error.strerror or error}). Start the server (./dev serve)"
                " or correct --url."
            ) from error

    def _explain(self, fault):
        text = fault.faultString.strip()
        last_line = text.splitlines()[-1] if text else "no reason given"
        if "database" in last_line and "does not exist" in last_line:
            return f"The database {self.database!r} does not exist at {self.url}. Correct --db."
        if "Object bank." in last_line and "doesn't exist" in last_line:
            return f"The addon bank_crm is not installed in the database {self.database!r}. Install it first."
        if text.startswith("Traceback"):
            return f"The server failed: {last_line} (details are in its log)."
        return f"The server refused: {text}"


class _TimeoutMixin:
    def make_connection(self, host):
        connection = super().make_connection(host)
        connection.timeout = TIMEOUT_SECONDS
        return connection


class _Transport(_TimeoutMixin, xmlrpc.client.Transport):
    pass


class _SafeTransport(_TimeoutMixin, xmlrpc.client.SafeTransport):
    pass
