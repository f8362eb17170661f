"""The four fields of one secret number, for models that inherit ``bank.masked.mixin``.

::

    _inherit = ["bank.masked.mixin"]
    _masked_fields = {"number": {"head": 3, "tail": 4}}

    number = secrets.entry("number")
    number_encrypted = secrets.ciphertext()
    number_hash = secrets.keyed_hash()
    number_masked = secrets.mask(string="Number (masked)")
"""

from odoo import fields

# What is stored of a secret called <name>.
SUFFIXES = ("encrypted", "hash", "masked")


def columns(name):
    """Return the names of the stored columns of the secret ``name``: encrypted, hash, masked."""
    return tuple(f"{name}_{suffix}" for suffix in SUFFIXES)


def entry(name, **options):
    """The field that is written and never read, and that finds by the exact value."""
    return fields.Char(
        compute="_compute_secrets",
        inverse=lambda records: records._inverse_secret(name),
        search=lambda records, operator, value: records._search_secret(name, operator, value),
        copy=False,
        exportable=False,
        **options,
    )


def ciphertext():
    return fields.Char(groups=fields.NO_ACCESS, copy=False, export_string_translation=False)


def keyed_hash(**options):
    return fields.Char(groups=fields.NO_ACCESS, copy=False, export_string_translation=False, **options)


def mask(**options):
    return fields.Char(readonly=True, copy=False, **options)
