"""Answers that are followed up, for the tests of the closed loop.

Carl is on the tier VIP; all work by a calendar of Monday to Friday, 8 to 12 and 13 to 17, in ``Asia/Shanghai``.
"""

from datetime import datetime
from itertools import count

from odoo import Command

from .answer_case import AnswerCase

MONDAY = datetime(2026, 3, 2, 2, 0)  # 10:00 in Shanghai


class LoopCase(AnswerCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.calendar = cls.env["resource.calendar"].create(
            {
                "name": "Bank",
                "tz": "Asia/Shanghai",
                "company_id": cls.company.id,
                "attendance_ids": [
                    Command.clear(),
                    *(
                        Command.create(
                            {
                                "name": str(day),
                                "dayofweek": str(day),
                                "hour_from": begin,
                                "hour_to": end,
                                "day_period": period,
                            }
                        )
                        for day in range(5)
                        for begin, end, period in ((8, 12, "morning"), (13, 17, "afternoon"))
                    ),
                ],
            }
        )
        cls.company.resource_calendar_id = cls.calendar
        cls.users["rm_north"].name = "Nora Northern"
        cls.users["rm_south"].name = "王小明"
        cls.program.user_id = cls.users["satisfaction"]
        cls.occasions = count()
        cls.vip = cls.env.ref("bank_crm.bank_tier_vip")

    @classmethod
    def respond(cls, partner=None, nps="2", words=None, manager=None, program=None, at=None, **values):
        """Return an answer that was sent off: score, own words, score of the manager."""
        values.setdefault("touchpoint_ref", f"occasion {next(cls.occasions)}")
        answer = cls.begin(partner, program=program, **values)
        questions = {cls.nps: nps}
        if words:
            questions[cls.words] = words
        if manager:
            questions[cls.about_manager] = manager
        cls.fill(answer, questions)
        if at:
            answer.end_datetime = at
        answer.write({"state": "done"})
        return answer

    @classmethod
    def followup(cls, *args, **values):
        return cls.followups_of(cls.respond(*args, **values))

    @classmethod
    def followups_of(cls, answers):
        return cls.env["bank.survey.followup"].search([("user_input_id", "in", answers.ids)])

    def at_work(self, followup, role):
        """Return the follow-up as the user of ``role`` sees it."""
        return self.as_user(role, followup)

    def talk(self, followup, **values):
        wizard = self.env["bank.survey.followup.contact"].with_user(followup.env.user)
        return wizard.create({"followup_id": followup.id, **values}).action_apply()

    def close(self, followup, **values):
        wizard = self.env["bank.survey.followup.close"].with_user(followup.env.user)
        cause = self.env.ref("bank_crm_survey.bank_survey_cause_fees")
        values = {"root_cause_id": cause.id, "outcome": "resolved", "note": "The fee was given back.", **values}
        return wizard.create({"followup_id": followup.id, **values}).action_apply()
