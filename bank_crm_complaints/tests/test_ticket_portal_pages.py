from datetime import timedelta

from odoo import fields
from odoo.tools import mute_logger

from .portal_case import PortalCase

# Who is nobody's customer here, or not this one.
STRANGERS = ("ben", "chief", "portal", "employee", "rm_north", "rm_south", "agent", "lead", "compliance", "bank_admin")
ACTIONS = ("message", "reopen", "accept", "reject", "withdraw")


class TestPortalList(PortalCase):
    def test_customer_sees_his_own_tickets_only(self):
        self.log_in("anna")
        page = self.get("/my/tickets")
        self.assertEqual(page.status_code, 200)
        self.assertIn(self.ticket.number, page.text)
        self.assertNotIn(self.foreign.number, page.text)

    def test_people_of_one_company_do_not_see_each_other(self):
        chief = self.make_ticket(partner=self.chief, subject="About the clerk")
        whole = self.make_ticket(partner=self.company_customer, subject="The company's")
        self.log_in("clerk")
        page = self.get("/my/tickets")
        self.assertNotIn(chief.number, page.text)
        self.assertNotIn(whole.number, page.text)
        with mute_logger("odoo.http"):
            self.assertEqual(self.get(f"/my/tickets/{chief.id}").status_code, 404)
            self.assertEqual(self.get(f"/my/tickets/{whole.id}").status_code, 404)

    def test_staff_have_no_tickets_here(self):
        for role in ("employee", "agent", "rm_north"):
            self.log_in(role)
            page = self.get("/my/tickets")
            self.assertEqual(page.status_code, 200, role)
            self.assertNotIn(self.ticket.number, page.text, role)

    def test_filter_search_sort_and_pages(self):
        closed = self.make_ticket(kind="inquiry", subject="Opening hours")
        closed._set_state("closed")
        self.log_in("anna")
        self.assertNotIn(closed.number, self.get("/my/tickets?filterby=open").text)
        self.assertNotIn(self.ticket.number, self.get("/my/tickets?filterby=closed").text)
        found = self.get("/my/tickets?search=opening&search_in=subject").text
        self.assertIn(closed.number, found)
        self.assertNotIn(self.ticket.number, found)
        by_number = self.get(f"/my/tickets?search={self.ticket.number}&search_in=number").text
        self.assertIn(self.ticket.number, by_number)
        first = self.get("/my/tickets?sortby=oldest").text
        self.assertLess(first.index(self.ticket.number), first.index(closed.number))
        for index in range(20):
            self.make_ticket(subject=f"Another {index}", kind="inquiry")
        self.assertNotIn(self.ticket.number, self.get("/my/tickets").text)
        self.assertIn(self.ticket.number, self.get("/my/tickets/page/2").text)

    def test_forged_parameters_are_no_errors(self):
        self.log_in("anna")
        for query in (
            "sortby=nonsense",
            "sortby=id;drop",
            "filterby=nonsense",
            "search_in=description&search=x",
            "search=%00x",
            "search=" + "x" * 5000,
            "search=%25%27%22%5C",
        ):
            self.assertEqual(self.get(f"/my/tickets?{query}").status_code, 200, query)
        for page in (0, 99, 2**31, 2**70):
            self.assertEqual(self.get(f"/my/tickets/page/{page}").status_code, 200, page)

    def test_counter_counts_own_tickets(self):
        self.log_in("anna")
        answer = self.make_jsonrpc_request("/my/counters", {"counters": ["ticket_count"]})
        self.assertEqual(answer, {"ticket_count": 1})
        self.log_in("employee")
        self.assertEqual(self.make_jsonrpc_request("/my/counters", {"counters": ["ticket_count"]})["ticket_count"], 0)


class TestPortalPage(PortalCase):
    def test_page_speaks_the_customers_words(self):
        self.ticket._unguarded().next_statutory_due_at = fields.Datetime.to_datetime("2026-12-10 15:59:59")
        self.anna.tz = "Asia/Shanghai"
        self.log_in("anna")
        text = self.text_of(self.get(f"/my/tickets/{self.ticket.id}"))
        self.assertIn("Received", text)
        self.assertIn("December 10, 2026", text)
        self.assertNotIn("23:59", text)
        for inside in ("Normal", "Handler", "Ordinary", "bank_agent"):
            self.assertNotIn(inside, text)

    def test_page_in_the_customers_language_and_time_zone(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self.anna.write({"lang": "zh_CN", "tz": "Europe/London"})
        self.ticket._unguarded().next_statutory_due_at = fields.Datetime.to_datetime("2026-12-10 15:59:59")
        self.log_in("anna")
        text = self.text_of(self.get(f"/my/tickets/{self.ticket.id}"))
        self.assertIn("2026年12月10日 15:59", text)
        self.assertIn("格林尼治标准时间", text)

    def test_late_is_said(self):
        self.ticket._unguarded().next_statutory_due_at = fields.Datetime.now() - timedelta(days=2)
        self.log_in("anna")
        self.assertIn("We are late", self.text_of(self.get(f"/my/tickets/{self.ticket.id}")))

    def test_outcome_is_told_with_the_answer_only(self):
        self.ticket.write({"outcome": "upheld", "outcome_reason": "Fee was wrong"})
        self.log_in("anna")
        self.assertNotIn("We agree", self.text_of(self.get(f"/my/tickets/{self.ticket.id}")))
        self.answer(self.ticket)
        page = self.text_of(self.get(f"/my/tickets/{self.ticket.id}"))
        self.assertIn("We agree with your complaint.", page)
        self.assertNotIn("Fee was wrong", page)

    @mute_logger("odoo.http")
    def test_nobody_else_gets_the_page(self):
        self.ticket._portal_ensure_token()
        for role in STRANGERS:
            self.log_in(role)
            for query in ("", f"?access_token={self.ticket.access_token}"):
                page = self.get(f"/my/tickets/{self.ticket.id}{query}")
                self.assertEqual(page.status_code, 404, role)
                self.assertNotIn(self.ticket.subject, page.text, role)
        self.log_in(None)
        page = self.get(f"/my/tickets/{self.ticket.id}?access_token={self.ticket.access_token}")
        self.assertIn("/web/login", page.url)
        self.assertNotIn(self.ticket.subject, page.text)

    @mute_logger("odoo.http")
    def test_ids_that_are_none(self):
        self.log_in("anna")
        for forged in ("0", "999999999", str(2**31), str(2**70), "-1", "x", "1;2"):
            self.assertEqual(self.get(f"/my/tickets/{forged}").status_code, 404, forged)

    @mute_logger("odoo.http")
    def test_confidential_reporter_is_not_shown(self):
        self.ticket.sudo().confidentiality = "whistle"
        self.log_in("anna")
        self.assertEqual(self.get(f"/my/tickets/{self.ticket.id}").status_code, 404)

    def test_steps_of_a_service_request(self):
        service = self.env["bank.ticket.service"].create(
            {
                "name": "New card",
                "code": "T_CARD",
                "step_ids": [
                    (0, 0, {"name": "Check", "customer_text": "We check your request", "sequence": 1}),
                    (0, 0, {"name": "Send", "customer_text": "The card is sent", "sequence": 2}),
                ],
            }
        )
        request = self.make_ticket(kind="service_request", service_id=service.id, subject="New card please")
        request.with_user(self.users["agent"]).progress_ids[0].action_done()
        self.log_in("anna")
        text = self.text_of(self.get(f"/my/tickets/{request.id}"))
        self.assertIn("We check your request", text)
        self.assertIn("The card is sent", text)
        self.assertIn("In progress", text)


class TestPortalRights(PortalCase):
    """What changes something: by whom, and how it was asked."""

    def state_of(self, ticket):
        self.env.invalidate_all()
        return (ticket.state, ticket.write_date, len(ticket.message_ids), ticket.event_seq)

    @mute_logger("odoo.http")
    def test_nothing_is_changed_by_opening_an_address(self):
        self.answer(self.ticket)
        before = self.state_of(self.ticket)
        self.log_in("anna")
        for action in ACTIONS:
            response = self.get(f"/my/tickets/{self.ticket.id}/{action}?text=forged")
            self.assertEqual(response.status_code, 405, action)
        self.get(f"/my/tickets/{self.ticket.id}?done=withdrawn&text=x")
        self.get("/my/tickets/new?kind=complaint&subject=x&description=x&form_token=" + "x" * 30)
        self.get("/my/tickets")
        self.assertEqual(self.state_of(self.ticket), before)
        self.assertEqual(self.tickets_of(self.anna), self.ticket)

    @mute_logger("odoo.http")
    def test_requests_without_token_are_refused(self):
        self.answer(self.ticket)
        before = self.state_of(self.ticket)
        self.log_in("anna")
        for path in (*(f"/my/tickets/{self.ticket.id}/{action}" for action in ACTIONS), "/my/tickets/new"):
            response = self.post(path, self.form(text="forged"), token=False)
            self.assertEqual(response.status_code, 400, path)
        self.assertEqual(self.post("/ticket/track", {"number": "1", "code": "1"}, token=False).status_code, 400)
        self.assertEqual(self.state_of(self.ticket), before)
        self.assertEqual(self.tickets_of(self.anna), self.ticket)

    @mute_logger("odoo.http")
    def test_nobody_else_acts(self):
        self.answer(self.ticket)
        before = self.state_of(self.ticket)
        for role in STRANGERS:
            self.log_in(role)
            for action in ACTIONS:
                response = self.post(f"/my/tickets/{self.ticket.id}/{action}", {"text": "forged"})
                self.assertEqual(response.status_code, 404, f"{role} {action}")
        self.log_in(None)
        for action in ACTIONS:
            response = self.post(f"/my/tickets/{self.ticket.id}/{action}", {"text": "forged"})
            self.assertIn("/web/login", response.url, action)
        self.assertEqual(self.state_of(self.ticket), before)

    @mute_logger("odoo.http")
    def test_only_customers_of_the_portal_file(self):
        for role in ("employee", "agent", "rm_north"):
            self.log_in(role)
            self.assertEqual(self.get("/my/tickets/new").status_code, 404, role)
        self.log_in(None)
        self.assertIn("/web/login", self.get("/my/tickets/new").url)
