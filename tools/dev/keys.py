"""Encryption keys for development: made once, kept in `.dev/keys.env`, handed to every Odoo process.

A bank's server gets its keys from its administrator; these are for this working copy only.
"""

import base64
import os
import secrets


def development_keys(path):
    """The keys as environment variables; the file is made (mode 0600) when it is missing.

    :returns: ``{"BANK_CRM_KEYS": …, "BANK_CRM_HASH_KEY": …}``
    """
    if not path.is_file():
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f"{path.name}.part")
        part.unlink(missing_ok=True)
        fernet_key = base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()
        text = f"BANK_CRM_KEYS={fernet_key}\nBANK_CRM_HASH_KEY={secrets.token_hex(32)}\n"
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(text)
        part.replace(path)
    path.chmod(0o600)
    pairs = (line.partition("=") for line in path.read_text().splitlines() if "=" in line)
    return {name: value for name, _equals, value in pairs}
