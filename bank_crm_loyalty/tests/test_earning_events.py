from datetime import datetime

from freezegun import freeze_time

from odoo.tests import tagged

from .earning_common import EarningCase

LONG_AGO = datetime(2020, 1, 1)


@tagged("post_install", "-at_install")
class TestEarningEvents(EarningCase):
    def record(self, kind="survey.answered", at="2026-02-10 08:00:00", partner=None, **values):
        return self.env["bank.customer.event"]._record(
            kind, [{"partner_id": (partner or self.anna).id, "occurred_at": at, **values}]
        )

    def make_event_rule(self, kind="survey.answered", points=50, **values):
        return self.make_rule(values.pop("code", "EVENT"), kind="event", event_kind=kind, points=points, **values)

    def test_each_event(self):
        self.make_event_rule()
        first, second = self.record(), self.record(at="2026-02-28 20:00:00")
        self.record("document.renewed")
        self.record(at="2025-12-31 08:00:00")
        self.assertEqual(self.night(), 2)
        self.assertEqual(self.given(), {f"EVT:{first.id}:EVENT": 50, f"EVT:{second.id}:EVENT": 50})
        entry = self.entry(f"EVT:{first.id}:EVENT")
        self.assertEqual((entry.kind, entry.source_model, entry.source_id), ("bonus", first._name, first.id))
        self.assertEqual(entry.why, "50 points, rounded down: 50 points. Rule EVENT, version 1.")
        self.assertEqual(self.night(), 0)

    def test_value_date_is_the_banks(self):
        self.company.partner_id.tz = "Asia/Shanghai"
        self.make_event_rule(valid_from="2026-02-11")
        event = self.record(at="2026-02-10 16:30:00")  # half past midnight of the 11th
        self.record(at="2026-02-10 15:30:00")
        self.night()
        self.assertEqual(list(self.given()), [f"EVT:{event.id}:EVENT"])

    def test_first_of_a_year(self):
        self.make_event_rule(once_per="year", valid_from="2025-01-01")
        self.record(at="2025-06-01 08:00:00")
        first = self.record(at="2026-02-10 08:00:00")
        self.record(at="2026-02-11 08:00:00")
        self.night()
        self.assertEqual(len(self.given()), 2)
        self.assertIn(f"EVT:{first.id}:EVENT", self.given())
        self.record(at="2026-01-05 08:00:00")  # late
        self.assertEqual(self.night(since=LONG_AGO), 0)
        self.assertEqual(self.night(), 0)

    def test_first_ever(self):
        self.make_event_rule(once_per="customer", valid_from="2025-01-01")
        self.record(at="2025-06-01 08:00:00")
        self.record(at="2026-02-10 08:00:00")
        self.record(partner=self.ben)
        self.night()
        self.assertEqual((len(self.given()), len(self.given(self.ben))), (1, 1))
        self.record()
        self.assertEqual(self.night(), 0)

    def test_holding_opened(self):
        self.make_event_rule("holding.opened", 200, event_code="FUND", valid_from="2026-03-01")
        self.make_holding(self.fund, {self.olga: 100})
        self.make_holding(self.account, {self.olga: 100})
        self.night()
        self.assertEqual(list(self.given(self.olga).values()), [200])

    def test_document_renewed(self):
        self.make_event_rule("document.renewed", 100, once_per="year", valid_from="2026-03-01")
        self.record("document.renewed", at="2026-03-01 01:00:00")
        self.night()
        self.assertEqual(self.total(), 100)

    def test_birthday(self):
        self.make_event_rule("birthday", 88, valid_from="2025-01-01")
        self.anna.financial_profile_id.birthdate = "1980-02-29"
        self.ben.financial_profile_id.birthdate = "1990-03-02"
        self.carl.financial_profile_id.birthdate = "2026-02-01"
        self.night()
        self.assertEqual(self.given(), {f"BDAY:{self.anna.id}:2025:EVENT": 88, f"BDAY:{self.anna.id}:2026:EVENT": 88})
        self.assertEqual(str(self.entry(f"BDAY:{self.anna.id}:2026:EVENT").value_on), "2026-02-28")
        self.assertEqual(list(self.given(self.ben)), [f"BDAY:{self.ben.id}:2025:EVENT"])
        self.assertEqual(self.given(self.carl), {})
        with freeze_time("2026-03-02 04:00:00"):
            self.assertEqual(self.night(since=datetime(2026, 3, 1)), 1)
            self.assertEqual(self.night(since=datetime(2026, 3, 1)), 0)

    def test_monthly_limit(self):
        self.make_event_rule(cap_month=120)
        for _number in range(3):
            self.record()
        self.night()
        self.assertEqual(self.total(), 120)
        self.record()
        self.assertEqual(self.night(since=LONG_AGO), 0)
