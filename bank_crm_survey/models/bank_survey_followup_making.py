from datetime import UTC, timedelta
from zoneinfo import ZoneInfo

from odoo import models

from ..tools import business_time, keywords
from .bank_survey_followup import OPEN_STATES
from .bank_survey_followup_rule import LEVELS

HORIZON_DAYS = 400
SILENT = {"tracking_disable": True, "mail_create_nosubscribe": True, "mail_create_nolog": True}


class BankSurveyFollowup(models.Model):
    """How follow-ups come from finished answers: for many of them in the number of queries of one."""

    _inherit = "bank.survey.followup"

    def _follow_up(self, answers):
        """Make the follow-ups of finished answers; those that have one (opened again and finished) keep it.

        :param answers: list of :class:`LoopAnswer`
        :return: the new ones
        """
        if not answers:
            return self.browse()
        existing = self.search([("user_input_id", "in", [answer.id for answer in answers])])
        by_answer = existing.grouped(lambda followup: followup.user_input_id.id)
        rules = self.env["bank.survey.followup.rule"]._first_fitting(answers)
        people = self._people_of(answers, rules)
        due = self._deadlines_of(answers, rules)
        fresh = [answer for answer in answers if answer.id in rules and answer.id not in by_answer]
        made = self._make(fresh, rules, people, due)
        for answer in answers:
            for followup in by_answer.get(answer.id, ()):
                followup._judge_again(answer, rules.get(answer.id), people[answer.id])
        return made

    def _make(self, answers, rules, people, due):
        if not answers:
            return self.browse()
        vals_list = [
            {
                **self._values_of(answer),
                "user_input_id": answer.id,
                "invitation_id": answer.invitation_id,
                "program_id": answer.program_id,
                "company_id": answer.company_id,
                "partner_id": answer.partner_id,
                "rule_id": rules[answer.id].id,
                "kind": rules[answer.id].kind,
                "answered_at": answer.answered_at,
                "is_confidential": answer.is_confidential,
                "user_id": people[answer.id][0].id,
                "excluded_user_ids": [(6, 0, people[answer.id][1].ids)],
                "contact_due_at": due[answer.id][0],
                "close_due_at": due[answer.id][1],
            }
            for answer in answers
        ]
        for vals, answer in zip(vals_list, answers, strict=True):
            due_at = vals["contact_due_at"] or vals["close_due_at"]
            moments = [step._reached_at(answer.answered_at, due_at) for step in rules[answer.id].step_ids]
            vals["next_step_at"] = min(moments).replace(microsecond=0) if moments else False
        followups = self.with_context(**SILENT)._unguarded().create(vals_list).with_env(self.env)
        followups._plan_activities()
        self._wake_reminders()
        return followups

    @staticmethod
    def _values_of(answer):
        return {
            "score": answer.score,
            "bucket": answer.bucket,
            "branch_id": answer.branch_id,
            "manager_id": answer.manager_id,
            "tier_id": answer.tier_id,
        }

    def _judge_again(self, answer, rule, people):
        """The answer was opened again and finished anew: its follow-up stays, with the new score."""
        self.ensure_one()
        owner, excluded = people
        before = self.score
        vals = {"excluded_user_ids": [(4, user.id) for user in excluded]}
        if self.state in OPEN_STATES:
            vals.update(self._values_of(answer))
            if rule and rule != self.rule_id:
                vals.update({"rule_id": rule.id, "kind": rule.kind})
            if self.user_id in excluded:
                vals["user_id"] = owner.id
        self.with_context(tracking_disable=True)._unguarded().write(vals)
        self._detach_excluded()
        if "user_id" in vals:
            self._plan_activities()
        if before != answer.score:
            self.message_post(
                body=self.env._("Score of the answer: %(before)s → %(after)s.", before=before, after=answer.score)
            )

    # ------------------------------------------------------------------
    # Who
    # ------------------------------------------------------------------

    def _people_of(self, answers, rules):
        """Return ``{answer id: (owner, excluded users)}``."""
        users = self.env["res.users"].browse({uid for answer in answers for uid in self._managers_of(answer)})
        user_of = {user.id: user for user in users}
        programs = self.env["bank.survey.program"].browse({answer.program_id for answer in answers})
        program_of = {program.id: program for program in programs}
        managers = programs._satisfaction_managers()
        branches = self.env["bank.branch"].browse(
            {branch for answer in answers for branch in (answer.home_branch_id, answer.branch_id) if branch}
        )
        branch_of = {branch.id: branch for branch in branches}
        found = {}
        for answer in answers:
            excluded = self._criticised(answer, user_of)
            branch = branch_of.get(answer.home_branch_id or answer.branch_id) or branches.browse()
            rule = rules.get(answer.id)
            owner = self._choose_owner(
                "satisfaction_manager" if answer.is_confidential else rule.owner_policy if rule else "manager",
                rule.user_id if rule else users.browse(),
                user_of.get(answer.owner_id) or users.browse(),
                branch,
                excluded,
                lambda program=program_of[answer.program_id], out=excluded: program._loop_manager(out, managers),
            )
            found[answer.id] = (owner, excluded)
        return found

    @staticmethod
    def _managers_of(answer):
        return {uid for uid in (answer.manager_id, answer.owner_id) if uid}

    def _criticised(self, answer, user_of):
        """Return the relationship managers whom the customer criticises: by a low score, or by name in his words.

        Praise is no criticism: whoever is named in the words of a promoter may thank him.
        """
        nobody = self.env["res.users"].browse()
        managers = nobody.union(*(user_of[uid] for uid in self._managers_of(answer)))
        if answer.is_manager_low:
            return managers
        if LEVELS.get(answer.bucket) == "high":
            return nobody
        return managers.filtered(lambda user: keywords.names_in(user.name, answer.words))

    def _choose_owner(self, policy, chosen, manager, branch, excluded, loop_manager):
        """Return the owner by the policy of a rule; who is excluded or gone is replaced by the next higher one.

        :param loop_manager: gives the satisfaction manager
        """
        steps = {"user": [chosen], "manager": [manager], "branch_manager": [], "satisfaction_manager": []}[policy]
        if policy != "satisfaction_manager":
            steps.append(self._branch_manager(branch))
        for user in steps:
            if user and user.active and user not in excluded:
                return user
        return loop_manager()

    def _branch_manager(self, branch):
        """Return the manager of a branch, where it has none of the next branch above."""
        while branch and not (branch.manager_id and branch.manager_id.active):
            branch = branch.parent_id
        return branch.manager_id

    # ------------------------------------------------------------------
    # Until when
    # ------------------------------------------------------------------

    def _deadlines_of(self, answers, rules):
        """Return ``{answer id: (contact due, close due)}`` in naive UTC, by calendars of branches or the company."""
        by_calendar = {}
        companies = self.env["res.company"].browse({answer.company_id for answer in answers})
        company_of = {company.id: company for company in companies}
        for answer in answers:
            if answer.id in rules:
                calendar = self._calendar_of(answer.home_branch_id or answer.branch_id, company_of[answer.company_id])
                by_calendar.setdefault(calendar, []).append(answer)
        due = {}
        for calendar, some in by_calendar.items():
            begin = min(answer.answered_at for answer in some)
            end = max(answer.answered_at for answer in some) + timedelta(days=HORIZON_DAYS)
            intervals = calendar and self._intervals(calendar, begin, end)
            for answer in some:
                due[answer.id] = self._deadlines(rules[answer.id], answer.answered_at, calendar, intervals or ())
        return due

    def _calendar_of(self, branch_id, company):
        branch = self.env["bank.branch"].browse(branch_id or ())
        # Branches have hours of their own where the addon of complaints is installed.
        own = branch["calendar_id"] if "calendar_id" in branch._fields else None
        return own or company.resource_calendar_id

    def _intervals(self, calendar, begin, end):
        """Return the working hours between two naive UTC datetimes, holidays left out; see ``tools/business_time``."""
        found = calendar._work_intervals_batch(begin.replace(tzinfo=UTC), end.replace(tzinfo=UTC))[False]
        intervals = [
            (start.astimezone(UTC).replace(tzinfo=None), stop.astimezone(UTC).replace(tzinfo=None), start.date())
            for start, stop, _meta in found
        ]
        made_up = self._made_up_intervals(calendar, begin, end)
        days = {day for _start, _stop, day in made_up}
        return sorted([*made_up, *(interval for interval in intervals if interval[2] not in days)])

    def _made_up_intervals(self, calendar, begin, end):
        """Return the working hours of make-up working days, which the addon of complaints knows, likewise."""
        if "bank.ticket.workday" not in self.env:
            return []
        # sudo: bank.ticket.workday - when the bank is open is no secret
        workdays = self.env["bank.ticket.workday"].sudo()
        days = workdays.search(
            [("calendar_id", "=", calendar.id), ("date", ">=", begin.date()), ("date", "<=", end.date())]
        ).mapped("date")
        hours = calendar._bank_work_calendar(calendar.id) if days else None
        return [(max(start, begin), stop, day) for day in days for start, stop in hours.spans(day) if begin < stop]

    def _deadlines(self, rule, at, calendar, intervals):
        hours, days = rule.contact_hours, rule.close_days
        tz = ZoneInfo(calendar.tz or "UTC") if calendar else ZoneInfo("UTC")
        day = at.replace(tzinfo=UTC).astimezone(tz).date()
        contact = (business_time.after_hours(intervals, at, hours) or at + timedelta(hours=hours)) if hours else False
        close = business_time.after_days(intervals, day, days) or at + timedelta(days=days)
        return contact and contact.replace(microsecond=0), close.replace(microsecond=0)
