"""The peer's side: tickets of OCA's helpdesk, through the public names of its models."""

from tools.bench import _ticket_draw, _ticket_rpc
from tools.bench._ticket_worker import CommonCases

NEW, IN_PROGRESS, AWAITING, DONE, CANCELLED, REJECTED = (
    f"helpdesk_mgmt.helpdesk_ticket_stage_{name}"
    for name in ("new", "in_progress", "awaiting", "done", "cancelled", "rejected")
)

# Two policies of every team: a first answer within eight hours, an end within fifteen days.
SETUP = f"""
import json
company = env.ref("base.main_company")
groups = env.ref("helpdesk_mgmt.group_helpdesk_user") + env.ref("base.group_user")
handlers = env["res.users"].with_context(no_reset_password=True).create([
    {{"login": f"{_ticket_draw.HANDLER_LOGIN}{{n}}", "name": f"Handler {{n:03}}", "group_ids": groups.ids,
      "email": f"handler{{n}}@bank.example"}}
    for n in range({_ticket_draw.HANDLERS})
])
handlers[0].password = {_ticket_draw.PASSWORD!r}
teams = env["helpdesk.ticket.team"].create([
    {{"name": f"Team {{n:02}}", "use_sla": True, "resource_calendar_id": company.resource_calendar_id.id,
      "user_ids": [(6, 0, handlers.ids)]}}
    for n in range({_ticket_draw.TEAMS})
])
policies = env["helpdesk.sla"].create([
    {{"name": "First answer", "days": 0, "hours": 8, "stage_id": env.ref({IN_PROGRESS!r}).id,
      "team_ids": [(6, 0, teams.ids)]}},
    {{"name": "End", "days": 15, "hours": 0, "stage_id": env.ref({DONE!r}).id, "team_ids": [(6, 0, teams.ids)]}},
])
categories = env["helpdesk.ticket.category"].create([{{"name": f"Category {{n}}"}} for n in range(10)])
stages = [env.ref(name).id for name in {(NEW, IN_PROGRESS, AWAITING, DONE, CANCELLED, REJECTED)!r}]
env.cr.commit()  # forbidden-word-ok: a stand-alone script in the shell; the filling reads it afterwards
print("RESULT", json.dumps({{
    "handlers": handlers.ids, "teams": teams.ids, "policies": policies.ids, "categories": categories.ids,
    "stages": stages, "channels": env["helpdesk.ticket.channel"].search([]).ids, "company": company.id,
}}))
"""

TICKETS = """
    INSERT INTO helpdesk_ticket (number, name, description, partner_id, commercial_partner_id, partner_name,
                                 partner_email, company_id, team_id, category_id, channel_id, user_id, stage_id,
                                 priority, sequence, active, unattended, last_stage_update, assigned_date, closed_date,
                                 create_uid, create_date, write_uid, write_date)
    SELECT 'HT' || lpad((n + 1)::text, 5, '0'), 'Fee of account ' || n, '<p>The fee is not what was agreed.</p>',
           partner_id, partner_id, partner.name, partner.email, %(company)s, team_id,
           (%(categories)s::int[])[1 + n %% 10], (%(channels)s::int[])[1 + n %% %(channel_count)s], handler_id,
           (%(stages)s::int[])[CASE WHEN is_open THEN CASE WHEN fifth < 0.3 THEN 1 WHEN fifth < 0.8 THEN 2 ELSE 3 END
                                    ELSE CASE WHEN fifth < 0.9 THEN 4 WHEN fifth < 0.95 THEN 5 ELSE 6 END END],
           weight::text, 10, TRUE, is_open AND fifth < 0.3, COALESCE(closed_at, received_at), received_at, closed_at,
           1, received_at, 1, COALESCE(closed_at, received_at)
      FROM bench_ticket JOIN res_partner partner ON partner.id = partner_id
     ORDER BY n
"""

LINES = """
    INSERT INTO helpdesk_ticket_sla (ticket_id, sla_id, expected_stage_id, state, deadline, last_state_date, hours,
                                     consumed_time, create_uid, create_date, write_uid, write_date)
    SELECT ticket.id, (%(policies)s::int[])[place], (%(stages)s::int[])[CASE place WHEN 1 THEN 2 ELSE 4 END],
           CASE WHEN NOT is_open OR (place = 1 AND fifth >= 0.3) THEN 'accomplished'
                WHEN due_at < now_at THEN 'expired' ELSE 'in_progress' END,
           due_at, COALESCE(closed_at, received_at), CASE place WHEN 1 THEN 8 ELSE 120 END, 0,
           1, received_at, 1, received_at
      FROM bench_ticket JOIN helpdesk_ticket ticket ON ticket.number = 'HT' || lpad((n + 1)::text, 5, '0'),
           generate_series(1, 2) AS place
"""


def fill(connection, setup, *, customers, tickets):
    """Fill a database that :data:`SETUP` prepared."""
    with connection.cursor() as cr:
        cr.execute("SELECT setseed(0.19)")
        cr.execute("SELECT max(id) FROM res_partner")
        (before,) = cr.fetchone()
        cr.execute(_ticket_draw.PARTNERS, {**_ticket_draw.names(), "customers": customers})
        cr.execute("SELECT array_agg(id ORDER BY id) FROM res_partner WHERE id > %s", [before])
        (partners,) = cr.fetchone()
        cr.execute("UPDATE res_partner SET commercial_partner_id = id WHERE id > %s", [before])
        cr.execute("VACUUM ANALYZE res_partner")
    people = {"partners": partners, "teams": setup["teams"], "handlers": setup["handlers"]}
    with _ticket_draw.drawn(connection, tickets, **people) as cr:
        values = {**setup, "channel_count": len(setup["channels"])}
        with _ticket_draw.bulk(cr, ["helpdesk_ticket", "helpdesk_ticket_sla"]):
            cr.execute(TICKETS, values)
            cr.execute("ANALYZE helpdesk_ticket")
            cr.execute(LINES, values)
        cr.execute(
            """UPDATE ir_sequence SET number_next = %s WHERE code = 'helpdesk.ticket.sequence' RETURNING id""",
            [tickets + 1],
        )
        (sequence,) = cr.fetchone()
        cr.execute(f"ALTER SEQUENCE ir_sequence_{sequence:03} RESTART WITH {tickets + 1}")


class Cases(CommonCases):
    """See `tickets.CASES`."""

    list_action = "helpdesk_mgmt.helpdesk_ticket_action"
    model = "helpdesk.ticket"
    fields = ("number", "name", "partner_id", "user_id", "team_id", "stage_id", "priority", "create_date")

    def __init__(self, env):
        super().__init__(env, f"{_ticket_draw.HANDLER_LOGIN}0")
        self.teams = env["helpdesk.ticket.team"].search([]).ids
        self.handlers = env["res.users"].search([("login", "=like", f"{_ticket_draw.HANDLER_LOGIN}%")]).ids
        self.customers = env["res.partner"].search([("email", "=like", "c%@example.com")], limit=1000, order="id").ids
        self.in_progress = env.ref(IN_PROGRESS).id
        self.count = env[self.model].search_count([])

    def values(self, number, **more):
        """Values of new tickets of different customers."""
        return [
            {
                "name": f"Fee {n}",
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
        return lambda: self.tickets.create(self.values(100, user_id=[False]))

    def create_100_assigned(self):
        return lambda: self.tickets.create(self.values(100, user_id=self.handlers))

    def change_state_50(self):
        tickets = self.tickets.create(self.values(50, user_id=[False]))
        return lambda: tickets.write({"stage_id": self.in_progress})

    def worklist(self):
        return self.page([("closed", "=", False)], self.fields)

    def worklist_web(self):
        return self.web_page([("closed", "=", False)])

    def overdue(self):
        return self.page([("sla_expired", "=", True)], self.fields)

    def overdue_web(self):
        return self.web_page([("sla_expired", "=", True)])

    breached = overdue  # it knows no other: what was late and is done is not found again

    def number_prefix(self):
        prefix = f"HT{self.count // 2:05}"[:-1]
        return self.find([("number", "=like", f"{prefix}%")])

    def one_customer(self):
        return self.find([("partner_id", "=", self.customers[500])])

    def one_customer_web(self):
        return self.web_page([("partner_id", "=", self.customers[500])])

    def dashboard(self):
        teams = self.env["helpdesk.ticket.team"]
        fields = ["name", *[name for name in teams.fields_get() if name.startswith("todo_ticket_")]]
        return lambda: len(teams.search_read([], fields))

    def by_team_and_priority(self):
        domain = [("closed", "=", False)]
        return lambda: len(self.tickets.formatted_read_group(domain, ["team_id", "priority"], ["__count"]))

    def counters_80(self):
        partners = self.env["res.partner"].browse(self.customers[:80])
        return lambda: sum(partners.mapped("helpdesk_ticket_active_count"))


def rpc_calls(execute, batch):
    """`{name: function}` of what is sent over XML-RPC."""
    teams = execute("helpdesk.ticket.team", "search", [])
    customers = execute("res.partner", "search", [["email", "=like", "c%@example.com"]], limit=batch, order="id")
    values = [
        {
            "name": f"Fee {n}",
            "description": "The fee is not what was agreed.",
            "partner_id": customers[n],
            "team_id": teams[n % len(teams)],
            "user_id": False,
        }
        for n in range(batch)
    ]
    return {_ticket_rpc.CREATE: lambda: execute("helpdesk.ticket", "create", values)}
