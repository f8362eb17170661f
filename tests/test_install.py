"""Installing, updating and uninstalling the addon, on own databases (slow: ``-m "not slow"`` leaves it out)."""

import os
import subprocess

import pytest

from odoo.tests import BaseCase, tagged

from tools.dev.workbench import Workbench

ADDON = "bank_crm"

# What the database is made of; each query gives rows of text.
SCHEMA = {
    "columns": """
        SELECT table_name, column_name, data_type, is_nullable, column_default FROM information_schema.columns
         WHERE table_schema = 'public'""",
    "indexes": "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
    "constraints": """
        SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
         WHERE connamespace = 'public'::regnamespace""",
    "sequences": "SELECT sequencename FROM pg_sequences WHERE schemaname = 'public'",
}
RECORDS = {
    "models": "SELECT model FROM ir_model",
    "fields": "SELECT model, name FROM ir_model_fields",
    "groups": "SELECT name->>'en_US' FROM res_groups",
    "privileges": "SELECT name->>'en_US' FROM res_groups_privilege",
    "views": "SELECT name, model FROM ir_ui_view",
    "menus": "SELECT name->>'en_US' FROM ir_ui_menu",
    "actions": "SELECT type, name->>'en_US' FROM ir_actions",
    "rules": "SELECT name FROM ir_rule",
    "access": "SELECT name FROM ir_model_access",
    "jobs": "SELECT cron_name FROM ir_cron",
    "number sequences": "SELECT code, name FROM ir_sequence",
    "external ids": f"SELECT name FROM ir_model_data WHERE module = '{ADDON}'",
}
# Everything that the addon's data files made, with its contents where a file could change it.
CONTENTS = {
    "external ids": f"""
        SELECT name, model, res_id::text, noupdate::text FROM ir_model_data WHERE module = '{ADDON}'""",
    "views": f"""
        SELECT view.id::text, md5(arch_db::text), priority::text, active::text FROM ir_ui_view view
          JOIN ir_model_data data ON data.model = 'ir.ui.view' AND data.res_id = view.id
         WHERE data.module = '{ADDON}'""",
    "rules": f"""
        SELECT rule.id::text, domain_force, active::text FROM ir_rule rule
          JOIN ir_model_data data ON data.model = 'ir.rule' AND data.res_id = rule.id AND data.module = '{ADDON}'""",
    "access": f"""
        SELECT access.id::text, perm_read::text, perm_write::text, perm_create::text, perm_unlink::text
          FROM ir_model_access access
          JOIN ir_model_data data ON data.model = 'ir.model.access' AND data.res_id = access.id
         WHERE data.module = '{ADDON}'""",
    "selections": "SELECT field_id::text, value, name::text, sequence::text FROM ir_model_fields_selection",
    "members": "SELECT gid::text, uid::text FROM res_groups_users_rel",
    "implied": "SELECT gid::text, hid::text FROM res_groups_implied_rel",
    "tiers": "SELECT code, min_amount::text, name::text FROM bank_tier",
}


# A customer answers a programme that is shipped, and an ordinary survey is answered, too.
SURVEYS_IN_USE = """
partner = env["res.partner"].create({"name": "Used", "is_bank_customer": True, "email": "used@example.com"})
program = env["bank.survey.program"].search([], limit=1)
program.write({"send_from": 0, "send_to": 24})
program.action_start()
env["bank.survey.wave"].create({"name": "Used", "program_id": program.id})
invitation = program._invite_partners(partner, touchpoint_ref="used", is_recovery=True)
invitation._mark_sent(env.cr.now())
answer = invitation._start()
answer._save_lines(answer.survey_id._bank_main_question(), "1")
answer._mark_done()
assert env["bank.survey.followup"].search_count([("partner_id", "=", partner.id)]) or answer.bank_suspect_reason
other = env["survey.survey"].create({
    "title": "Canteen", "question_and_page_ids": [(0, 0, {"title": "Good?", "question_type": "scale"})],
})
answer = other._create_answer(partner=partner, check_attempts=False)
answer._save_lines(other.question_ids, "7")
answer._mark_done()
env.cr.commit()  # forbidden-word-ok: a stand-alone script in the shell; the test reads it afterwards
"""
SURVEY_REMAINS = {
    "tables": "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename LIKE 'bank_survey%'",
    "views": "SELECT viewname FROM pg_views WHERE schemaname = 'public' AND viewname LIKE 'bank_survey%'",
    "columns": """
        SELECT table_name, column_name FROM information_schema.columns
         WHERE table_schema = 'public' AND (table_name LIKE 'survey%' AND column_name LIKE 'bank%'
               OR table_name = 'res_partner' AND column_name ~ '^(nps|csat)_')""",
    "indexes": "SELECT indexname FROM pg_indexes WHERE indexname ~ '^(survey_.*_bank|bank_survey)_'",
    "external ids": "SELECT name FROM ir_model_data WHERE module = 'bank_crm_survey'",
    "models": "SELECT model FROM ir_model WHERE model LIKE 'bank.survey%'",
    "fields": "SELECT model, name FROM ir_model_fields WHERE model LIKE 'survey%' AND name LIKE 'bank%'",
    "jobs": "SELECT cron_name FROM ir_cron WHERE cron_name ILIKE '%survey%invit%' OR cron_name ILIKE '%satisfaction%'",
    "rules": "SELECT name FROM ir_rule WHERE domain_force ~ 'bank_(survey|answer|score|followup)'",
    "questionnaires": "SELECT title::text FROM survey_survey WHERE title->>'en_US' <> 'Canteen'",
    "messages": "SELECT id::text FROM mail_message WHERE model LIKE 'bank.survey%'",
    "runs": "SELECT id::text FROM bank_run WHERE job = 'survey_sampling'",
    "purposes of selections": "SELECT value FROM ir_model_fields_selection WHERE value = 'survey_sampling'",
}
ODOO_SURVEY = """
survey = env["survey.survey"].search([("title", "=", "Canteen")])
assert survey.user_input_ids.user_input_line_ids.value_scale == 7
answer = survey._create_answer(partner=env["res.partner"].search([], limit=1), check_attempts=False)
answer._save_lines(survey.question_ids, "8")
answer._mark_done()
assert answer.state == "done"
survey.copy()
survey.user_input_ids.unlink()
survey.unlink()
"""


@pytest.mark.slow
@tagged("post_install", "-at_install", "standard")
class InstallCase(BaseCase):
    """Each test works in a clone that it drops again."""

    def setUp(self):
        super().setUp()
        self.bench = Workbench.attach()

    def clone(self, template):
        name = f"{os.environ['PGDATABASE']}_{self._testMethodName[5:30]}"
        self.bench.databases.clone(template, name)
        self.addCleanup(self.bench.databases.drop, name)
        return name

    def run_odoo(self, database, *arguments):
        """Run Odoo until it stops; it may log nothing unexpected."""
        lines = self.bench.databases.run_odoo(database, *arguments, what=f"odoo {' '.join(arguments)}")
        self.assertEqual(lines, [])

    def snapshot(self, database, queries):
        return {
            name: sorted(map(tuple, self.bench.cluster.query(sql, database)), key=repr)
            for name, sql in queries.items()
        }

    def assert_same(self, before, after):
        for name, rows in before.items():
            with self.subTest(name):
                self.assertEqual(set(after[name]) - set(rows), set(), "new")
                self.assertEqual(set(rows) - set(after[name]), set(), "gone")

    def count(self, database, table):
        return int(self.bench.cluster.query(f"SELECT count(*) FROM {table}", database)[0][0])


class TestInstall(InstallCase):
    def test_uninstalling_leaves_nothing_behind(self):
        database = self.clone(self.bench.databases.ensure_core())
        everything = {**SCHEMA, **RECORDS}
        before = self.snapshot(database, everything)
        self.run_odoo(database, "-i", ADDON, "--without-demo")
        installed = self.snapshot(database, everything)
        self.assertGreater(len(installed["models"]), len(before["models"]) + 15)
        self.assertTrue(installed["external ids"])
        self.assertEqual(self.count(database, "bank_exchange_batch"), 0, "no demonstration data")
        self.use(database)
        self.uninstall(database)
        self.assertNotIn(ADDON, self.bench.databases.installed(database))
        self.assert_same(before, self.snapshot(database, everything))

    def use(self, database):
        """An addon in use has rows in its tables."""
        self.shell(
            database,
            """
branch = env["bank.branch"].create({"code": "B", "name": "Branch"})
partner = env["res.partner"].create({"name": "Used", "is_bank_customer": True, "branch_id": branch.id})
product = env["bank.product"].create({"code": "P", "name": "Product"})
party = {"partner_id": partner.id}
env["bank.holding"].create({"product_id": product.id, "balance": 70000, "party_ids": [(0, 0, party)]})
env["bank.identity.document"].create({"partner_id": partner.id, "type": "passport", "number": "E12345678"})
partner.tier_id = env.ref("bank_crm.bank_tier_gold")
env.cr.commit()  # forbidden-word-ok: a stand-alone script in the shell; the test reads it afterwards
""",
        )
        self.assertGreater(self.count(database, "bank_customer_event"), 2)

    def uninstall(self, database):
        self.shell(
            database,
            f"""
env["ir.module.module"].search([("name", "=", "{ADDON}")]).button_immediate_uninstall()
""",
        )

    def shell(self, database, script):
        done = subprocess.run(
            self.bench.odoo("shell", "-d", database, "--no-http", "--log-level=error"),
            input=script + "\nprint('finished' + ' well')\n",
            env=self.bench.env,
            cwd=self.bench.paths.state,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        self.assertIn("finished well", done.stdout, done.stderr[-3000:])

    def test_uninstalling_surveys_leaves_those_of_odoo(self):
        """The bank's surveys go with everything that hung on them; Odoo's work as before, the customers stay."""
        database = self.clone(os.environ["BANK_CRM_INSTALLED_DATABASE"])
        self.shell(database, SURVEYS_IN_USE)
        self.assertGreater(self.count(database, "bank_survey_score"), 0)
        self.shell(
            database, 'env["ir.module.module"].search([("name", "=", "bank_crm_survey")]).button_immediate_uninstall()'
        )
        self.assertNotIn("bank_crm_survey", self.bench.databases.installed(database))
        for name, query in SURVEY_REMAINS.items():
            with self.subTest(name):
                self.assertEqual(self.bench.cluster.query(query, database), [])
        self.shell(database, ODOO_SURVEY)
        self.assertGreater(self.count(database, "bank_customer_event"), 0)

    def test_updating_changes_nothing(self):
        database = self.clone(os.environ["BANK_CRM_INSTALLED_DATABASE"])
        if self.bench.databases.ensure_addons()[0] != os.environ["BANK_CRM_INSTALLED_DATABASE"]:
            self.run_odoo(database, "-u", ADDON)  # somebody edits the addon while the tests run
        everything = {**SCHEMA, **CONTENTS}
        before = self.snapshot(database, everything)
        for turn in ("once", "twice"):
            self.run_odoo(database, "-u", ADDON)
            with self.subTest(turn):
                self.assert_same(before, self.snapshot(database, everything))

    def test_with_demonstration_data(self):
        database = self.clone(self.bench.databases.ensure_core(demo=True, language=True))
        self.run_odoo(database, "-i", ADDON, "--with-demo")
        self.assertGreaterEqual(self.count(database, "res_partner WHERE is_bank_customer"), 250)
        for table in ("bank_branch", "bank_holding", "bank_balance", "bank_tier_history", "bank_customer_event"):
            self.assertGreater(self.count(database, table), 5, table)
