import datetime
import re

from hypothesis import example, given, settings
from hypothesis import strategies as st

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import freeze_time, tagged

from ..tools.registration.schema import registration
from .common import TicketCase

CARD = "6222021234567894"
KEYS = [
    "kind",
    "subject",
    "description",
    "customer_number",
    "email",
    "anonymous",
    "external_ref",
    "channel_code",
    "product_code",
    "cause_code",
    "branch_code",
    "received_at",
    "forwarded_at",
    "incident_on",
    "regime_codes",
    "severity",
    "requested_remedy",
    "contact_name",
    "contact_phone",
    "lang",
    "holding_external_id",
    "affected_count",
    "parties",
]
ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from(["complaint", "2026-03-02", "a@example.com", "NORTH", "heir", "high", "en_US", "UK-DISP"]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["role", "name", "phone", "x"]), inner)
    ),
    max_leaves=5,
)


@tagged("post_install", "-at_install")
class TestTicketRegister(TicketCase):
    """What another system may send and what it is answered."""

    def values(self, **others):
        values = {
            "kind": "complaint",
            "subject": "Fee on a free account",
            "description": "A fee was taken although the account is free of charge.",
            "customer_number": self.anna.customer_number,
            **others,
        }
        return {key: value for key, value in values.items() if value is not ...}

    def register(self, role="operations", **others):
        self.env.flush_all()
        return self.env["bank.ticket"].with_user(self.users[role]).register(self.values(**others))

    def ticket(self, **others):
        return self.env["bank.ticket"].browse(self.register(**others)["id"])

    def assertRefused(self, *expected, role="operations", **others):
        """``expected``: "[code] field" of each line, in their order."""
        count = self.env["bank.ticket"].search_count([])
        with self.assertRaises(ValidationError) as caught:
            self.register(role, **others)
        lines = str(caught.exception).splitlines()
        self.assertEqual([re.match(r"\[\w+\] [\w.\[\]]+", line)[0] for line in lines], list(expected))
        self.assertEqual(self.env["bank.ticket"].search_count([]), count)

    # ------------------------------------------------------------------
    # What is stored
    # ------------------------------------------------------------------

    def test_the_least(self):
        answer = self.register()
        self.assertEqual(set(answer), {"id", "number", "created", "next_due_at", "existing_open"})
        ticket = self.env["bank.ticket"].browse(answer["id"])
        self.assertEqual((answer["number"], answer["created"]), (ticket.number, True))
        self.assertEqual(ticket.partner_id, self.anna)
        self.assertEqual(
            (ticket.intake, ticket.branch_id, ticket.contact_email), ("api", self.north_vip, "anna@example.com")
        )
        self.assertEqual(ticket.channel_id.code, "A01039")
        self.assertEqual(self.kinds_of(ticket)[0], "registered")

    def test_everything(self):
        product = self.env["bank.ticket.taxon"].search([("axis", "=", "product"), ("child_ids", "=", False)], limit=1)
        cause = self.env["bank.ticket.taxon"].search([("axis", "=", "cause"), ("child_ids", "=", False)], limit=1)
        ticket = self.ticket(
            kind="service_request",
            description=f"Line one\r\nline two, card {CARD}",
            external_ref="CC-1",
            channel_code="A01032",
            product_code=product.code,
            cause_code=cause.code,
            branch_code="SOUTH",
            received_at="2026-03-01T09:30:00+08:00",
            forwarded_at="2026-03-02T00:00:00Z",
            incident_on="2026-02-27",
            severity="high",
            requested_remedy="Money back",
            contact_name="Anna's sister",
            contact_phone="+86 21 5550 0101",
            lang="en_US",
            affected_count=3,
        )
        self.assertEqual(ticket.description, "Line one\nline two, card ****7894")
        self.assertEqual(
            (ticket.product_taxon_id, ticket.cause_taxon_id, ticket.channel_id.code), (product, cause, "A01032")
        )
        self.assertEqual(ticket.branch_id, self.south)
        self.assertEqual(ticket.received_at, self.at("2026-03-01 01:30:00"))
        self.assertEqual(ticket.forwarded_at, self.at("2026-03-02 00:00:00"))
        self.assertEqual(ticket.incident_on, datetime.date(2026, 2, 27))
        self.assertEqual((ticket.severity, ticket.requested_remedy, ticket.affected_count), ("high", "Money back", 3))
        self.assertEqual((ticket.contact_name, ticket.contact_phone), ("Anna's sister", "+86 21 5550 0101"))
        self.assertTrue(ticket.is_late_registered)

    def test_whose_ticket(self):
        self.assertEqual(self.ticket(customer_number=..., email="ANNA@example.com").partner_id, self.anna)
        stranger = self.ticket(customer_number=..., email="Somebody <who@example.com>", contact_name="Who")
        self.assertFalse(stranger.partner_id)
        self.assertEqual((stranger.contact_email, stranger.contact_name), ("who@example.com", "Who"))
        nobody = self.ticket(customer_number=..., anonymous=True)
        self.assertTrue(nobody.is_anonymous)
        self.assertFalse(nobody.partner_id or nobody.contact_email)
        self.assertEqual(self.ticket(email="new@example.com").contact_email, "new@example.com")

    def test_an_address_of_two_customers_is_nobodys(self):
        self.ben.email = "anna@example.com"
        self.assertFalse(self.ticket(customer_number=..., email="anna@example.com").partner_id)

    def test_false_is_nothing(self):
        """XML-RPC clients send false where they have nothing."""
        ticket = self.ticket(email=False, external_ref=False, incident_on=False, branch_code=False, parties=False)
        self.assertFalse(ticket.external_ref or ticket.incident_on)
        self.assertEqual(ticket.branch_id, self.north_vip)

    def test_holding(self):
        self.anna_account.write({"external_id": "ACC-1", "source": "core"})
        self.carl_account.write({"external_id": "ACC-1", "source": "cards"})
        self.assertEqual(self.ticket(holding_external_id="ACC-1").holding_id, self.anna_account)
        self.assertRefused("[unknown_holding] holding_external_id", holding_external_id="ACC-2")
        self.assertRefused(
            "[unknown_holding] holding_external_id", customer_number=..., anonymous=True, holding_external_id="ACC-1"
        )

    def test_parties(self):
        parties = [{"role": "representative", "name": f"Person {number}", "phone": "1"} for number in range(5)]
        ticket = self.ticket(parties=parties, affected_count=25)
        self.assertEqual(ticket.party_ids.mapped("name"), [party["name"] for party in parties])
        self.assertTrue(ticket.is_major)
        self.assertRefused("[too_many_representatives] parties", parties=[*parties, parties[0]])
        self.assertRefused("[missing_contact] parties[1]", parties=[{"role": "heir", "name": "Heir"}])
        self.assertRefused("[invalid_value] parties[1].role", parties=[{**parties[0], "role": "lawyer"}])

    def test_regimes(self):
        ticket = self.ticket(regime_codes=["UK-DISP", "UK-PSR"])
        self.assertEqual(set(ticket.regime_ids.mapped("code")), {"UK-DISP", "UK-PSR"})
        self.assertRefused("[unknown_regime] regime_codes", regime_codes=["UK-DISP", "XX"])

    # ------------------------------------------------------------------
    # Times
    # ------------------------------------------------------------------

    @freeze_time("2026-04-10 12:00:00")
    def test_times(self):
        self.company.resource_calendar_id.tz = "Europe/Prague"
        for sent, stored in (
            ("2026-04-10", "2026-04-09 22:00:00"),  # a day begins at midnight of the place
            ("2026-04-10T13:59:59", "2026-04-10 11:59:59"),
            ("2026-04-10 13:59", "2026-04-10 11:59:00"),
            ("2026-04-10T11:59:59Z", "2026-04-10 11:59:59"),
            ("2026-04-10T11:59:59.999Z", "2026-04-10 11:59:59"),
            ("2026-04-10T19:59:59+08:00", "2026-04-10 11:59:59"),
            ("2026-04-10T06:29:59-0530", "2026-04-10 11:59:59"),
            ("2026-04-10T12:00:30Z", "2026-04-10 12:00:00"),  # the other system's clock is fast
            ("2026-03-29T02:30:00", "2026-03-29 01:30:00"),  # the clocks leave it out
            ("2025-10-26T02:30:00", "2025-10-26 00:30:00"),  # the clocks show it twice
            ("2024-02-29", "2024-02-28 23:00:00"),
        ):
            with self.subTest(sent=sent):
                self.assertEqual(self.ticket(received_at=sent).received_at, self.at(stored))
        for sent, code in (
            ("2026-04-11", "in_future"),
            ("2026-04-10T12:02:00Z", "in_future"),
            ("2026-04-10T14:02:00", "in_future"),
            ("2025-02-29", "invalid_time"),
            ("2026-04-10T25:00:00", "invalid_time"),
            ("2026-04-10T10:00:00+99:00", "invalid_time"),
            ("20260410", "invalid_time"),
            ("2026-W15-5", "invalid_time"),
            ("10.04.2026", "invalid_time"),
            ("9999-12-31T23:59:59-12:00", "invalid_time"),
            ("0001-01-01", "invalid_time"),
            (1775822400, "wrong_type"),
        ):
            with self.subTest(sent=sent):
                self.assertRefused(f"[{code}] received_at", received_at=sent)

    @freeze_time("2026-04-10 12:00:00")
    def test_local_time_is_the_branchs(self):
        self.company.resource_calendar_id.tz = "Europe/Prague"
        self.south.calendar_id = self.env["resource.calendar"].create({"name": "South", "tz": "Asia/Shanghai"})
        ticket = self.ticket(received_at="2026-04-10T08:00:00", branch_code="SOUTH")
        self.assertEqual(ticket.received_at, self.at("2026-04-10 00:00:00"))
        ticket = self.ticket(received_at="2026-04-10T08:00:00", customer_number=self.carl.customer_number)
        self.assertEqual(ticket.received_at, self.at("2026-04-10 00:00:00"), "of the customer's branch")

    # ------------------------------------------------------------------
    # What is refused
    # ------------------------------------------------------------------

    def test_wrong_values(self):
        for others, refusal in (
            ({"subjct": "x"}, "[unknown_field] subjct"),
            ({"partner_id": 1}, "[unknown_field] partner_id"),
            ({"state": "closed"}, "[unknown_field] state"),
            ({"kind": ...}, "[required_field] kind"),
            ({"subject": "  "}, "[required_field] subject"),
            ({"description": ""}, "[required_field] description"),
            ({"kind": "Complaint"}, "[invalid_value] kind"),
            ({"subject": 5}, "[wrong_type] subject"),
            ({"subject": "a\nb"}, "[invalid_text] subject"),
            ({"description": "a\x00b"}, "[invalid_text] description"),
            ({"subject": "x" * 257}, "[too_long] subject"),
            ({"description": "x" * 100_001}, "[too_long] description"),
            ({"customer_number": ...}, "[missing_customer] customer_number"),
            ({"customer_number": "C-none"}, "[unknown_customer] customer_number"),
            ({"customer_number": ..., "email": "no address"}, "[invalid_email] email"),
            ({"anonymous": True}, "[conflicting_fields] anonymous"),
            ({"customer_number": ..., "anonymous": "yes"}, "[wrong_type] anonymous"),
            ({"customer_number": ..., "anonymous": False}, "[missing_customer] customer_number"),
            ({"external_ref": " x"}, "[invalid_text] external_ref"),
            ({"external_ref": "a\x00b"}, "[invalid_text] external_ref"),
            ({"external_ref": "\ud800"}, "[invalid_text] external_ref"),
            ({"customer_number": "\ud800"}, "[invalid_text] customer_number"),
            ({"customer_number": ..., "email": "a\x00@example.com"}, "[invalid_email] email"),
            ({"branch_code": "\x00"}, "[unknown_branch] branch_code"),
            ({"channel_code": "none"}, "[unknown_code] channel_code"),
            ({"product_code": "A01"}, "[unknown_code] product_code"),
            ({"cause_code": 7}, "[wrong_type] cause_code"),
            ({"branch_code": "none"}, "[unknown_branch] branch_code"),
            ({"severity": "urgent"}, "[invalid_value] severity"),
            ({"lang": "xx_XX"}, "[unknown_language] lang"),
            ({"incident_on": "2099-01-01"}, "[invalid_date] incident_on"),
            ({"affected_count": 0}, "[invalid_number] affected_count"),
            ({"affected_count": True}, "[invalid_number] affected_count"),
            ({"affected_count": 1.5}, "[invalid_number] affected_count"),
            ({"regime_codes": "UK-DISP"}, "[wrong_type] regime_codes"),
            ({"parties": {"role": "heir"}}, "[wrong_type] parties"),
        ):
            with self.subTest(others=others):
                self.assertRefused(refusal, **others)

    def test_the_keys_above_are_those_of_the_schema(self):
        nothing = {name: {} for name in ("channel", "product", "cause", "branch", "regime", "lang")}
        self.assertEqual(sorted(registration(self.env, nothing, datetime.date.today()).fields), sorted(KEYS))

    def test_all_errors_at_once(self):
        self.assertRefused(
            "[invalid_value] kind",
            "[unknown_field] subjct",
            "[required_field] subject",
            kind="x",
            subject=...,
            subjct="y",
        )

    @given(st.dictionaries(st.sampled_from(KEYS) | st.text(max_size=5), ANYTHING, max_size=8))
    @example({"kind": "inquiry", "subject": "x", "description": "y", "anonymous": True, "parties": []})
    @settings(max_examples=150)
    def test_whatever_comes_is_taken_or_refused_with_codes(self, values):
        tickets = self.env["bank.ticket"].with_user(self.users["operations"])
        try:
            with self.env.cr.savepoint():
                self.assertEqual(len(tickets.register(values)), 5)
        except ValidationError as refusal:
            for line in str(refusal).splitlines():
                self.assertRegex(line, r"^\[[a-z_]+\] .*: ")

    def test_no_object(self):
        tickets = self.env["bank.ticket"].with_user(self.users["operations"])
        for values in (None, [], "x", 5):
            with self.assertRaisesRegex(ValidationError, r"\[wrong_type\]"):
                tickets.register(values)

    def test_the_context_is_no_way_in(self):
        tickets = self.env["bank.ticket"].with_user(self.users["operations"])
        forged = tickets.with_context(
            default_state="closed", default_number="X", default_partner_id=self.carl.id, default_user_id=self.env.uid
        )
        ticket = tickets.browse(forged.register(self.values())["id"])
        self.assertEqual((ticket.state, ticket.partner_id), ("new", self.anna))
        self.assertNotEqual(ticket.number, "X")
        self.assertFalse(ticket.user_id)

    # ------------------------------------------------------------------
    # Once
    # ------------------------------------------------------------------

    def test_the_same_reference_is_the_same_ticket(self):
        first = self.register(external_ref="CC-1")
        again = self.register(external_ref="CC-1", subject="Another subject")
        self.assertEqual(again, {**first, "created": False})
        self.assertEqual(self.env["bank.ticket"].search_count([("external_ref", "=", "CC-1")]), 1)
        # even where the rest could not be registered now
        self.assertEqual(self.register(external_ref="CC-1", branch_code="gone"), again)

    def test_a_reference_of_a_hidden_ticket(self):
        ticket = self.ticket(external_ref="CC-1")
        ticket.confidentiality = "whistle"
        self.assertRefused("[external_ref_taken] external_ref", external_ref="CC-1")
        self.assertEqual(self.register(role="compliance", external_ref="CC-1")["id"], ticket.id)

    def test_many_of_one_call(self):
        tickets = self.env["bank.ticket"]
        vals = {"kind": "inquiry", "subject": "x", "partner_id": self.anna.id}
        done = tickets._register_many(
            [{**vals, "message_key": "<1@x>"}, {**vals, "message_key": "<1@x>"}, vals, {**vals, "external_ref": "R"}],
            "mail",
        )
        self.assertEqual([is_new for _ticket, is_new in done], [True, False, True, True])
        self.assertEqual(done[0][0], done[1][0])
        self.assertEqual(set(tickets.union(*(ticket for ticket, _new in done)).mapped("intake")), {"mail"})
        again = tickets._register_many([{**vals, "message_key": "<1@x>"}, {**vals, "external_ref": "R"}], "mail")
        self.assertEqual(again, [(done[0][0], False), (done[3][0], False)])

    # ------------------------------------------------------------------
    # Existing tickets
    # ------------------------------------------------------------------

    def test_existing_open(self):
        product, other = self.env["bank.ticket.taxon"].search([("axis", "=", "product")], limit=2)
        alike = self.ticket(description="The monthly fee was taken twice from my account in March.")
        elsewhere = self.ticket(
            subject="Card swallowed", description="The machine at the station kept my card on Sunday evening."
        )
        text = "In March the monthly fee was taken twice from my account"
        answer = self.register(subject="Monthly fee twice", description=text)
        self.assertEqual(answer["existing_open"], [alike.number])
        other_product = self.ticket(subject="Monthly fee twice", description=text, product_code=other.code)
        numbers = self.register(subject="Monthly fee twice", description=text, product_code=product.code)[
            "existing_open"
        ]
        self.assertIn(alike.number, numbers, "it names no product")
        self.assertNotIn(other_product.number, numbers)
        self.assertNotIn(elsewhere.number, numbers)

    def test_existing_are_of_ninety_days_and_open(self):
        old = self.ticket(received_at=str(datetime.date.today() - datetime.timedelta(days=91)))
        closed = self.ticket(kind="inquiry")
        closed._unguarded().write({"state": "closed"})
        whistle = self.ticket()
        whistle.confidentiality = "whistle"
        seen = self.ticket()
        self.assertEqual(self.register(role="agent")["existing_open"], [seen.number])
        numbers = self.register(role="compliance")["existing_open"]
        self.assertIn(whistle.number, numbers)
        self.assertFalse({old.number, closed.number} & set(numbers))

    # ------------------------------------------------------------------
    # Who
    # ------------------------------------------------------------------

    def test_who_may(self):
        for role in ("operations", "agent", "lead", "compliance", "rm_north", "manager_north"):
            with self.subTest(role=role):
                self.assertTrue(self.register(role=role)["created"])
        for role in ("auditor", "bank_admin", "employee", "portal"):
            with self.subTest(role=role), self.assertRaisesRegex(AccessError, r"\[access_denied\]"):
                self.register(role=role)

    def test_customers_are_found_as_the_user_sees_them(self):
        self.assertRefused(
            "[unknown_customer] customer_number", role="rm_north", customer_number=self.carl.customer_number
        )
        self.carl.email = "carl@example.com"
        answer = self.register(role="rm_north", customer_number=..., email="carl@example.com")
        self.assertFalse(self.env["bank.ticket"].browse(answer["id"]).partner_id)
        self.carl.is_restricted = True
        self.assertRefused("[unknown_customer] customer_number", customer_number=self.carl.customer_number)
