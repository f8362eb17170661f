"""The timeline's text."""

from ..common import BankCase


class TestEvent(BankCase):
    def record(self, kind="customer.updated", **payload):
        return self.env["bank.customer.event"]._record(kind, [{"partner_id": self.anna.id, "payload": payload}])

    def test_labels_and_summaries(self):
        for payload, summary in (
            ({"from": "A", "to": "B"}, "A → B"),
            ({"from": None, "to": "B"}, "none → B"),
            ({"label": "Tier", "from": "A", "to": None}, "Tier: A → none"),
            ({"label": "C1"}, "C1"),
            ({}, ""),
            ({"fields": ["kyc_state", "birthdate", "no_such_field"]}, "Changed: KYC, Birthdate, no_such_field"),
        ):
            self.assertEqual(self.record(**payload).summary, summary)

    def test_an_unknown_kind_is_its_own_label(self):
        self.assertEqual(self.record("nothing.known").kind_label, "nothing.known")
        self.assertEqual(self.record().kind_label, "Customer data changed")

    def test_another_language_works(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        event = self.record(fields=["kyc_state"], label=None).with_context(lang="zh_CN")
        self.assertTrue(event.kind_label and event.summary)

    def test_a_label_is_read_in_the_language_of_the_reader(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        event = self.record(**{"from": None, "to": {"en_US": "Gold", "zh_CN": "金级"}})
        self.assertEqual(event.summary, "none → Gold")
        self.assertTrue(event.with_context(lang="zh_CN").summary.endswith("→ 金级"))
        self.assertEqual(self.record(label={"zh_CN": "护照"}).summary, "护照")

    def test_names_are_kept_in_all_languages(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        tier = self.env.ref("bank_crm.bank_tier_gold")
        tier.with_context(lang="zh_CN").name = "金级"
        names = self.env["bank.customer.event"]._names(tier)
        self.assertEqual(names, {tier.id: {"en_US": "Gold", "zh_CN": "金级"}})
        labels = self.env["bank.identity.document"]._type_labels_by_language()
        self.assertEqual(set(labels["passport"]), {"en_US", "zh_CN"})

    def test_the_label_can_be_searched(self):
        found = self.env["bank.customer.event"].search(
            [("kind_label", "ilike", "became"), ("partner_id", "=", self.anna.id)]
        )
        self.assertEqual(found.mapped("kind"), ["customer.created"])

    def test_newest_first(self):
        for day in ("2026-01-02", "2026-01-03", "2026-01-01"):
            self.env["bank.customer.event"]._record(
                "x", [{"partner_id": self.olga.id, "occurred_at": f"{day} 12:00:00"}]
            )
        found = self.env["bank.customer.event"].search([("partner_id", "=", self.olga.id), ("kind", "=", "x")])
        self.assertEqual([event.occurred_at.day for event in found], [3, 2, 1])

    def test_it_names_who_did_it(self):
        self.as_user("rm_north", self.anna).write({"comment": "x"})
        event = self.as_user("rm_north", self.env["bank.customer.event"])._record("x", [{"partner_id": self.anna.id}])
        self.assertEqual(event.user_id, self.users["rm_north"])

    def test_staff_without_the_customer_do_not_see_it(self):
        events = self.as_user("rm_south", self.env["bank.customer.event"])
        self.assertFalse(events.search([("partner_id", "=", self.anna.id)]))
        self.assertTrue(events.search([("partner_id", "=", self.carl.id)]))
