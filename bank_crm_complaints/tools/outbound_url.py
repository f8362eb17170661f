"""Sending to an address that somebody typed in, without being led into the bank's own network.

A webhook's URL is input: it may name a machine inside (``https://10.0.0.5/``), a name that resolves to one, or a
server that redirects to one.  So: https only, the name is resolved once, every address it has must be public, the
connection goes to the address that was checked, the certificate is checked against the name, and redirects are not
followed.
"""

import configparser
import ipaddress
import os
import socket
import ssl
from collections import namedtuple
from urllib.parse import urlsplit

import urllib3

# status: HTTP status or 0; error: short code or ""; nothing of the answer's text is kept.
Answer = namedtuple("Answer", ["status", "error"])

MAX_ANSWER = 65536  # bytes read of an answer


class RefusedAddress(ValueError):
    """The URL must not be called; the message is a stable code."""


def private_hosts(config_file=""):
    """Return the host names that may have addresses inside the bank's network.

    From the environment (``BANK_CRM_WEBHOOK_PRIVATE_HOSTS``) or the section ``[bank_crm]`` (``webhook_private_hosts``)
    of the server's configuration file, separated by commas; never from the database, where the URL itself stands.
    """
    value = os.environ.get("BANK_CRM_WEBHOOK_PRIVATE_HOSTS", "")
    if not value and config_file:
        parser = configparser.RawConfigParser()
        parser.read(config_file)
        value = parser.get("bank_crm", "webhook_private_hosts", fallback="")
    return {host.strip().lower() for host in value.split(",") if host.strip()}


def split(url):
    """Return ``(host, port, path)`` of a URL that may be called.

    :raises RefusedAddress: ``not_https``, ``no_host``, ``credentials_in_url``, ``bad_port``
    """
    try:
        parts = urlsplit(url or "")
        port = parts.port or 443
    except ValueError as error:
        raise RefusedAddress("bad_port") from error
    if parts.scheme != "https":
        raise RefusedAddress("not_https")
    if parts.username or parts.password:
        raise RefusedAddress("credentials_in_url")
    if not parts.hostname:
        raise RefusedAddress("no_host")
    path = parts.path or "/"
    return parts.hostname.lower().rstrip("."), port, f"{path}?{parts.query}" if parts.query else path


def resolve(host, port, allowed_hosts=()):
    """Return one checked IP address of ``host``.

    :raises RefusedAddress: ``unknown_host``, ``private_address``
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (socket.gaierror, UnicodeError) as error:
        raise RefusedAddress("unknown_host") from error
    addresses = list(dict.fromkeys(entry[4][0].partition("%")[0] for entry in found))
    if host not in allowed_hosts and not all(is_public(address) for address in addresses):
        raise RefusedAddress("private_address")
    return addresses[0]


def is_private_name(host):
    """Tell, without asking a name server, whether ``host`` itself says that it is inside (``localhost``, 10.0.0.1)."""
    try:
        return not is_public(host)
    except ValueError:
        return "." not in host or host.endswith((".localhost", ".local", ".internal", ".lan", ".home.arpa"))


def is_public(address):
    """Tell whether an IP address is one of the open internet, also when IPv6 wraps an IPv4 address."""
    ip = ipaddress.ip_address(address)
    inner = getattr(ip, "ipv4_mapped", None) or getattr(ip, "sixtofour", None)
    if inner:
        ip = inner
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


def post(url, body, headers, allowed_hosts=(), timeout=10.0, ca_certs=None):
    """Send ``body`` (bytes) by POST; never raises for what the other side does.

    :return: an :class:`Answer`
    """
    try:
        host, port, path = split(url)
        address = resolve(host, port, allowed_hosts)
    except RefusedAddress as error:
        return Answer(0, str(error))
    context = ssl.create_default_context(cafile=ca_certs)
    pool = urllib3.HTTPSConnectionPool(
        address,
        port,
        timeout=urllib3.Timeout(total=timeout),
        retries=False,
        ssl_context=context,
        assert_hostname=host,
        server_hostname=host,
    )
    name = host if port == 443 else f"{host}:{port}"
    try:
        answer = pool.urlopen(
            "POST", path, body=body, headers={**headers, "Host": name}, redirect=False, preload_content=False
        )
        answer.read(MAX_ANSWER)
        answer.release_conn()
        return Answer(answer.status, "" if 200 <= answer.status < 300 else f"http_{answer.status}")
    except urllib3.exceptions.SSLError:
        return Answer(0, "certificate")
    except (urllib3.exceptions.HTTPError, OSError) as error:
        return Answer(0, "timeout" if "imeout" in type(error).__name__ else "connection")
    finally:
        pool.close()
