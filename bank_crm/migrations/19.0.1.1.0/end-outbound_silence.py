"""Databases from before 19.0.1.1.0: what Odoo installs by itself falls silent, as at an installation."""

from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    if version:
        api.Environment(cr, SUPERUSER_ID, {})["bank.outbound.silence"]._silence()
