"""The last scores of a customer on his form and in the list."""

from odoo.exceptions import AccessError

from .test_figures import FiguresCase


class TestPartnerFigures(FiguresCase):
    def answer(self, partner, nps, csat, program=None):
        """Answer as the customer does, through the finished answer."""
        program = program or self.program
        answer = self.make_invitation(partner, program, touchpoint_ref=f"{nps}{csat}")._start()
        answer._save_lines(self.nps, str(nps))
        answer._save_lines(self.csat, str(csat))
        answer._mark_done()
        return answer

    def figures(self, partner):
        self.env.flush_all()
        partner.invalidate_recordset()
        return (partner.nps_last, partner.nps_bucket, partner.csat_last)

    def test_the_last_answer(self):
        self.answer(self.anna, 3, 2)
        self.assertEqual(self.figures(self.anna), (3, "detractor", 2))
        self.answer(self.anna, 10, 5)
        self.assertEqual(self.figures(self.anna), (10, "promoter", 5))
        self.assertEqual(self.anna.nps_last_on, self.env["bank.run"]._today())
        self.assertEqual(self.anna.nps_trend, 7)

    def test_zero_is_an_answer(self):
        self.answer(self.anna, 0, 1)
        self.assertEqual(self.figures(self.anna), (0, "detractor", 1))
        self.assertTrue(self.anna.nps_last_on)

    def test_answers_taken_back(self):
        first = self.answer(self.anna, 3, 2)
        last = self.answer(self.anna, 10, 5)
        last.write({"bank_disposition": False})
        last._write_bank_scores()
        self.assertEqual(self.figures(self.anna), (3, "detractor", 2))
        first.write({"bank_kpi_ok": False})
        first._write_bank_scores()
        self.assertEqual(self.figures(self.anna), (0, False, 0))
        self.assertFalse(self.anna.nps_last_on)

    def test_only_identified_answers_leave_a_trace(self):
        for anonymity in ("confidential", "anonymous"):
            program = self.make_program(anonymity.upper(), anonymity, anonymity=anonymity)
            self.answer(self.anna, 1, 1, program)
        self.assertEqual(self.figures(self.anna), (0, False, 0))
        self.assertFalse(self.anna.nps_last_on)

    def test_filters(self):
        self.answer(self.anna, 3, 2)
        mine = [("id", "in", (self.anna + self.ben).ids)]
        partners = self.as_user("rm_north", self.env["res.partner"])
        self.assertEqual(partners.search([*mine, ("nps_bucket", "=", "detractor")]), self.anna.with_env(partners.env))
        self.anna.survey_invitation_ids.sent_at = "2026-03-01 09:00:00"
        self.assertEqual(partners.search([*mine, ("was_surveyed", "=", False)]).ids, self.ben.ids)
        self.assertEqual(partners.search([*mine, ("was_surveyed", "=", True)]).ids, self.anna.ids)
        self.assertEqual((partners.browse(self.anna.id).survey_invitation_count), 1)

    def test_company_and_its_people(self):
        company = self.make_customer("Works", user=self.users["rm_north"], is_company=True)
        people = [
            self.make_customer(name, user=self.users["rm_north"], parent_id=company.id) for name in ("One", "Two")
        ]
        self.answer(people[0], 10, 5)
        self.answer(people[1], 5, 2)
        company = self.as_user("rm_north", company)
        self.assertEqual((company.survey_company_nps, company.survey_company_count), (7.5, 2))

    def test_overview(self):
        number = {"customer_number": self.anna.customer_number}
        self.assertNotIn(
            "satisfaction", self.as_user("rm_north", self.env["res.partner"]).bank_customer_overview(number)
        )
        self.answer(self.anna, 3, 2)
        overview = self.as_user("rm_north", self.env["res.partner"]).bank_customer_overview(number)
        today = self.env["bank.run"]._today().isoformat()
        self.assertEqual(
            overview["satisfaction"],
            {"nps": 3, "nps_group": "detractor", "nps_on": today, "csat": 2, "csat_on": today},
        )

    def test_not_for_others_and_not_by_hand(self):
        self.answer(self.anna, 3, 2)
        with self.assertRaises(AccessError):
            self.as_user("employee", self.contact).read(["nps_last"])
        action = self.as_user("rm_north", self.anna).action_view_survey_invitations()
        self.assertEqual(action["domain"], [("partner_id", "=", self.anna.id)])

    def test_one_statement_for_many(self):
        partners = self.anna + self.ben + self.carl
        partners._update_survey_figures()
        with self.assertQueryCount(1):
            partners._update_survey_figures()
