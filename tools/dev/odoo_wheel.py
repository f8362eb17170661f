"""A tiny wheel that makes an unpacked Odoo a normal installed distribution.

It holds only a .pth file and the command `odoo`, so `import odoo`, `odoo --version`, `pip check` and requirements such
as `odoo==19.0.*` (every OCA wheel has one) work. It names no requirements: they are in requirements.txt.
"""

import base64
import hashlib
import zipfile

VERSION = "19.0"
INFO = f"odoo-{VERSION}.dist-info"


def write_wheel(library, folder):
    """Write the wheel for the package `odoo` in `library` and return its path."""
    files = {
        "odoo_source.pth": f"{library}\n",
        f"{INFO}/METADATA": f"Metadata-Version: 2.1\nName: odoo\nVersion: {VERSION}\nSummary: Odoo in {library}\n",
        f"{INFO}/WHEEL": "Wheel-Version: 1.0\nGenerator: bank-crm\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{INFO}/entry_points.txt": "[console_scripts]\nodoo = odoo.cli:main\n",
    }
    record = f"{INFO}/RECORD"
    lines = [f"{name},sha256={_digest(text)},{len(text.encode())}" for name, text in files.items()]
    files[record] = "\n".join([*lines, f"{record},,"]) + "\n"
    folder.mkdir(parents=True, exist_ok=True)
    wheel = folder / f"odoo-{VERSION}-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return wheel


def _digest(text):
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()
