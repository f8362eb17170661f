"""The side doors: every other way to a customer that a user or a program has.

A door takes the environment of a user and a customer and returns whatever it lets out.  A door that should open to
those who may see the customer is tried with them, too: a door that never opens would prove nothing.
"""

from odoo.fields import Domain

DOORS = {}


def door(*, opens, models=("res.partner",)):
    """Register a door.

    :param opens: it shows the customer to whoever may come through it
    :param models: of the records that the door shows; whoever may read one of them may come through it
    """

    def register(function):
        DOORS[function.__name__] = (function, opens, models)
        return function

    return register


def partners(env):
    return env["res.partner"].with_context(active_test=False)


@door(opens=True)
def search_read(env, customer, word):
    return partners(env).search_read([("name", "ilike", word)], ["name", "email"])


@door(opens=True)
def web_search_read(env, customer, word):
    names = {"name": {}, "street": {}, "aum": {}, "bank_event_ids": {"fields": {"summary": {}}}}
    if not env["res.partner"]._has_field_access(env["res.partner"]._fields["aum"], "read"):
        names = {"name": {}, "street": {}}
    return partners(env).web_search_read([("name", "ilike", word)], names)


@door(opens=True)
def web_read(env, customer, word):
    return partners(env).browse(customer.id).web_read({"display_name": {}, "comment": {}})


@door(opens=True)
def read(env, customer, word):
    return partners(env).browse(customer.id).read(["name", "phone"])


@door(opens=True)
def formatted_read_group(env, customer, word):
    return partners(env).formatted_read_group([("id", "=", customer.id)], ["name"], ["__count"])


@door(opens=True)
def web_read_group(env, customer, word):
    return partners(env).web_read_group([("id", "=", customer.id)], ["name"], ["__count"])


@door(opens=True)
def pivot_and_spreadsheet(env, customer, word):
    return partners(env).formatted_read_grouping_sets([("id", "=", customer.id)], [["name"], []], ["__count"])


@door(opens=True)
def groups_of_holdings(env, customer, word):
    domain = [("owner_id", "=", customer.id)]
    return env["bank.holding"].formatted_read_group(domain, ["owner_id"], ["balance:sum"])


@door(opens=True)
def search_count(env, customer, word):
    return [word] * partners(env).search_count([("id", "=", customer.id), ("email", "ilike", word)])


@door(opens=True)
def name_search(env, customer, word):
    return partners(env).name_search(word)


@door(opens=True)
def web_name_search(env, customer, word):
    return partners(env).web_name_search(word, {"display_name": {}, "email": {}})


@door(opens=False)
def export_data(env, customer, word):
    return partners(env).browse(customer.id).export_data(["name", "email", "child_ids/name"])


@door(opens=False)
def copy(env, customer, word):
    return partners(env).browse(customer.id).copy().read(["name"])


@door(opens=True)
def mentions(env, customer, word):
    return partners(env).get_mention_suggestions(word)


@door(opens=True)
def channel_invitations(env, customer, word):
    return partners(env).search_for_channel_invite(word)


@door(opens=True)
def find_by_overview(env, customer, word):
    return env["res.partner"].bank_customer_overview({"customer_number": customer.sudo().customer_number})


@door(opens=True)
def messages(env, customer, word):
    domain = [("model", "=", "res.partner"), ("res_id", "=", customer.id)]
    return env["mail.message"].search_read(domain, ["body", "record_name"])


@door(opens=True, models=("res.partner", "survey.user_input"))  # whoever reads answers finds the words on them
def messages_by_text(env, customer, word):
    return env["mail.message"].search_read([("body", "ilike", word)], ["body"])


@door(opens=True)
def messages_by_id(env, customer, word):
    return env["mail.message"].browse(customer.sudo().message_ids.ids).read(["body"])


@door(opens=False)
def followers(env, customer, word):
    return env["mail.followers"].search_read([("res_model", "=", "res.partner"), ("res_id", "=", customer.id)], [])


@door(opens=True)
def attachments(env, customer, word):
    domain = [("res_model", "=", "res.partner"), ("res_id", "=", customer.id)]
    return env["ir.attachment"].search_read(domain, ["name"])


@door(opens=True)
def attachments_by_id(env, customer, word):
    files = env["ir.attachment"].sudo().search([("name", "ilike", word)])
    return env["ir.attachment"].browse(files.ids).read(["name", "index_content"])


@door(opens=False)
def attachments_of_fields(env, customer, word):
    """With a condition on the field, attachments that are values of fields are found, too."""
    domain = [("res_field", "!=", False), ("res_model", "=", "res.partner"), ("res_id", "=", customer.id)]
    return [word for _row in env["ir.attachment"].search_read(domain, ["name"])]


# Odoo shows the activities of others to those only who may write the record
@door(opens=False, models=("res.partner", "survey.user_input"))
def activities(env, customer, word):
    return env["mail.activity"].search_read([("summary", "ilike", word)], ["summary", "res_name"])


@door(opens=False)
def activity_view(env, customer, word):
    found = env["mail.activity"].get_activity_data("res.partner", [("id", "=", customer.id)])
    return [found, [word for _id in found["activity_res_ids"]]]


@door(opens=True)
def meetings(env, customer, word):
    return env["calendar.event"].search_read([("name", "ilike", word)], ["name", "attendee_ids"])


@door(opens=True)
def attendees(env, customer, word):
    return env["calendar.attendee"].search_read([("email", "ilike", word)], ["common_name", "email"])


@door(opens=False)
def free_and_busy(env, customer, word):
    return env["calendar.event"].search_read([("partner_ids.name", "ilike", word)], ["start", "partner_ids", "name"])


@door(opens=False)
def opportunities(env, customer, word):
    return env["crm.lead"].search_read([("name", "ilike", word)], ["name", "partner_id", "email_from"])


@door(opens=True)
def accounts(env, customer, word):
    return env["res.partner.bank"].search_read([("acc_number", "ilike", word)], ["acc_number", "partner_id"])


@door(opens=True)
def rows_below_a_branch(env, customer, word):
    rows = env["bank.branch"].search([]).web_read({"customer_ids": {"fields": {"name": {}}}})
    return [rows, partners(env).search_read([("branch_id", "=", False), ("id", "=", customer.id)], ["name"])]


@door(opens=False)
def condition_through_a_branch(env, customer, word):
    return [word] * env["bank.branch"].search_count([("customer_ids.email", "ilike", word)])


@door(opens=True)
def condition_through_a_holding(env, customer, word):
    return [word] * env["bank.holding"].search_count([("owner_id.email", "ilike", word)])


@door(opens=False)
def condition_through_a_user(env, customer, word):
    return [word] * env["res.users"].search_count([("partner_id.child_ids.name", "ilike", word)])


@door(opens=True)
def holdings_one2many(env, customer, word):
    rows = env["bank.holding"].search([]).read(["party_ids", "owner_id"])
    return [row["owner_id"] for row in rows]


@door(opens=True)
def name_in_a_form(env, customer, word):
    """The name behind a link that is the default of a new record: the form asks the server."""
    model = env["calendar.attendee"].with_context(default_partner_id=customer.id)
    return model.onchange({}, [], {"partner_id": {"fields": {"display_name": {}}}})


@door(opens=False)
def link_of_one_s_own(env, customer, word):
    """The name behind a link that the user has written into a record of his own."""
    event = env["calendar.event"].create(
        {
            "name": "mine",
            "start": "2026-04-01 08:00:00",
            "stop": "2026-04-01 09:00:00",
            "partner_ids": [(4, customer.id)],
        }
    )
    env.invalidate_all()
    return event.read(["display_name", "partner_ids", "attendee_ids"]) + event.attendee_ids.read([])


@door(opens=True)
def report(env, customer, word):
    html = env["ir.actions.report"]._render_qweb_html("bank_crm_access.report", customer.ids)[0]
    return html.decode()


@door(opens=False)
def privacy_lookup(env, customer, word):
    wizard = env["privacy.lookup.wizard"].create({"name": word, "email": f"{word}@example.com"})
    wizard.action_lookup()
    return wizard.line_ids.read([])


@door(opens=False)
def error_message(env, customer, word):
    """What a refusal says, in debug mode too."""
    from unittest.mock import patch

    from odoo.exceptions import AccessError

    def has_group(self, group):
        return True if group == "base.group_no_one" and self._is_internal() else type(self)._has_group(self, group)

    with patch.object(type(env["res.users"]), "has_group", has_group):
        try:
            env["res.partner"].browse(customer.id).check_access("write")
            return ""
        except AccessError as error:
            return str(error)


@door(opens=False)
def search_panel(env, customer, word):
    return partners(env).search_panel_select_range("parent_id", enable_counters=True)


@door(opens=False)
def order_by_a_hidden_field(env, customer, word):
    return partners(env).search_read(list(Domain("id", "=", customer.id)), ["name"], order="email desc")


# ---------------------------------------------------------------------- tickets


@door(opens=True)
def ticket_search(env, customer, word):
    return env["bank.ticket"].search_read([("subject", "ilike", word)], ["number", "subject", "partner_id"])


@door(opens=True)
def ticket_web_read(env, customer, word):
    tickets = env["bank.ticket"].sudo().search([("partner_id", "=", customer.id)])
    return tickets.with_env(env).web_read({"subject": {}, "description": {}})


@door(opens=True)
def ticket_groups(env, customer, word):
    return env["bank.ticket"].formatted_read_group([("subject", "ilike", word)], ["subject"], ["__count"])


@door(opens=False)
def ticket_events(env, customer, word):
    events = env["bank.ticket.event"].search([("ticket_id.partner_id", "=", customer.id)])
    return events.mapped("ticket_id.subject")


@door(opens=True)
def ticket_messages(env, customer, word):
    return env["mail.message"].search_read([("model", "=", "bank.ticket"), ("body", "ilike", word)], ["body"])


# ---------------------------------------------------------------------- answers to surveys


@door(opens=True, models=("survey.user_input",))
def answers(env, customer, word):
    return env["survey.user_input"].search_read([("email", "ilike", word)], ["email", "nickname", "partner_id"])


@door(opens=True, models=("survey.user_input",))
def answers_by_name(env, customer, word):
    answers = env["survey.user_input"]
    return [word for _answer in answers.name_search(word) or answers.search([("nickname", "ilike", word)])]


@door(opens=True, models=("survey.user_input",))
def answers_in_groups(env, customer, word):
    domain = [("nickname", "ilike", word)]
    return env["survey.user_input"].formatted_read_group(domain, ["nickname"], ["__count"])


@door(opens=False, models=("survey.user_input",))
def answers_through_the_questionnaire(env, customer, word):
    """The names of those who answered, through lists of a questionnaire and of its questions."""
    surveys = env["survey.survey"].search([("title", "=like", "Questions of %")])
    inputs = surveys.read(["user_input_ids"])
    line = {"fields": {"user_input_id": {"fields": {"email": {}}}}}
    lines = surveys.question_ids.web_read({"user_input_line_ids": line})
    return [lines, env["survey.user_input"].browse(inputs[0]["user_input_ids"]).read(["email"]) if inputs else []]


@door(opens=False, models=("survey.user_input",))
def condition_through_the_questionnaire(env, customer, word):
    found = env["survey.survey"].search_count([("user_input_ids.email", "ilike", word)])
    by_line = [("user_input_line_ids.user_input_id.email", "ilike", word)]
    return [word] * (found + env["survey.question"].search_count(by_line))


@door(opens=False)
def words_of_customers(env, customer, word):
    """What customers wrote is a right beside the roles: nobody of the matrix has it."""
    lines = env["survey.user_input.line"].search([("value_text_box", "ilike", word)])
    return [word] * len(lines) + lines.read(["value_text_box", "display_name"])


@door(opens=True, models=("bank.survey.invitation",))
def invitations(env, customer, word):
    rows = env["bank.survey.invitation"].search([("partner_id", "=", customer.id)]).read(["state", "channel"])
    return [word for _row in rows]


@door(opens=False, models=("bank.survey.invitation",))
def invitations_of_a_programme(env, customer, word):
    fields = {"fields": {"partner_id": {"fields": {"display_name": {}}}, "display_name": {}}}
    return env["bank.survey.program"].search([]).web_read({"invitation_ids": fields})


@door(opens=False, models=("bank.survey.invitation",))
def condition_through_a_programme(env, customer, word):
    return [word] * env["bank.survey.program"].search_count([("invitation_ids.partner_id.email", "ilike", word)])


@door(opens=True, models=("bank.survey.score",))
def scores_in_groups(env, customer, word):
    domain = [("partner_id", "=", customer.id)]
    groups = env["bank.survey.score"].formatted_read_group(domain, ["partner_id"], ["score:avg"])
    return [word for _group in groups]


@door(opens=False)
def secret_of_a_link(env, customer, word):
    """The secrets of links are nobody's; whoever had one would answer for the customer."""
    invitations = env["bank.survey.invitation"].sudo().search([("partner_id", "=", customer.id)]).with_env(env)
    return [word for row in invitations.read(["token_hash", "token_nonce"]) if row]
