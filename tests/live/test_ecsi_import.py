"""The importer of answers against a running server: over real XML-RPC, and through the pages of the invitations."""

import re
import tempfile
from pathlib import Path
from unittest.mock import patch

import pytest

from odoo.tests import HttpCase, new_test_user, tagged

from tests.ecsi.common import ECSI, ORACLE, SMALL_ROWS, needs_real_file, small_file
from tests.live.import_runs import run_in_case, run_on
from tools.ecsi import cli, mapping
from tools.ecsi.door import Door
from tools.importer import commandline
from tools.importer.server import ServerError

PASSWORD = "ecsi feed password"


class EcsiCase(HttpCase):
    """Runs the command line against the test's own server."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        new_test_user(
            cls.env,
            "ecsi_operator",
            groups="bank_crm.group_operations,bank_crm_survey.group_satisfaction_manager",
            password=PASSWORD,
        )

    def setUp(self):
        super().setUp()
        if self.env["bank.survey.program"].search_count([("code", "=", mapping.PROGRAM)], limit=1):
            self.skipTest("this database holds the answers already; run the test in another one")
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def run_import(self, rows=SMALL_ROWS, login="ecsi_operator"):
        """:return: (exit code, standard output, standard error)"""
        return run_in_case(self, cli.main, small_file(self.folder, rows), login=login, password=PASSWORD)

    def assertImported(self, result):
        code, out, err = result
        self.assertEqual(code, commandline.OK, err + out)
        self.assertNotIn("WRONG", out)
        return out

    def answers(self):
        return self.env["survey.user_input"].search([("bank_program_id.code", "=", mapping.PROGRAM)])


@tagged("post_install", "-at_install", "standard")
class TestSmallImport(EcsiCase):
    def test_what_arrives_and_that_it_arrives_once(self):
        out = self.assertImported(self.run_import())
        self.assertIn("answers: 5 invited, 5 sent, 0 there already", out)
        answers = self.answers()
        self.assertEqual(len(answers), 5)
        self.assertEqual(set(answers.mapped("state")), {"done"})
        self.assertEqual(set(answers.mapped("bank_channel")), {"link"})
        self.assertEqual(set(answers.bank_invitation_id.mapped("state")), {"completed"})
        self.assertFalse(answers.filtered("bank_assisted_by_id"))
        self.assertTrue(all(answers.mapped("bank_kpi_ok")))
        third = answers.filtered(lambda answer: answer.partner_id.customer_number == "ECSI-4")
        line = third.user_input_line_ids.filtered(lambda line: line.question_id.bank_metric_code == "imag1")
        self.assertEqual((line.value_scale, line.skipped), (0, False))
        buckets = {partner.customer_number: partner.nps_bucket for partner in answers.partner_id}
        self.assertEqual(buckets["ECSI-2"], "promoter")
        self.assertEqual(buckets["ECSI-4"], "passive")
        self.assertEqual(buckets["ECSI-7"], "detractor")

        models = ("survey.survey", "survey.question", "bank.survey.program", "bank.survey.invitation",
                  "survey.user_input", "survey.user_input.line", "bank.survey.score", "bank.customer.event",
                  "res.partner")  # fmt: skip
        counted = {model: self.env[model].with_context(active_test=False).search_count([]) for model in models}
        out = self.assertImported(self.run_import())
        self.assertIn("Nothing changed: the server had all of it already.", out)
        self.assertIn("answers: 0 invited, 0 sent, 5 there already", out)
        for model, count in counted.items():
            self.assertEqual(self.env[model].with_context(active_test=False).search_count([]), count, model)

    def test_an_interrupted_run_goes_on(self):
        def break_down(_door, _path, _values):
            raise ServerError("The line is dead.")

        with patch.object(Door, "_submit", break_down):
            code, _out, err = self.run_import(SMALL_ROWS[:3])
        self.assertEqual(code, commandline.NO_SERVER)
        self.assertIn("The line is dead.", err)
        invited = self.answers().bank_invitation_id
        self.assertEqual(set(invited.mapped("state")), {"started"})
        out = self.assertImported(self.run_import(SMALL_ROWS[:3]))
        self.assertIn("answers: 0 invited, 3 sent, 0 there already", out)
        self.assertEqual(len(self.answers()), 3)
        self.assertEqual(set(invited.mapped("state")), {"completed"})

    def test_words_of_the_staff_stay(self):
        self.assertImported(self.run_import(SMALL_ROWS[:3]))
        program = self.env["bank.survey.program"].search([("code", "=", mapping.PROGRAM)])
        program.name = "Archive"
        self.assertImported(self.run_import(SMALL_ROWS[:3]))
        self.assertEqual(program.name, "Archive")
        program.action_pause()
        code, _out, err = self.run_import(SMALL_ROWS)
        self.assertEqual(code, commandline.NO_SERVER)
        self.assertIn("is paused or archived", err)
        self.assertEqual(len(self.answers()), 3)

    def test_user_without_rights_is_refused(self):
        new_test_user(self.env, "ecsi_agent", groups="bank_crm.group_service_agent", password=PASSWORD)
        with self.assertLogs("odoo.http", "WARNING"):
            code, _out, err = self.run_import(login="ecsi_agent")
        self.assertEqual(code, commandline.NO_SERVER)
        self.assertIn("refused", err)
        self.assertFalse(self.answers())


@needs_real_file
@pytest.mark.slow
def test_real_file_matches_the_oracle(live_server):
    code, out, err = run_on(live_server, cli.main, ECSI, "--verify", str(ORACLE))
    assert code == commandline.OK, err + out
    for line in (
        r"n \(oracle\) +152 ok",
        r"promoters \(oracle\) +41 ok",
        r"passives \(oracle\) +56 ok",
        r"detractors \(oracle\) +55 ok",
        r"nps \(oracle\) +-9.21 ok",
        r"csat \(oracle\) +50.0 ok",
        r"mean of sat1 \(oracle\) +7.2763 ok",
        r"answers as sent +152 ok",
    ):
        assert re.search(line, out), line
    assert "WRONG" not in out
    code, out, err = run_on(live_server, cli.main, ECSI)
    assert code == commandline.OK, err + out
    assert "Nothing changed: the server had all of it already." in out
