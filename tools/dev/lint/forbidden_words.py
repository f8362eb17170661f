"""Words of earlier Odoo versions that must not appear in new code: Odoo 19 ignores some of them silently.

A line that needs one anyway says why in a comment: ``forbidden-word-ok: the reason, in a few words``.
"""

import re
from dataclasses import dataclass

from tools.dev.lint.repository import repository_files, text_lines

ESCAPE = re.compile(r"forbidden-word-ok:\s*\S.{9,}")
CODE_SUFFIXES = {".py", ".xml", ".js"}


@dataclass(frozen=True)
class Word:
    """A forbidden pattern, in which kinds of files, and what to write instead."""

    pattern: str
    suffixes: tuple
    instead: str


PY, XML, JS = ".py", ".xml", ".js"
WORDS = (
    Word(r"\b_sql_constraints\b", (PY,), "models.Constraint"),
    Word(r"\bname_get\b", (PY, XML, JS), "display_name"),
    Word(r"\b_name_search\b", (PY,), "_search_display_name"),
    Word(r"\bgroups_id\b", (PY, XML, JS), "group_ids"),
    Word(r"\bgroup\w*\.users\b", (PY,), "user_ids"),
    Word(r"\btrans_implied_ids\b", (PY, XML), "all_implied_ids"),
    Word(r"<tree\b", (PY, XML, JS), "<list"),
    Word(r"view_mode.*\btree\b", (PY, XML, JS), "list"),
    Word(r"\battrs\s*=\s*[\"'{]", (PY, XML), "the attribute itself with a Python expression"),
    Word(r"\bstates\s*=\s*[\"'{]", (PY, XML), "invisible or readonly with a Python expression"),
    Word(r"\bkanban-box\b", (PY, XML, JS), '<t t-name="card">'),
    Word(r"\boe_chatter\b", (PY, XML, JS), "<chatter/>"),
    Word(r"\btree_view_ref\b", (PY, XML, JS), "list_view_ref"),
    Word(r"\bt-raw\b", (PY, XML, JS), "t-out"),
    Word(r"\bt-esc\b", (PY, XML, JS), "t-out"),
    Word(r"\bexpand=[\"']0[\"']", (XML,), "a <group> without attributes"),
    Word(r"\bodoo\.osv\b", (PY,), "odoo.fields.Domain"),
    Word(r"\bexpression\.(AND|OR)\b", (PY,), "Domain with & and |"),
    Word(r"(?<!\w)read_group\(", (PY, JS), "_read_group or formatted_read_group"),
    Word(r"\bcheck_access_rights\b", (PY, JS), "check_access"),
    Word(r"\bcheck_access_rule\b", (PY,), "check_access"),
    Word(r"\buser_has_groups\b", (PY,), "env.user.has_group"),
    Word(r"\btoggle_active\b", (PY, XML), "action_archive and action_unarchive"),
    Word(r"\bself\._(cr|uid|context)\b", (PY,), "self.env.cr, self.env.uid, self.env.context"),
    Word(r"\brequest\.(cr|uid|context)\b", (PY,), "request.env"),
    Word(r"\btype\s*=\s*['\"]json['\"]", (PY,), "type='jsonrpc'"),
    Word(r"\bauto_join\b", (PY,), "bypass_search_access"),
    Word(r"\bgroup_operator\b", (PY,), "aggregator"),
    Word(r"\bnumbercall\b", (PY, XML), "nothing: the field is gone"),
    Word(r"\bdoall\b", (PY, XML), "nothing: the field is gone"),
    Word(r"\b_notify_progress\b", (PY,), "_commit_progress"),
    Word(r"\bormcache_context\b", (PY,), "ormcache with the values as keys"),
    Word(r"\blazy_property\b", (PY,), "functools.cached_property"),
    Word(r"\bapi\.(one|multi|returns)\b", (PY,), "nothing"),
    Word(r"\bodoo\.registry\b", (PY,), "odoo.modules.registry.Registry"),
    Word(r"\bfrom odoo\.orm\b", (PY,), "odoo.fields, odoo.models, odoo.api"),
    Word(r"\bforce_company\b", (PY, XML), "with_company"),
    Word(r"\.mobile\b", (PY, XML), "phone"),
    Word(r"\bres\.partner\.title\b", (PY, XML), "nothing: the model is gone"),
    Word(r"@odoo-module\b", (JS,), "nothing: every file is a module"),
    Word(r"useService\([\"'](rpc|user)[\"']\)", (JS,), "import { rpc } / import { user }"),
    Word(r"\bpublicWidget\b", (JS,), "Interaction"),
    Word(r"\bQUnit\b", (JS,), "Hoot"),
    Word(r"\bcr\.commit\(", (PY,), "ir.cron._commit_progress"),
)
COMPILED = [(re.compile(word.pattern), word) for word in WORDS]
GROUP_CATEGORY = re.compile(r"<record\b[^>]*model=\"res\.groups\".*?</record>", re.DOTALL)


def forbidden_words(root, files=None):
    """Problems in all code files but this one, as `file:line: …`."""
    problems = []
    for path in files if files is not None else repository_files(root):
        if path.suffix not in CODE_SUFFIXES or path.name in ("forbidden_words.py", "test_forbidden_words.py"):
            continue
        lines = text_lines(root / path)
        problems += [
            f"{path}:{number}: {text}" for number, line in enumerate(lines, 1) for text in _in_line(line, path.suffix)
        ]
        if path.suffix == XML:
            problems += _categories_of_groups(path, "\n".join(lines))
    return problems


def _in_line(line, suffix):
    if ESCAPE.search(line):
        return []
    return [
        f"`{match[0].strip()}` is not for Odoo 19: use {word.instead}"
        for pattern, word in COMPILED
        if suffix in word.suffixes and (match := pattern.search(line))
    ]


def _categories_of_groups(path, text):
    return [
        f"{path}:{text[: match.start()].count(chr(10)) + 1}: `category_id` of res.groups is gone: use privilege_id"
        for match in GROUP_CATEGORY.finditer(text)
        if 'name="category_id"' in match[0]
    ]
