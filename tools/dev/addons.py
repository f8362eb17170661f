"""The addons of this repository: every top-level folder with a manifest."""

import ast
import hashlib

from tools.dev.errors import DevError

# Folders of an addon whose files Odoo reads at run time or not at all: a change needs no new installation.
NOT_INSTALLED = {"tests", "static", "i18n", "doc", "docs", "readme", "__pycache__", "demo"}
INSTALLED_SUFFIXES = {".py", ".xml", ".csv", ".sql", ".json"}


def addon_folders(root):
    """Folders of all addons, sorted by name.

    :raises DevError: when there is none.
    """
    folders = sorted(path.parent for path in root.glob("*/__manifest__.py"))
    if not folders:
        raise DevError(f"No addon in {root}: there is no top-level folder with a __manifest__.py.")
    return folders


def addon_names(root):
    return [folder.name for folder in addon_folders(root)]


def manifest(folder):
    """The manifest as a dictionary.

    :raises DevError: when the file is not a Python literal.
    """
    try:
        return ast.literal_eval((folder / "__manifest__.py").read_text())
    except (SyntaxError, ValueError) as error:
        raise DevError(f"{folder.name}/__manifest__.py is not a valid manifest: {error}") from error


def outside_dependencies(root):
    """Modules of Odoo that the addons depend on, sorted."""
    folders = addon_folders(root)
    own = {folder.name for folder in folders}
    return sorted({name for folder in folders for name in manifest(folder).get("depends", ["base"])} - own)


def content_hash(folder, *, with_demo=False, everything=False):
    """Digest of what an installed database was made from.

    :param with_demo: the database has the demonstration data
    :param everything: also translations and static files (for `serve`, which has languages loaded)
    """
    skipped = NOT_INSTALLED - ({"demo"} if with_demo else set()) - ({"i18n"} if everything else set())
    suffixes = INSTALLED_SUFFIXES | ({".po"} if everything else set())
    total = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder)
        if path.suffix in suffixes and not skipped.intersection(inside.parts[:-1]) and path.is_file():
            total.update(str(inside).encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()[:16]
