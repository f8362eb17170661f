from unittest.mock import patch

from freezegun import freeze_time

from ..controllers import ticket_track
from .portal_case import PortalCase


class TestTracking(PortalCase):
    def setUp(self):
        super().setUp()
        self.code = self.ticket._issue_tracking_code()
        self.log_in(None)

    def track(self, number=None, code=None, **options):
        form = {"number": number or self.ticket.number, "code": code or self.code}
        return self.post("/ticket/track", form, **options)

    def test_number_and_code_show_the_state_and_nobody(self):
        page = self.track()
        text = self.text_of(page)
        self.assertEqual(page.status_code, 200)
        self.assertIn(self.ticket.number, text)
        self.assertIn("Received", text)
        for personal in ("Anna", "anna@example.com", self.ticket.subject, self.ticket.description, "North"):
            self.assertNotIn(personal, text)
        self.assertEqual(page.headers["Cache-Control"], "no-store")
        self.assertEqual(page.headers["Referrer-Policy"], "no-referrer")

    def test_small_letters_and_blanks_are_read(self):
        self.assertIn("o_ticket_tracked", self.track(f" {self.ticket.number.lower()} ", f" {self.code.lower()} ").text)

    def test_link_of_the_receipt_fills_in_the_number_only(self):
        page = self.get(f"/ticket/track?number={self.ticket.number}&code={self.code}")
        self.assertIn(f'value="{self.ticket.number}"', page.text)
        self.assertNotIn("o_ticket_tracked", page.text)
        # (Odoo's choice of languages repeats the visitor's own address)
        field = page.text.partition('id="o_track_code"')[2].partition("/>")[0]
        self.assertNotIn("value=", field)
        self.assertEqual(self.get("/ticket/track?number=%3Cscript%3E%00").status_code, 200)
        field = self.get('/ticket/track?number="><script>x').text.partition('name="number"')[2][:200]
        self.assertNotIn("<script>", field)

    def test_wrong_number_and_wrong_code_are_answered_alike(self):
        other = self.make_ticket()
        pages = [
            self.track("T999999999", "AAAAAAAAAA"),
            self.track(self.ticket.number, "AAAAAAAAAA"),
            self.track(other.number, "AAAAAAAAAA"),
            self.track(other.number, self.code),
            self.track("T999999999", self.code),
        ]
        said = {self.text_of(page) for page in pages}
        self.assertEqual(len(said), 1, said)
        self.assertEqual({page.status_code for page in pages}, {200})
        self.assertIn(ticket_track.NOT_FOUND._source, said.pop())

    def test_a_ticket_without_code_is_not_found(self):
        other = self.make_ticket()
        for code in ("", " ", "False", "None", "0"):
            page = self.post("/ticket/track", {"number": other.number, "code": code})
            self.assertNotIn("o_ticket_tracked", page.text)

    def test_new_code_makes_the_old_one_void(self):
        new = self.ticket._issue_tracking_code()
        self.assertNotIn("o_ticket_tracked", self.track().text)
        self.assertIn("o_ticket_tracked", self.track(code=new).text)

    def test_attempts_on_a_number_are_limited(self):
        with patch.object(ticket_track, "PER_NUMBER", 3):
            statuses = [self.track(code=f"AAAAAAAAA{index}").status_code for index in range(5)]
            self.assertEqual(statuses, [200, 200, 200, 429, 429])
            page = self.track()
            self.assertEqual(page.status_code, 429, "the right code is no more a way to find out")
            self.assertNotIn("o_ticket_tracked", page.text)
            unknown = [self.track("T999999999", f"AAAAAAAAA{index}").status_code for index in range(5)]
            self.assertEqual(unknown, statuses, "numbers that do not exist are answered alike")
            with freeze_time("2030-01-01 10:00:00"):
                self.assertTrue(self.env["bank.ticket.attempt"]._count("track.number", self.ticket.number) == 1)

    def test_attempts_from_an_address_are_limited(self):
        with patch.object(ticket_track, "PER_ADDRESS", 3):
            statuses = [self.track(f"T00000000{index}", "AAAAAAAAAA").status_code for index in range(5)]
            self.assertEqual(statuses, [200, 200, 200, 429, 429])
            self.assertEqual(self.track().status_code, 429)

    def test_own_receipt_does_not_clear_the_attempts_of_an_address(self):
        with patch.object(ticket_track, "PER_ADDRESS", 3):
            for index in range(3):
                self.assertEqual(self.track(f"T00000000{index}", "AAAAAAAAAA").status_code, 200)
                if index < 2:
                    self.assertIn("o_ticket_tracked", self.track().text)
            self.assertEqual(self.track("T000000009", "AAAAAAAAAA").status_code, 429)

    def test_addresses_of_one_subscriber_count_together(self):
        addresses = ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", "2001:db8:1:3::1", "192.0.2.7", "nonsense", None)
        self.assertEqual(
            [ticket_track.subscriber(address) for address in addresses],
            ["2001:db8:1:2::/64", "2001:db8:1:2::/64", "2001:db8:1:3::/64", "192.0.2.7", "unknown", "unknown"],
        )

    def test_database_holds_no_addresses_and_numbers(self):
        self.track(code="AAAAAAAAAA")
        for attempt in self.env["bank.ticket.attempt"].search([]):
            self.assertRegex(attempt.key, r"^[0-9a-f]{64}$")

    def test_old_attempts_are_forgotten(self):
        attempts = self.env["bank.ticket.attempt"]
        with freeze_time("2026-01-01 10:00:00"):
            attempts._count("track.number", "T1")
        attempts._count("track.number", "T1")
        attempts._gc_attempts()
        self.assertEqual(len(attempts.search([])), 1)

    def test_forged_values_are_no_errors(self):
        for number, code in (("x" * 5000, "x" * 5000), ("\x00", "\x00"), ("%", "%"), ("' OR 1=1 --", "x")):
            self.assertEqual(self.track(number, code).status_code, 200)
        page = self.post("/ticket/track", {}, files=[("number", ("a", b"x")), ("code", ("b", b"x"))])
        self.assertEqual(page.status_code, 200)
