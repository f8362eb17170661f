"""Our side: a programme with its answers, figures and outbox."""

from tools.bench import _population, _survey_draw, _ticket_draw

SETUP = f"""
{_population.staff(100)}
groups = env.ref("bank_crm_survey.group_satisfaction_manager") + env.ref("base.group_user")
user = env["res.users"].with_context(no_reset_password=True).create(
    {{"login": {_survey_draw.LOGIN!r}, "name": "Satisfaction Manager", "group_ids": groups.ids}}
)
user.password = {_survey_draw.PASSWORD!r}
{_survey_draw.questionnaire(survey_type="bank")}
program = env["bank.survey.program"].create({{
    "code": "BENCH", "name": "Benchmark", "survey_id": survey.id, "min_seconds": 0, "throttle_per_minute": 1000000,
    "send_from": 0, "send_to": 24, "channel_ids": [(0, 0, {{"channel": "email"}})],
}})
program.action_start()
env["ir.cron"].search([]).active = False
env.cr.commit()  # forbidden-word-ok: a stand-alone script in the shell; the filling reads it afterwards
print("RESULT", json.dumps({{
    "managers": managers.ids,
    "branches": env["bank.branch"].search([]).ids,
    "company": company.id,
    "currency": company.currency_id.id,
    "survey": survey.id,
    "program": program.id,
    "questions": survey.question_ids[:-1].ids,
    "words": survey.question_ids[-1].id,
}}))
"""

INVITATIONS = """
    INSERT INTO bank_survey_invitation (
        id, program_id, company_id, survey_id, partner_id, touchpoint_ref, channel, lang, state, sent_at, opened_at,
        started_at, completed_at, expires_at, tier_id, branch_id, manager_id, value_class, weight, is_recovery,
        sample_rank, reminder_count, token_nonce, token_hash, create_uid, create_date, write_uid, write_date)
    SELECT invitation_id, %(program)s, %(company)s, %(survey)s, partner.id, 'answer ' || n, 'email', 'en_US',
           'completed', at - interval '1 day', at, at, at, at + interval '14 days', partner.tier_id,
           partner.branch_id, partner.relationship_manager_id, partner.value_class, 1, FALSE, 0, 0,
           md5(n::text), encode(sha256(n::text::bytea), 'hex'), 1, at, 1, at
      FROM bench_answer JOIN res_partner partner ON partner.id = bench_answer.partner_id
     ORDER BY n
"""
INPUT_COLUMNS = """, bank_program_id, bank_invitation_id, bank_channel, bank_tier_id, bank_branch_id, bank_manager_id,
    bank_value_class, bank_weight, bank_disposition, bank_answered_on, bank_kpi_ok"""
INPUT_VALUES = """, %(program)s, invitation_id, 'email', partner.tier_id, partner.branch_id,
    partner.relationship_manager_id, partner.value_class, 1, 'complete', at::date, TRUE"""
LINE_COLUMNS = ", bank_score, bank_bucket"
LINE_VALUES = """, value,
    CASE metric WHEN 'nps' THEN CASE WHEN value >= 9 THEN 'promoter' WHEN value >= 7 THEN 'passive'
                                     ELSE 'detractor' END
                WHEN 'csat' THEN CASE WHEN value >= 4 THEN 'satisfied' WHEN value = 3 THEN 'neutral'
                                      ELSE 'dissatisfied' END
                WHEN 'ces' THEN CASE WHEN value >= 5 THEN 'satisfied' WHEN value = 4 THEN 'neutral'
                                     ELSE 'dissatisfied' END END"""
STATES = """
    INSERT INTO bank_survey_contact_state (partner_id, claimed_at, last_invited_at, last_answered_at,
                                           create_uid, create_date, write_uid, write_date)
    SELECT partner_id, max(at), max(at), max(at), 1, max(at), 1, max(at) FROM bench_answer GROUP BY partner_id
"""

# The scores are written by the product itself.
SCORES = """
import json
answers = env["survey.user_input"].search([("bank_program_id.code", "=", "BENCH")])
for start in range(0, len(answers), 50000):
    answers[start : start + 50000]._write_bank_scores()
env.cr.commit()  # forbidden-word-ok: a stand-alone script in the shell
print("RESULT", json.dumps(env["bank.survey.score"].search_count([])))
"""

# A wave from its buttons to the mails in the queue; what the scheduler would do is called one after the other.
WAVE = """
import gc, json, time
def timed(work):
    gc.collect()
    gc.disable()  # as for the peer
    start = time.perf_counter()
    work()
    env.cr.commit()  # forbidden-word-ok: a stand-alone script in the shell, as the scheduler does
    seconds = time.perf_counter() - start
    gc.enable()
    return seconds
user = env["res.users"].search([("login", "=", {login!r})])
program = env["bank.survey.program"].search([("code", "=", "BENCH")])
mails = env["mail.mail"].search_count([])
wave = env["bank.survey.wave"].with_user(user).create(
    {{"name": "Benchmark", "program_id": program.id, "sampling": "number", "sample_size": {size}}}
)
env.cr.commit()  # forbidden-word-ok: a stand-alone script in the shell
draw = timed(wave.action_draw)
sample = 0
while wave.state != "frozen":
    if wave.draw_error:
        raise ValueError(wave.draw_error)
    sample += timed(env["bank.run"]._cron_survey_sampling)
release = timed(wave.action_release)
outbox = timed(wave.sudo()._cron_waves) + timed(env["bank.survey.invitation"]._cron_send)
states = dict(env["bank.survey.invitation"]._read_group([("wave_id", "=", wave.id)], ["state"], ["__count"]))
print("RESULT", json.dumps({{
    "draw": draw, "sample": sample, "release": release, "outbox": outbox, "states": states,
    "sent": states.get("sent", 0), "mails": env["mail.mail"].search_count([]) - mails,
    "population": wave.population_size,
}}))
"""


def fill(context, connection, database, setup, *, customers, answers):
    """Fill a database that :data:`SETUP` prepared."""
    _population.fill(connection, setup, customers)
    with connection.cursor() as cr:
        cr.execute("SELECT array_agg(id ORDER BY id) FROM res_partner WHERE is_bank_customer")
        (partners,) = cr.fetchone()
    with _survey_draw.drawn(connection, answers, partners) as cr:
        tables = ["survey_user_input", "survey_user_input_line", "bank_survey_invitation", "bank_survey_contact_state"]
        with _ticket_draw.bulk(cr, tables):
            cr.execute(INVITATIONS, setup)
            cr.execute(_survey_draw.INPUTS.format(more=INPUT_COLUMNS, values=INPUT_VALUES), setup)
            cr.execute(_survey_draw.SCORES.format(more=LINE_COLUMNS, values=LINE_VALUES), setup)
            cr.execute(_survey_draw.TEXTS, setup)
            cr.execute(STATES)
    context.shell(database, SCORES)
    with connection.cursor() as cr:
        cr.execute("VACUUM ANALYZE bank_survey_score")


class Cases:
    """See `survey.CASES`."""

    def __init__(self, env):
        user = env["res.users"].search([("login", "=", _survey_draw.LOGIN)])
        self.env = env
        self.as_user = env(user=user.id, context={**user.context_get(), "allowed_company_ids": user.company_ids.ids})
        self.program = env["bank.survey.program"].search([("code", "=", "BENCH")])

    def board(self):
        programs = self.as_user["bank.survey.program"]
        return lambda: len(programs.board({"program_id": self.program.id, "days": 365, "group_by": "branch"}))

    def kpi(self):
        programs = self.as_user["bank.survey.program"]
        return lambda: len(programs.kpi({"program_code": "BENCH"}))

    def kpi_by_branch(self):
        programs = self.as_user["bank.survey.program"]
        return lambda: len(programs.kpi({"program_code": "BENCH", "group_by": ["branch"]}))

    def finish_answer(self):
        partner = self.env["res.partner"].search([("is_bank_customer", "=", True)], limit=1, order="id")
        invitation = self.program._invite_partners(partner, touchpoint_ref="the benchmark", is_recovery=True)
        invitation._mark_sent(self.env.cr.now())
        answer = invitation._start()
        for question, score in zip(answer.survey_id.question_ids, ("9", "5", "7", "5"), strict=False):
            answer._save_lines(question, score)
        answer._save_lines(answer.survey_id.question_ids[-1], "Good service.")
        return answer._mark_done

    def write_scores_1000(self):
        answers = self.env["survey.user_input"].search(
            [("bank_program_id", "=", self.program.id)], limit=1000, order="id"
        )
        return answers._write_bank_scores
