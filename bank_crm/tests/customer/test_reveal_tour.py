from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from ..common import BankWorld
from .test_identity_document import NUMBER


@tagged("post_install", "-at_install")
class TestRevealTour(BankWorld, HttpCase):
    """A relationship manager looks at a number in full, in Chromium, and an auditor sees that he did."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_world()
        cls.users["rm_north"].group_ids |= cls.env.ref("bank_crm.group_privacy_reveal")
        cls.env["bank.identity.document"].create(
            {"partner_id": cls.anna.id, "type": "cn_resident_id", "number": NUMBER}
        )

    def test_reveal(self):
        with mute_logger("odoo.http"):  # the tour tries it without a reason first
            self.start_tour("/odoo/bank-identity-documents", "bank_reveal_tour", login="bank_rm_north")
        log = self.env["bank.reveal.log"].search([])
        self.assertRecordValues(log, [{"user_id": self.users["rm_north"].id, "partner_id": self.anna.id}])
        self.assertEqual(log.reason, "The customer asks which card we know")
        self.start_tour("/odoo/bank-reveal-log", "bank_reveal_log_tour", login="bank_auditor")
