"""A page of customers reads the profiles' values in one pass: they are those that reading one by one gives."""

from ..common import BankCase


class TestRelatedFigures(BankCase):
    def setUp(self):
        super().setUp()
        self.page = self.anna + self.ben + self.carl + self.contact + self.olga
        self.anna.financial_profile_id.write(
            {"annual_income": 480000, "occupation": "Engineer", "birthdate": "1984-02-29", "gender": "female"}
        )
        self.carl.financial_profile_id.nationality_id = self.env.ref("base.cz")

    def related_names(self):
        return [
            name
            for name, field in self.page._fields.items()
            if field.related and field.related.startswith("financial_profile_id.")
        ]

    def one_by_one(self, name):
        values = []
        for partner in self.page:
            self.env.invalidate_all()
            values.append(self.env["res.partner"].browse(partner.id)[name])
        return values

    def test_same_values_as_one_by_one(self):
        names = self.related_names()
        self.assertIn("aum", names)
        self.assertIn("profile_income_band_id", names)
        expected = {name: self.one_by_one(name) for name in names}
        self.env.invalidate_all()
        page = self.env["res.partner"].browse(self.page.ids)
        for name in names:
            self.assertEqual([partner[name] for partner in page], expected[name], name)
        self.assertEqual([partner.aum for partner in page], [66000, 4000, 300000, 0, 0])
        self.assertEqual(page[0].profile_occupation, "Engineer")
        self.assertFalse(page[3].profile_occupation)

    def test_all_profiles_are_read_in_one_query(self):
        names = [name for name in self.related_names() if self.page._is_plain_profile_field(self.page._fields[name])]
        self.assertGreater(len(names), 20)
        self.env.flush_all()
        self.env.invalidate_all()
        self.page.fetch(["financial_profile_id"])
        with self.assertQueryCount(1):
            for name in names:
                self.page.mapped(lambda partner, name=name: partner[name])

    def test_pending_changes_are_seen(self):
        self.page.mapped("aum")
        self.anna.financial_profile_id.occupation = "Pilot"
        self.assertEqual([partner.profile_occupation for partner in self.page][:2], ["Pilot", False])
        self.joint_fund.balance = 20000
        self.assertEqual([partner.aum for partner in self.page][:2], [72000, 8000])

    def test_a_user_without_the_profile_in_his_rules_sees_what_the_related_field_shows(self):
        page = self.as_user("agent", self.page)
        self.assertEqual([partner.aum for partner in page], [66000, 4000, 300000, 0, 0])

    def test_unsaved_contacts(self):
        new = self.env["res.partner"].new({"name": "New"}) + self.env["res.partner"].new(origin=self.anna)
        self.assertEqual([partner.aum for partner in new], [0, 66000])

    def test_deleted_contacts_do_not_break_the_page(self):
        gone = self.env["res.partner"].create({"name": "Gone"})
        page = self.page + gone
        gone_id = gone.id
        gone.unlink()
        page = self.env["res.partner"].browse([*self.page.ids, gone_id])
        self.assertEqual(page[0].aum, 66000)
