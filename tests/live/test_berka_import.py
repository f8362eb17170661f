"""The importer against a running server, over real XML-RPC."""
import tempfile
import unittest
from pathlib import Path

from odoo.tests import HttpCase, new_test_user, tagged

from tests.berka.common import BERKA, ORACLE, spoilt, write_small_files
from tests.live.import_runs import run_in_case
from tools.berka import cli, mapping
from tools.berka.dataset import load_dataset
from tools.importer import commandline
from tools.importer.exchange import push
from tools.importer.rejection import RejectedError
from tools.importer.server import Server

PASSWORD = "berka feed password"


class BerkaCase(HttpCase):
    """Runs the command line against the test's own server."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.operator = new_test_user(
            cls.env,
            "berka_operator",
            groups="bank_crm.group_operations,bank_crm.group_bank_admin",
            password=PASSWORD,
        )
        cls.currency = cls.env["res.currency"].with_context(active_test=False).search([("name", "=", "CZK")])
        cls.currency.active = True

    def run_import(self, folder, *arguments, login="berka_operator", password=PASSWORD):
        """:return: (exit code, standard output, standard error)"""
        return run_in_case(self, cli.main, folder, login=login, password=password, arguments=arguments)

    def small_folder(self, **replaced):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        return write_small_files(Path(folder.name), **replaced)

    def customer(self, client_id):
        key = self.env["bank.exchange.key"].search([("source", "=", "berka"), ("external_id", "=", str(client_id))])
        return key.partner_id

    def holding(self, external_id):
        return self.env["bank.holding"].search([("source", "=", "berka"), ("external_id", "=", external_id)])


@tagged("post_install", "-at_install", "standard")
class TestSmallImport(BerkaCase):
    def setUp(self):
        super().setUp()
        if self.env["bank.exchange.key"].search_count([("source", "=", "berka")], limit=1):
            self.skipTest("this database holds Berka customers already; run the test in another one")

    def assertImported(self, result):
        code, out, err = result
        self.assertEqual(code, commandline.OK, err + out)
        return out

    def test_what_arrives(self):
        out = self.assertImported(self.run_import(self.small_folder()))
        self.assertNotIn("Nothing changed", out)

        woman = self.customer(12)
        self.assertRecordValues(
            woman, [{"name": "Client 12", "is_bank_customer": True, "customer_type": "individual"}]
        )
        self.assertEqual(woman.country_id.code, "CZ")
        self.assertEqual(woman.branch_id.code, "BERKA-D01")
        self.assertEqual(woman.branch_id.parent_id.code, "BERKA-PRAGUE")
        profile = woman.financial_profile_id
        self.assertEqual((profile.gender, str(profile.birthdate)), ("female", "1940-10-09"))
        self.assertEqual(str(profile.relationship_start_on), "1993-01-01")

        account = self.holding("account-1")
        self.assertEqual(account.product_class, "deposit")
        self.assertEqual((account.currency_id.name, account.branch_id.code), ("CZK", "BERKA-D01"))
        self.assertEqual((account.balance, str(account.balance_on), account.state), (1850, "1993-01-05", "active"))
        self.assertEqual(account.owner_id, self.customer(11))
        self.assertEqual(
            {(party.partner_id, party.role, party.share_pct) for party in account.party_ids},
            {(self.customer(11), "owner", 100), (woman, "signatory", 0)},
        )
        self.assertEqual(
            {(str(balance.date), balance.amount) for balance in account.balance_ids},
            {("1993-01-02", 900), ("1993-01-05", 1850)},
        )
        self.assertEqual(account.balance_source, "derived")
        self.assertEqual(
            {(posting.external_id, str(posting.booked_on), posting.amount, posting.kind)
             for posting in account.transaction_ids},
            {
                ("51", "1993-01-02", 900, "cash_in"),
                ("52", "1993-01-05", -50, "payment_out"),
                ("53", "1993-01-05", 1000, "cash_in"),
            },
        )

        loan = self.holding("loan-31")
        self.assertEqual((loan.balance, loan.state, loan.product_class), (80952, "closed", "loan"))
        self.assertEqual((str(loan.opened_on), str(loan.matures_on)), ("1994-01-31", "1995-02-28"))
        card = self.holding("card-41")
        self.assertEqual((card.product_id.code, card.owner_id), ("BERKA-CARD-GOLD", self.customer(11)))
        self.assertEqual((card.balance, card.balance_on), (0, False))

    def test_second_run_changes_nothing(self):
        folder = self.small_folder()
        self.assertImported(self.run_import(folder))
        batches = self.env["bank.exchange.batch"].search([("source", "=", "berka")])
        events = self.env["bank.customer.event"].search_count([])
        written = {customer: customer.write_date for customer in map(self.customer, (11, 12, 13))}
        out = self.assertImported(self.run_import(folder))
        self.assertIn("Nothing changed: the server had all of it already.", out)
        self.assertIn("0 branches created", out)
        self.assertEqual(self.env["bank.exchange.batch"].search([("source", "=", "berka")]), batches)
        self.assertEqual(set(batches.mapped("replay_count")), {1})
        self.assertEqual(self.env["bank.customer.event"].search_count([]), events)
        self.assertEqual({customer: customer.write_date for customer in written}, written)

    def test_other_batches_of_the_same_rows_change_nothing(self):
        folder = self.small_folder()
        self.assertImported(self.run_import(folder))
        out = self.assertImported(self.run_import(folder, "--chunk", "1"))
        self.assertIn("Nothing changed", out)
        self.assertRegex(out, r"customers +3 +0 +0 +3 +0 +0")
        self.assertRegex(out, r"holdings +4 +0 +0 +4 +0 +0")
        self.assertRegex(out, r"transactions +3 +0 +0 +3 +0 +0")

    def test_one_changed_row_is_one_update(self):
        self.assertImported(self.run_import(self.small_folder()))
        moved = spoilt("client.csv", "12,406009,1", "12,406009,69")
        out = self.assertImported(self.run_import(self.small_folder(client=moved)))
        self.assertRegex(out, r"customers +3 +0 +1 +2 +0 +0")
        self.assertEqual(self.customer(12).branch_id.code, "BERKA-D69")

    def test_what_the_administrator_renamed_stays(self):
        folder = self.small_folder()
        self.assertImported(self.run_import(folder))
        branch = self.env["bank.branch"].search([("code", "=", "BERKA-D69")])
        branch.write({"name": "Jeseník", "parent_id": False})
        self.env["bank.product"].search([("code", "=", "BERKA-CARD-JUNIOR")]).active = False
        self.assertIn("Nothing changed", self.assertImported(self.run_import(folder)))
        self.assertRecordValues(branch, [{"name": "Jeseník", "parent_id": False}])

    def test_currency_is_switched_on(self):
        self.currency.active = False
        self.operator.group_ids += self.env.ref("base.group_system")
        out = self.assertImported(self.run_import(self.small_folder()))
        self.assertIn("1 currency switched on", out)
        self.assertTrue(self.currency.active)

    def test_currency_that_the_login_may_not_switch_on(self):
        self.currency.active = False
        with self.assertLogs("odoo.http", "WARNING"):
            code, _out, err = self.run_import(self.small_folder())
        self.assertEqual(code, commandline.NO_SERVER)
        self.assertIn("The currency CZK is not active. Activate it as an administrator.", err)
        self.assertFalse(self.customer(11))

    def test_bad_file_sends_nothing(self):
        folder = self.small_folder(card=spoilt("card.csv", "41,22", "41,99"))
        code, _out, err = self.run_import(folder)
        self.assertEqual(code, commandline.BAD_DATA)
        self.assertIn("card.csv, row 2, column disp_id: '99' is not in disp.csv", err)
        self.assertFalse(self.env["bank.exchange.batch"].search([("source", "=", "berka")]))
        self.assertFalse(self.customer(11))

    def test_rejected_batch_keeps_nothing_and_says_why(self):
        dataset = load_dataset(self.small_folder())
        rows = mapping.customer_rows(dataset)
        rows[1]["branch_code"] = "BERKA-NOWHERE"
        for row in (rows[0], rows[2]):
            del row["branch_code"]
        with self.allow_requests(all_requests=True):
            server = Server(self.base_url(), self.env.cr.dbname, "berka_operator", PASSWORD)
            with self.assertRaises(RejectedError) as caught:
                push(server, mapping.SOURCE, "customers", rows, 10, print)
        text = caught.exception.report()
        self.assertIn("row 2 (12): branch_code", text)
        self.assertIn("BERKA-NOWHERE", text)
        self.env.invalidate_all()
        self.assertFalse(self.customer(11))

        # once the branch is there, the same rows must not be answered with the old rejection
        self.env["bank.branch"].create({"name": "Somewhere", "code": "BERKA-NOWHERE"})
        self.env.flush_all()
        with self.allow_requests(all_requests=True):
            tallies = [push(server, mapping.SOURCE, "customers", rows, 10, lambda tally: None) for _run in range(2)]
        self.assertEqual([(tally.created, tally.replayed) for tally in tallies], [(3, 0), (0, 3)])

    def test_wrong_password(self):
        code, _out, err = self.run_import(self.small_folder(), password="wrong")
        self.assertEqual(code, commandline.NO_SERVER)
        self.assertIn("The login 'berka_operator' or its password is wrong", err)

    def test_user_without_rights_is_refused(self):
        new_test_user(self.env, "berka_manager", groups="bank_crm.group_relationship_manager", password=PASSWORD)
        with self.assertLogs("odoo.http", "WARNING"):
            code, _out, err = self.run_import(self.small_folder(), login="berka_manager")
        self.assertEqual(code, commandline.NO_SERVER)
        self.assertIn("refused", err)
        self.assertFalse(self.customer(11))


@tagged("post_install", "-at_install", "standard")
class TestRealImport(BerkaCase):
    @unittest.skipUnless((BERKA / "client.csv").is_file(), "the PKDD'99 files are not in ../shared/data/berka")
    def test_real_files_match_the_oracle(self):
        if self.env["bank.exchange.key"].search_count([("source", "=", "berka")], limit=1):
            self.skipTest("this database holds Berka customers already; run the test in another one")
        code, out, err = self.run_import(BERKA, "--verify", str(ORACLE))
        self.assertEqual(code, commandline.OK, err + out)
        self.assertRegex(out, r"sum of loans \(oracle\) +64,746,624.00 ok")
        self.assertRegex(out, r"accounts whose last balance is right \(oracle\) +233 ok")
        self.assertRegex(out, r"accounts whose mean of 90 days is right \(oracle\) +233 ok")
        self.assertRegex(out, r"transactions \(oracle\) +19,080 ok")
        self.assertRegex(out, r"transactions +19,080 +19,080 +0 +0 +0 +0")
        balances = self.env["bank.balance"].search_count([])
        self.assertNotIn("WRONG", out)
        code, out, err = self.run_import(BERKA)
        self.assertEqual(code, commandline.OK, err + out)
        self.assertIn("Nothing changed", out)
        self.assertRegex(out, r"transactions +19,080 +0 +0 +0 +19,080 +0")
        code, out, err = self.run_import(BERKA, "--chunk", "4999")  # other batches of the same rows
        self.assertEqual(code, commandline.OK, err + out)
        self.assertIn("Nothing changed", out)
        self.assertRegex(out, r"transactions +19,080 +0 +0 +19,080 +0 +0")
        self.assertEqual(self.env["bank.balance"].search_count([]), balances)
        self.assertFalse(self.env["bank.transaction.revision"].search_count([]))
