from odoo.tests import HttpCase, tagged

from ..common import BankWorld
from .money_common import MONTH, MoneyWorld


@tagged("post_install", "-at_install")
class TestMoneyTour(MoneyWorld, BankWorld, HttpCase):
    """From the total of a branch to a single balance, in Chromium."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_world()
        cls.make_months()

    def test_branch_manager_asks_why_this_total(self):
        self.assertEqual(str(MONTH), "2026-03-01")
        self.start_tour(
            "/odoo/action-bank_crm.bank_money_board_action", "bank_money_board_tour", login="bank_manager_north"
        )
