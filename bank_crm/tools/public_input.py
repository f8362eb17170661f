"""What visitors of public pages send: texts as a database can hold them, and whose attempts belong together."""

import re
from ipaddress import ip_address, ip_network

# PostgreSQL stores no NUL, and nobody types the others.
CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


def clean_text(value):
    """Return a posted text without control characters and with plain ends of lines; a file or a list is no text."""
    return CONTROLS.sub("", value).replace("\r\n", "\n").strip() if isinstance(value, str) else ""


def subscriber(address):
    """Return whose attempts are counted together: an address, of IPv6 the network that one subscriber has."""
    try:
        address = ip_address(address or "")
    except ValueError:
        return "unknown"
    return str(address) if address.version == 4 else str(ip_network((address, 64), strict=False))
