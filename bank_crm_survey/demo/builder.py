"""Satisfaction at the invented bank: two waves that are over and one that is open, a year of visits and complaints."""

from datetime import timedelta

from odoo import fields
from odoo.fields import Command

from odoo.addons.bank_crm.tools import sealing

from . import answers, loop, waves
from .plan import IMPROVED, IMPROVED_BRANCH, WORK_BEGAN, Facts, make_chance

MARKER = "demo_wave_spring"
PROGRAMS = ("relationship", "visit", "complaint")
QUIET = {"tracking_disable": True, "mail_create_nosubscribe": True, "no_reset_password": True, "lang": "en_US"}
GONE = ("closed", "deceased", "lost", "prospect")


def build(env):
    """Write the programmes' year, unless this database has it already.

    :param env: of the superuser
    :return: whether something was written
    """
    if env.ref(f"bank_crm_survey.{MARKER}", raise_if_not_found=False):
        return False
    if not sealing.is_configured():  # no keys, no links of invitations
        return False
    env = env(context={**env.context, **QUIET})
    customers = read_customers(env)
    if not customers:
        return False
    quality = write_user(env)
    programs = start_programs(env, quality)
    chance = make_chance()
    portal_customer = find_portal_customer(env)
    drawn = waves.write_waves(env, programs["relationship"])
    written = answers.write_answers(env, chance, programs, customers, drawn, leave_out=portal_customer)
    point = write_point(env, programs["visit"])
    written += answers.write_answers_at_point(env, chance, point)
    answers.finish(env, written)
    waves.close_waves(drawn)
    loop.work(env, chance, quality)
    write_improvements(env, programs, quality)
    answers.invite_to_portal(env, programs, portal_customer)
    env.flush_all()
    return True


def read_customers(env):
    """Return {id: :class:`Facts`} of the customers who could be asked."""
    partners = env["res.partner"].search(
        [
            ("is_bank_customer", "=", True),
            ("email", "!=", False),
            ("lifecycle_stage", "not in", GONE),
            ("is_restricted", "=", False),
            ("company_id", "in", [env.company.id, False]),
        ],
        order="customer_number, id",
    )
    return {
        partner.id: Facts(partner.id, partner.branch_id.code, partner.tier_id.code, partner.lang)
        for partner in partners
    }


def write_user(env):
    """Return who runs the programmes."""
    if user := env["res.users"].search([("login", "=", "quality")]):
        return user
    head_office = env["bank.branch"].search([("parent_id", "=", False)], order="code", limit=1)
    groups = (
        env.ref("bank_crm_survey.group_satisfaction_manager")
        | env.ref("bank_crm_survey.group_survey_verbatim")
        | env.ref("base.group_user")
    )
    return env["res.users"].create(
        {
            "name": "Jiang Ping 江萍",
            "login": "quality",
            "password": "demo",
            "email": "jiang.ping@qinglan-bank.example.com",
            "tz": "Asia/Shanghai",
            "bank_branch_id": head_office.id,
            "group_ids": [Command.set(groups.ids)],
        }
    )


def start_programs(env, quality):
    """Return {name: programme}: the shipped ones, started."""
    programs = {name: env.ref(f"bank_crm_survey.bank_survey_program_{name}") for name in PROGRAMS}
    for program in programs.values():
        program.write({"user_id": quality.id, "company_id": env.company.id})
        program.action_start()
    return programs


def find_portal_customer(env):
    """Return the customer who has a login for the portal, if the addon of complaints has made one."""
    user = env["res.users"].search([("login", "=", "customer"), ("share", "=", True)], limit=1)
    return user.partner_id.filtered("is_bank_customer")


def write_point(env, program):
    """Hang a code into the branch that was improved."""
    branch = env["bank.branch"].search([("code", "=", IMPROVED_BRANCH)], limit=1)
    return env["bank.survey.point"].create(
        {"name": "Exit of the main hall 大厅出口", "program_id": program.id, "branch_id": branch.id}
    )


def write_improvements(env, programs, quality):
    """What the bank has changed because of the answers, and what it is about to."""
    today = env["bank.run"]._today()
    branch = env["bank.branch"].search([("code", "=", IMPROVED_BRANCH)], limit=1)
    env["bank.survey.improvement"].create(
        [
            {
                "name": "Second counter at noon in the Old Town",
                "problem": "Customers who come in their lunch break wait for an hour: one counter is open.",
                "program_id": programs["visit"].id,
                "measure": "csat",
                "branch_id": branch.id,
                "user_id": branch.manager_id.id or quality.id,
                "state": "done",
                "started_on": today - timedelta(days=WORK_BEGAN),
                "done_on": today - timedelta(days=IMPROVED),
                "expected_effect": 15,
                "window_days": 100,
            },
            {
                "name": "Tell customers in between how their complaint stands",
                "problem": "Customers hear nothing between receipt and decision.",
                "program_id": programs["complaint"].id,
                "measure": "csat",
                "user_id": quality.id,
                "state": "doing",
                "started_on": fields.Date.subtract(today, days=20),
                "expected_effect": 10,
            },
        ]
    )
