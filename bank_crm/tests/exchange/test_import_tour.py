from odoo.tests import HttpCase, tagged

from .common import ExchangeCase


@tagged("post_install", "-at_install")
class TestImportTour(ExchangeCase, HttpCase):
    """The import of a file in the web client, in Chromium."""

    def test_a_file_with_a_wrong_row(self):
        self.start_tour("/odoo/bank-exchange-batches", "bank_exchange_import_tour", login=self.operator.login)
        self.env.invalidate_all()
        self.assertEqual(self.customer("t1", "file").branch_id, self.branch)
        self.assertTrue(self.customer("t3", "file"))
        self.assertFalse(self.customer("t2", "file"))
        batch = self.env["bank.exchange.batch"].search([("source", "=", "file")], limit=1)
        self.assertEqual((batch.created_count, batch.rejected_count, batch.user_id), (2, 1, self.operator))
