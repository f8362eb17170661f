"""Our side: `bank.ticket`, with legal and service clocks."""

import itertools
import os

from tools.bench import _population, _ticket_draw, _ticket_rpc
from tools.bench._ticket_worker import CommonCases

SETUP = f"""
{_population.staff(10)}
handlers = env["res.users"].with_context(no_reset_password=True).create([
    {{"login": f"{_ticket_draw.HANDLER_LOGIN}{{n}}", "name": f"Handler {{n:03}}",
      "group_ids": (env.ref("bank_crm.group_service_agent") + env.ref("base.group_user")).ids,
      "email": f"handler{{n}}@bank.example"}}
    for n in range({_ticket_draw.HANDLERS})
])
handlers[0].password = {_ticket_draw.PASSWORD!r}
handlers[0].group_ids += env.ref("bank_crm_complaints.group_complaint_lead")
teams = env["bank.ticket.team"].create([
    {{"code": f"TEAM{{n:02}}", "name": f"Team {{n:02}}", "company_id": company.id}}
    for n in range({_ticket_draw.TEAMS})
])
company.country_id = env.ref("base.cn")
patterns = env["bank.ticket"].create([
    {{"kind": kind, "subject": "Pattern of the clocks", "company_id": company.id, "team_id": teams[0].id}}
    for kind in ("complaint", "inquiry")
])
regimes = env["bank.ticket"]._fields["regime_ids"]
env.cr.commit()  # forbidden-word-ok: a stand-alone script in the shell; the filling reads it afterwards
print("RESULT", json.dumps({{
    "managers": managers.ids,
    "branches": env["bank.branch"].search([]).ids,
    "company": company.id,
    "currency": company.currency_id.id,
    "handlers": handlers.ids,
    "teams": teams.ids,
    "patterns": patterns.ids,
    "regimes": [regimes.relation, regimes.column1, regimes.column2],
}}))
"""

TICKETS = """
    INSERT INTO bank_ticket (number, kind, subject, description, partner_id, contact_name, contact_email,
                             contact_phone, lang, company_id, branch_id, team_id, user_id, severity,
                             confidentiality, affected_count,
                             state, is_open, outcome, received_at, registered_at, is_late_registered, closed_at,
                             next_statutory_due_at, next_service_due_at, intake, event_seq, event_hash,
                             create_uid, create_date, write_uid, write_date)
    SELECT 'T25' || lpad((n + 1)::text, 7, '0'), CASE WHEN n %% 5 < 4 THEN 'complaint' ELSE 'inquiry' END,
           'Fee of account ' || n, 'The fee is not what was agreed.',
           partner_id, partner.name, partner.email, partner.phone, partner.lang, %(company)s, partner.branch_id,
           team_id, handler_id, ('{low,normal,high,critical}'::text[])[1 + weight],
           CASE WHEN n %% 100 = 0 THEN 'restricted' ELSE 'public' END, 1,
           CASE WHEN is_open THEN CASE WHEN fifth < 0.3 THEN 'new' WHEN fifth < 0.8 THEN 'investigating'
                                       ELSE 'decision' END
                ELSE CASE WHEN fifth < 0.9 THEN 'closed' WHEN fifth < 0.95 THEN 'withdrawn' ELSE 'forwarded' END END,
           is_open, CASE WHEN NOT is_open THEN 'not_upheld' END, received_at, received_at, FALSE, closed_at,
           CASE WHEN is_open AND n %% 5 < 4 THEN due_at END, CASE WHEN is_open AND fifth < 0.3 THEN due_at END,
           'phone', 1,
           encode(sha256(n::text::bytea), 'hex'),
           1, received_at, 1, COALESCE(closed_at, received_at)
      FROM bench_ticket JOIN res_partner partner ON partner.id = partner_id
     ORDER BY n
"""

# Each ticket gets the regimes and clocks that its pattern, made by the ORM, has.
REGIMES = """
    INSERT INTO {0} ({1}, {2})
    SELECT ticket.id, pattern.{2}
      FROM bank_ticket ticket JOIN bank_ticket of_kind ON of_kind.kind = ticket.kind AND of_kind.id = ANY(%(patterns)s)
      JOIN {0} pattern ON pattern.{1} = of_kind.id
     WHERE NOT ticket.id = ANY(%(patterns)s)
"""

CLOCKS = """
    INSERT INTO bank_ticket_clock (ticket_id, rule_id, regime_id, kind, rule_version, terms, trace, is_pausable,
                                   started_at, due_at, stopped_at, state, is_open,
                                   create_uid, create_date, write_uid, write_date)
    SELECT ticket.id, pattern.rule_id, pattern.regime_id, pattern.kind, pattern.rule_version, pattern.terms,
           pattern.trace, pattern.is_pausable, ticket.received_at, ticket.due_at,
           CASE WHEN NOT runs THEN COALESCE(ticket.closed_at, ticket.received_at + interval '1 hour') END,
           CASE WHEN runs THEN 'running' WHEN ticket.n %% 50 = 0 THEN 'breached' ELSE 'met' END, runs,
           1, ticket.received_at, 1, COALESCE(ticket.closed_at, ticket.received_at)
      FROM (SELECT ticket.*, draw.due_at, draw.n
              FROM bank_ticket ticket JOIN bench_ticket draw ON ticket.number = 'T25' || lpad((n + 1)::text, 7, '0')
           ) AS ticket
      JOIN bank_ticket of_kind ON of_kind.kind = ticket.kind AND of_kind.id = ANY(%(patterns)s)
      JOIN bank_ticket_clock pattern ON pattern.ticket_id = of_kind.id,
           LATERAL (SELECT ticket.is_open AND (pattern.kind = 'statutory' OR ticket.state = 'new') AS runs) AS course
"""

EVENTS = """
    INSERT INTO bank_ticket_event (ticket_id, seq, kind, at, user_id, data, previous_hash, hash,
                                   create_uid, create_date, write_uid, write_date)
    SELECT id, 1, 'registered', received_at, 1, '{"kind": "complaint", "intake": "phone"}', '', event_hash,
           1, received_at, 1, received_at
      FROM bank_ticket WHERE NOT id = ANY(%(patterns)s)
"""


def fill(connection, setup, *, customers, tickets):
    """Fill a database that :data:`SETUP` prepared."""
    _population.fill(connection, setup, customers)
    with connection.cursor() as cr:
        cr.execute("SELECT array_agg(id ORDER BY id) FROM res_partner WHERE is_bank_customer")
        (partners,) = cr.fetchone()
    people = {"partners": partners, "teams": setup["teams"], "handlers": setup["handlers"]}
    with _ticket_draw.drawn(connection, tickets, **people) as cr:
        tables = ["bank_ticket", "bank_ticket_event", "bank_ticket_clock", setup["regimes"][0]]
        with _ticket_draw.bulk(cr, tables):
            cr.execute(TICKETS, setup)
            cr.execute("ANALYZE bank_ticket")
            cr.execute(EVENTS, setup)
            cr.execute(REGIMES.format(*setup["regimes"]), setup)
            cr.execute(CLOCKS, setup)


class Cases(CommonCases):
    """See `tickets.CASES`."""

    list_action = "bank_crm_complaints.bank_ticket_action"
    model = "bank.ticket"
    fields = ("number", "subject", "partner_id", "user_id", "team_id", "state", "severity", "received_at")

    def __init__(self, env):
        super().__init__(env, f"{_ticket_draw.HANDLER_LOGIN}0")
        self.teams = env["bank.ticket.team"].search([("code", "=like", "TEAM%")]).ids
        self.handlers = env["res.users"].search([("login", "=like", f"{_ticket_draw.HANDLER_LOGIN}%")]).ids
        self.customers = env["res.partner"].search([("is_bank_customer", "=", True)], limit=1000, order="id").ids
        self.count = env[self.model].search_count([])

    def values(self, number, **more):
        """Values of new tickets of different customers."""
        return [
            {
                "kind": "complaint",
                "subject": f"Fee {n}",
                "description": "The fee is not what was agreed.",
                "partner_id": self.customers[n],
                "team_id": self.teams[n % len(self.teams)],
                **{name: options[n % len(options)] for name, options in more.items()},
            }
            for n in range(number)
        ]

    def create_1(self):
        return lambda: self.tickets.create(self.values(1))

    def create_100(self):
        return lambda: self.tickets.create(self.values(100))

    def create_100_assigned(self):
        return lambda: self.tickets.create(self.values(100, user_id=self.handlers))

    def change_state_50(self):
        tickets = self.tickets.create(self.values(50))
        return lambda: tickets.action_investigate()

    def worklist(self):
        return self.page([("is_open", "=", True)], self.fields)

    def worklist_web(self):
        return self.web_page([("is_open", "=", True)])

    def overdue(self):
        return self.page([("is_overdue", "=", True)], self.fields)

    def overdue_web(self):
        return self.web_page([("is_overdue", "=", True)])

    def breached(self):
        return self.page([("is_breached", "=", True)], self.fields)

    def number_prefix(self):
        prefix = f"T25{self.count // 2:07}"[:-1]
        return self.find([("number", "=like", f"{prefix}%")])

    def one_customer(self):
        return self.find([("partner_id", "=", self.customers[500])])

    def one_customer_web(self):
        return self.web_page([("partner_id", "=", self.customers[500])])

    def dashboard(self):
        teams = self.env["bank.ticket.team"]
        fields = ["name", *[name for name in teams.fields_get() if name.endswith("_count")]]
        return lambda: len(teams.search_read([], fields))

    def counters_80(self):
        partners = self.env["res.partner"].browse(self.customers[:80])
        return lambda: sum(partners.mapped("open_ticket_count"))

    def by_team_and_priority(self):
        domain = [("is_open", "=", True)]
        return lambda: len(self.tickets.formatted_read_group(domain, ["team_id", "severity"], ["__count"]))


def rpc_calls(execute, batch):
    """`{name: function}` of what is sent over XML-RPC."""
    teams = execute("bank.ticket.team", "search", [["code", "=like", "TEAM%"]])
    customers = execute(
        "res.partner", "search_read", [["is_bank_customer", "=", True]], ["customer_number"], limit=batch, order="id"
    )
    texts = [
        {"kind": "complaint", "subject": f"Fee {n}", "description": "The fee is not what was agreed."}
        for n in range(batch)
    ]
    values = [
        {**text, "partner_id": customers[n]["id"], "team_id": teams[n % len(teams)]} for n, text in enumerate(texts)
    ]
    rounds = itertools.count()

    def register():
        batch_key = f"{os.getpid()}-{next(rounds)}"
        rows = [
            {**text, "customer_number": customers[n]["customer_number"], "external_ref": f"BENCH-{batch_key}-{n}"}
            for n, text in enumerate(texts)
        ]
        answer = execute("bank.ticket", "register_batch", {"rows": rows})
        return answer["created"] == batch

    return {
        _ticket_rpc.CREATE: lambda: execute("bank.ticket", "create", values),
        f"{batch} over XML-RPC: register_batch()": register,
    }
