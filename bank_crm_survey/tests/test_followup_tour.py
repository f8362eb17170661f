from odoo.tests import HttpCase, tagged

from .loop_common import LoopCase


@tagged("post_install", "-at_install")
class TestFollowupTour(LoopCase, HttpCase):
    """A branch manager at work in the web client, in Chromium."""

    def test_manager_closes_loop(self):
        followup = self.followup(self.pia, nps="2", words="An hour in the queue")
        self.start_tour("/odoo", "manager_closes_loop", login="bank_manager_north", timeout=120)
        self.env.invalidate_all()
        self.assertRecordValues(
            followup,
            [
                {
                    "state": "closed",
                    "outcome": "resolved",
                    "root_cause_id": self.env.ref("bank_crm_survey.bank_survey_cause_waiting_time").id,
                    "note": "A second counter is open at noon.",
                }
            ],
        )
        self.assertEqual(followup.attempt_ids.user_id, self.users["manager_north"])
