"""The gate against words of earlier Odoo versions."""

from pathlib import Path

import pytest

from tools.dev.lint.forbidden_words import forbidden_words

PLANTED = [
    ("a.py", "_sql_constraints = []"),
    ("a.py", "def name_get(self):"),
    ("a.py", "user.groups_id"),
    ("a.py", "group_manager.users"),
    ("a.xml", "<tree>"),
    ("a.xml", '<field name="view_mode">tree,form</field>'),
    ("a.xml", "<field attrs=\"{'invisible': 1}\"/>"),
    ("a.xml", '<button states="draft"/>'),
    ("a.xml", '<t t-name="kanban-box">'),
    ("a.xml", '<div class="oe_chatter">'),
    ("a.xml", '<t t-esc="x"/>'),
    ("a.xml", '<t t-raw="x"/>'),
    ("a.xml", '<group expand="0">'),
    ("a.py", "from odoo.osv import expression"),
    ("a.py", "expression.AND([])"),
    ("a.py", "self.read_group([], [], [])"),
    ("a.py", "self.check_access_rights('read')"),
    ("a.py", "self._cr.execute(x)"),
    ("a.py", "request.uid"),
    ("a.py", '@http.route("/x", type="json")'),
    ("a.py", "fields.Many2one('x', auto_join=True)"),
    ("a.py", 'group_operator="sum"'),
    ("a.xml", '<field name="numbercall">-1</field>'),
    ("a.py", "@api.multi"),
    ("a.py", "from odoo.orm.fields import X"),
    ("a.py", "partner.mobile"),
    ("a.js", "/** @odoo-module */"),
    ("a.js", 'useService("rpc")'),
    ("a.js", "publicWidget.registry"),
    ("a.py", "self.env.cr.commit()"),
    ("a.xml", '<record id="g" model="res.groups">\n<field name="category_id" ref="x"/>\n</record>'),
]

INNOCENT = [
    ("a.py", "self._read_group([], ['x'])"),
    ("a.py", "self.formatted_read_group([], ['x'])"),
    ("a.py", "user.group_ids"),
    ("a.py", "self.env['ir.cron']._commit_progress(1)"),
    ("a.py", "states_by_code = {}"),
    ("a.py", '"display_name_get"'),
    ("a.xml", "<list>"),
    ("a.xml", '<group expand="1">'),
    (
        "a.xml",
        '<record id="g" model="res.groups">\n</record>\n<record model="ir.x"><field name="category_id"/></record>',
    ),
    ("a.py", "cr.commit()  # forbidden-word-ok: the server under test reads it"),
    ("a.md", "name_get is gone"),
]


def found(tmp_path, name, text):
    (tmp_path / name).write_text(f"\n{text}\n")
    return forbidden_words(tmp_path, [Path(name)])


@pytest.mark.parametrize(("name", "text"), PLANTED)
def test_a_planted_word_is_found_with_its_line(tmp_path, name, text):
    problems = found(tmp_path, name, text)
    assert len(problems) == 1, problems
    assert problems[0].startswith(f"{name}:2: ")


@pytest.mark.parametrize(("name", "text"), INNOCENT)
def test_what_looks_alike_is_left_alone(tmp_path, name, text):
    assert found(tmp_path, name, text) == []


def test_an_escape_without_a_reason_does_not_count(tmp_path):
    assert found(tmp_path, "a.py", "cr.commit()  # forbidden-word-ok:")
