"""Compares and merges .po files; run by the environment's Python (`python -m tools.dev.po_files check|update`).

Standard input: a JSON list of ``{"addon", "fresh": path of the newly exported .pot, "i18n": the addon's folder,
"memory": Odoo's own translation files, the most important one first}``.
Standard output: one line per problem (check) or per change (update).
"""

import json
import re
import sys
from pathlib import Path

import polib

LANGUAGE = "zh_CN"
PLACEHOLDER = re.compile(r"%(?:\(\w+\))?[sdifgxr]|%%|\{\w*\}")
SHOWN = 200


def _key(entry):
    return entry.msgctxt or "", entry.msgid


def _places(entry):
    """Where a term is used; Odoo stores a translation only for the records and files that are named."""
    return {place for place, _line in entry.occurrences}


def check(addon, fresh, folder):
    """Problems of one addon."""
    terms = {_key(entry): entry for entry in polib.pofile(str(fresh))} if fresh.is_file() else {}
    if not terms:
        return []
    template, translation = folder / f"{addon}.pot", folder / f"{LANGUAGE}.po"
    absent = [path for path in (template, translation) if not path.is_file()]
    missing = [f"{addon}/i18n/{path.name} is missing: run ./dev i18n" for path in absent]
    if missing:
        return missing
    return _check_template(addon, terms, template) + _check_translation(addon, terms, translation)


def _check_template(addon, terms, path):
    shipped = {_key(entry): entry for entry in polib.pofile(str(path))}
    changed = [key for key in terms if key not in shipped or _places(terms[key]) != _places(shipped[key])]
    gone = [key for key in shipped if key not in terms]
    if not changed and not gone:
        return []
    example = (changed or gone)[0][1][:60]
    what = f"{len(changed)} new or moved, {len(gone)} gone, e.g. {example!r}"
    return [f"{addon}/i18n/{path.name} is out of date ({what}): run ./dev i18n"]


def _check_translation(addon, terms, path):
    shipped = {_key(entry): entry for entry in polib.pofile(str(path)) if not entry.obsolete}
    problems = []
    for key, term in terms.items():
        complaint = _complaint(term, shipped.get(key))
        if complaint:
            problems.append(f"{addon}/i18n/{path.name}: {term.msgid[:80]!r} {complaint}")
    return problems[:SHOWN]


def _complaint(term, entry):
    if entry is None:
        return "is not in the file: run ./dev i18n and translate it"
    if not entry.msgstr.strip():
        return "is not translated"
    if entry.fuzzy:
        return "is marked fuzzy: check it and remove the mark"
    if not _places(term) <= _places(entry):
        return "is used in more places than the file says: run ./dev i18n"
    if sorted(PLACEHOLDER.findall(term.msgid)) != sorted(PLACEHOLDER.findall(entry.msgstr)):
        return "has other placeholders in its translation"
    return ""


def remembered(files):
    """What Odoo's own translations say: `{msgid: msgstr}`; earlier files win."""
    memory = {}
    for path in filter(Path.is_file, map(Path, files)):
        for entry in polib.pofile(str(path)):
            if entry.translated() and not entry.msgid_plural:
                memory.setdefault(entry.msgid, entry.msgstr)
    return memory


def update(addon, fresh, folder, memory=()):
    """Write the template and merge it into the translation; returns what was done.

    New terms that Odoo itself has (those of inherited fields, mostly) get Odoo's translation.
    """
    if not fresh.is_file() or not len(polib.pofile(str(fresh))):
        return [f"{addon}: nothing to translate"]
    folder.mkdir(exist_ok=True)
    template, path = folder / f"{addon}.pot", folder / f"{LANGUAGE}.po"
    terms = {_key(entry): entry for entry in polib.pofile(str(fresh))}
    # (the export carries the time of day: the file is only touched when a term changed)
    if not template.is_file() or _check_template(addon, terms, template):
        template.write_bytes(fresh.read_bytes())
    translation = polib.pofile(str(path)) if path.is_file() else _new_translation(addon, fresh)
    translation.merge(polib.pofile(str(template)))
    for entry in translation.obsolete_entries():
        translation.remove(entry)
    known = remembered(memory)
    for entry in translation:
        if not entry.msgstr and entry.msgid in known:
            entry.msgstr = known[entry.msgid]
    translation.sort(key=_key)
    text = str(translation)
    if not path.is_file() or path.read_text() != text + "\n":
        path.write_text(text + "\n")
    open_entries = [entry for entry in translation if not entry.msgstr.strip() or entry.fuzzy]
    return [f"{addon}: {len(translation)} terms, {len(open_entries)} still to translate in {addon}/i18n/{path.name}"]


def _new_translation(addon, fresh):
    translation = polib.POFile()
    template = polib.pofile(str(fresh))
    translation.header = (
        f"Translation of Odoo Server.\nThis file contains the translation of the following modules:\n\t* {addon}"
    )
    translation.metadata = {**template.metadata, "Language": LANGUAGE, "Plural-Forms": "nplurals=1; plural=0;"}
    return translation


def main(action):
    for job in json.load(sys.stdin):
        arguments = job["addon"], Path(job["fresh"]), Path(job["i18n"])
        lines = check(*arguments) if action == "check" else update(*arguments, job["memory"])
        for line in lines:
            print(line)


if __name__ == "__main__":
    main(sys.argv[1])
