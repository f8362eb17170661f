"""Customers in the portal, over real HTTP.

``anna`` and ``ben`` are the customers of the bank's picture, each with a login; ``chief`` and ``clerk`` are two people
of one company; besides them everybody of ``TicketWorld``.
"""

import re
from html import unescape

from odoo import http
from odoo.tests import HttpCase, new_test_user, tagged

from .common import TicketWorld

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


@tagged("post_install", "-at_install")
class PortalCase(TicketWorld, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_world()
        cls.company_customer = cls.make_customer("Bright Trading", is_company=True)
        cls.chief = cls.make_customer("Chief", parent_id=cls.company_customer.id, email="chief@example.com")
        cls.clerk = cls.make_customer("Clerk", parent_id=cls.company_customer.id, email="clerk@example.com")
        for name in ("anna", "ben", "chief", "clerk"):
            cls.users[name] = cls.make_portal_user(getattr(cls, name), f"bank_{name}")
        cls.ticket = cls.make_ticket()
        cls.foreign = cls.make_ticket(partner=cls.ben, subject="Ben's card")

    @classmethod
    def make_portal_user(cls, partner, login):
        return new_test_user(cls.env, login, groups="base.group_portal", password=login, partner_id=partner.id)

    def log_in(self, role):
        """Log in as a role of the picture; None for a visitor without login."""
        self.authenticate(*([f"bank_{role}"] * 2 if role else [None, None]))

    def get(self, path, **options):
        return self.url_open(path, **options)

    def post(self, path, data=None, files=None, token=True, **options):
        """Send a form as the browser does; ``token=False``: without what protects against forged requests."""
        data = dict(data or {})
        if token:
            data["csrf_token"] = http.Request.csrf_token(self)
        return self.url_open(path, data=data or {"nothing": "1"}, files=files, method="POST", **options)

    def form(self, **values):
        """Return the fields of a complaint, with the token of a form that was opened."""
        page = self.get("/my/tickets/new")
        found = re.search(r'name="form_token" value="([^"]+)"', page.text)
        return {
            "kind": "complaint",
            "subject": "Fee on my card",
            "description": "A fee was taken that nobody told me of.",
            "form_token": found[1],
            **values,
        }

    def tickets_of(self, partner):
        self.env.invalidate_all()
        return self.env["bank.ticket"].search([("partner_id", "=", partner.id)], order="id")

    def text_of(self, response):
        """Return what a page says, without markup."""
        text = re.sub(r"<script.*?</script>", " ", response.text, flags=re.DOTALL)
        return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", text)))

    def post_note(self, ticket, text="Only for us", files=()):
        """The agent writes an internal note, with files."""
        return ticket.with_user(self.users["agent"]).message_post(
            body=text, message_type="comment", subtype_xmlid="mail.mt_note", attachments=list(files)
        )

    def post_answer(self, ticket, text="We look into it", files=()):
        """The agent writes to the customer, with files."""
        return ticket.with_user(self.users["agent"]).message_post(
            body=text, message_type="comment", subtype_xmlid="mail.mt_comment", attachments=list(files)
        )

    def answer(self, ticket):
        """The bank's answer is with the customer."""
        ticket._set_state("responded")
