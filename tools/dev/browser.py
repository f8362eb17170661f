"""Chromium: for tours, PDF and screenshots."""

import shutil

NAMES = ("google-chrome", "chromium", "chromium-browser", "google-chrome-stable")


def find_browser():
    """Path of the browser that Odoo's tours would use too, or None."""
    return next(filter(None, map(shutil.which, NAMES)), None)
