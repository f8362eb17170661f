"""The importer of complaints against a running server, over real XML-RPC."""
import re
import tempfile
from pathlib import Path

import pytest

from odoo.tests import HttpCase, new_test_user, tagged

from tests.cfpb.common import CFPB, ORACLE, SMALL_ROWS, needs_real_file, small_file
from tests.live.import_runs import run_in_case, run_on
from tools.cfpb import cli, mapping, pseudonyms
from tools.importer import commandline

PASSWORD = "cfpb feed password"


class CfpbCase(HttpCase):
    """Runs the command line against the test's own server."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.operator = new_test_user(
            cls.env,
            "cfpb_operator",
            groups="bank_crm.group_operations,bank_crm.group_bank_admin",
            password=PASSWORD,
        )

    def setUp(self):
        super().setUp()
        if self.env["bank.ticket"].search_count([("external_ref", "=like", f"{mapping.PREFIX}%")], limit=1):
            self.skipTest("this database holds complaints of the CFPB already; run the test in another one")

    def run_import(self, path, *arguments, login="cfpb_operator", password=PASSWORD):
        """:return: (exit code, standard output, standard error)"""
        return run_in_case(self, cli.main, path, login=login, password=password, arguments=arguments)

    def assertImported(self, result):
        code, out, err = result
        self.assertEqual(code, commandline.OK, err + out)
        return out

    def ticket(self, complaint_id):
        return self.env["bank.ticket"].search([("external_ref", "=", f"{mapping.PREFIX}{complaint_id}")])


@tagged("post_install", "-at_install", "standard")
class TestSmallImport(CfpbCase):
    def small_file(self, rows=SMALL_ROWS):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        return small_file(Path(folder.name), rows)

    def test_what_arrives(self):
        out = self.assertImported(self.run_import(self.small_file()))
        self.assertNotIn("Nothing changed", out)
        self.assertIn("6 created, 0 existing", out)
        first, second, third = (self.ticket(number) for number in (1001, 1002, 1003))
        self.assertRecordValues(
            first | second | third,
            [
                {"state": "closed", "outcome": "not_upheld", "relief": "explanation", "is_anonymous": True},
                {"state": "closed", "outcome": "upheld", "relief": "monetary", "is_anonymous": True},
                {"state": "investigating", "outcome": False, "relief": False, "is_anonymous": True},
            ],
        )
        self.assertEqual(first.product_taxon_id.complete_name, "Loans / Housing Loans / Mortgage / FHA mortgage")
        self.assertEqual(first.channel_id.code, "A0103")
        self.assertEqual(second.channel_id.code, "A0199R")
        self.assertEqual(str(first.received_at), "2019-03-01 12:00:00")
        self.assertEqual(str(second.forwarded_at), "2019-03-20 12:00:00")
        self.assertIn('"Twice", in fact, by', first.description)
        self.assertTrue(second.description.startswith("- no fee was agreed\n"))
        self.assertEqual(first.branch_id.name, pseudonyms.name_of("First Invented Bank, Inc."))
        self.assertNotIn("Invented Bank", first.description)
        self.assertEqual(first.regime_ids.code, "US-CFPB")

    def test_results_of_the_deadlines(self):
        self.assertImported(self.run_import(self.small_file()))
        clocks = self.env["bank.ticket.clock"].search([("rule_id.code", "=", "response")])
        results = {clock.ticket_id.external_ref: clock.state for clock in clocks if clock.ticket_id.external_ref}
        self.assertEqual(
            {key: results[f"CFPB-{key}"] for key in (1001, 1002, 1003, 1004, 1005, 1006)},
            {1001: "met", 1002: "breached", 1003: "met", 1004: "breached", 1005: "met", 1006: "met"},
        )

    def test_the_way_back(self):
        self.assertImported(self.run_import(self.small_file()))
        regime = self.env.ref("bank_crm_complaints.bank_ticket_regime_us_cfpb")
        ticket = self.ticket(1002)
        labels = (ticket.product_taxon_id | ticket.cause_taxon_id)._code_for(regime)
        self.assertEqual(
            [labels[ticket.product_taxon_id.id], labels[ticket.cause_taxon_id.id]],
            [
                ("Checking or savings account > Checking account", "Checking account"),
                ("Managing an account > Fee problem", "Fee problem"),
            ],
        )

    def test_second_run_changes_nothing(self):
        path = self.small_file()
        self.assertImported(self.run_import(path))
        tickets = self.env["bank.ticket"].search([("external_ref", "=like", "CFPB-%")])
        written = {ticket: ticket.write_date for ticket in tickets}
        counted = {
            model: self.env[model].with_context(active_test=False).search_count([])
            for model in ("bank.ticket", "bank.ticket.event", "bank.ticket.clock", "bank.ticket.taxon", "bank.branch",
                          "bank.ticket.taxon.map", "bank.customer.event")
        }  # fmt: skip
        out = self.assertImported(self.run_import(path, "--chunk", "2"))
        self.assertIn("Nothing changed: the server had all of it already.", out)
        self.assertIn("0 created, 6 existing", out)
        self.assertIn("0 recorded, 6 unchanged", out)
        self.assertEqual({ticket: ticket.write_date for ticket in tickets}, written)
        for model, count in counted.items():
            self.assertEqual(self.env[model].with_context(active_test=False).search_count([]), count, model)

    def test_what_the_administrator_renamed_stays(self):
        path = self.small_file()
        self.assertImported(self.run_import(path))
        place = self.ticket(1001).product_taxon_id
        place.write({"name": "Insured mortgages", "active": False})
        self.env["bank.branch"].search([("code", "=", "CFPB")]).name = "Archive"
        out = self.assertImported(self.run_import(path))
        self.assertIn("Nothing changed", out)
        self.assertEqual(place.name, "Insured mortgages")

    def test_a_final_answer_follows_an_answer_in_progress(self):
        self.assertImported(self.run_import(self.small_file()))
        rows = [dict(row) for row in SMALL_ROWS]
        rows[2]["Company response to consumer"] = "Closed with monetary relief"
        out = self.assertImported(self.run_import(self.small_file(rows)))
        self.assertIn("1 recorded, 5 unchanged", out)
        self.assertEqual((self.ticket(1003).state, self.ticket(1003).outcome), ("closed", "upheld"))

    def test_an_answer_that_contradicts_is_refused_and_named(self):
        self.assertImported(self.run_import(self.small_file()))
        rows = [dict(row) for row in SMALL_ROWS]
        rows[0]["Company response to consumer"] = "Closed with monetary relief"
        code, _out, err = self.run_import(self.small_file(rows))
        self.assertEqual(code, commandline.BAD_DATA)
        self.assertIn("row 1 (CFPB-1001): outcome: the ticket has been answered otherwise", err)

    def test_bad_file_sends_nothing(self):
        code, _out, err = self.run_import(self.small_file([{"Timely response?": "maybe"}]))
        self.assertEqual(code, commandline.BAD_DATA)
        self.assertIn("nothing was sent", err)
        self.assertFalse(self.env["bank.branch"].search([("code", "=", "CFPB")]))

    def test_user_without_rights_is_refused(self):
        new_test_user(self.env, "cfpb_agent", groups="bank_crm.group_service_agent", password=PASSWORD)
        with self.assertLogs("odoo.http", "WARNING"):
            code, _out, err = self.run_import(self.small_file(), login="cfpb_agent")
        self.assertEqual(code, commandline.NO_SERVER)
        self.assertIn("refused", err)
        self.assertFalse(self.ticket(1001))


@needs_real_file
@pytest.mark.slow
def test_real_file_matches_the_oracle(live_server):
    code, out, err = run_on(live_server, cli.main, CFPB, "--verify", str(ORACLE))
    assert code == commandline.OK, err + out
    for line in (
        r"rows \(oracle\) +3,976 ok",
        r"timely: No \(oracle\) +56 ok",
        r"routing_lag_gt_15d \(oracle\) +79 ok",
        r"distinct_companies \(oracle\) +539 ok",
        r"response: In progress \(oracle\) +20 ok",
    ):
        assert re.search(line, out), line
    assert "WRONG" not in out
    code, out, err = run_on(live_server, cli.main, CFPB)
    assert code == commandline.OK, err + out
    assert "Nothing changed: the server had all of it already." in out
