import psycopg2

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form
from odoo.tools import mute_logger

from .common import TicketCase


class TestTicketTaxon(TicketCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.taxa = cls.env["bank.ticket.taxon"]
        cls.disp = cls.env.ref("bank_crm_complaints.bank_ticket_regime_uk_disp")
        cls.pboc = cls.env.ref("bank_crm_complaints.bank_ticket_regime_cn_pboc")
        cls.cfpb = cls.env.ref("bank_crm_complaints.bank_ticket_regime_us_cfpb")

    def taxon(self, code):
        found = self.taxa.search([("code", "=", code)])
        self.assertEqual(len(found), 1, code)
        return found

    def make_taxon(self, code, parent=None, axis="cause", **values):
        return self.taxa.create(
            {
                "axis": axis,
                "code": code,
                "name": f"Place {code}",
                "parent_id": parent.id if parent else False,
                **values,
            }
        )

    # ------------------------------------------------------------------
    # The shipped trees
    # ------------------------------------------------------------------

    def test_three_trees_of_the_standard(self):
        for axis, letter, other in (("channel", "A", "A0199"), ("product", "B", "B99"), ("cause", "C", "C99")):
            tree = self.taxa.search([("axis", "=", axis)])
            self.assertGreater(len(tree), 15)
            self.assertTrue(all(code.startswith(letter) for code in tree.mapped("code")))
            self.assertEqual(self.taxon(other).axis, axis)
        self.assertEqual(self.taxon("A01039").parent_id.code, "A0103")
        self.assertEqual(self.taxon("B0302").complete_name, "Bank Cards / Credit Cards")
        self.assertEqual(len(self.taxa.search([("axis", "=", "cause"), ("parent_id", "=", False)])), 13)
        self.assertTrue(self.taxon("C0101").is_conduct)

    def test_found_by_code_and_by_name(self):
        for text in ("B0302", "credit card"):
            names = self.taxa.with_user(self.users["agent"]).name_search(text, operator="ilike")
            self.assertIn((self.taxon("B0302").id, "B0302 Credit Cards"), names, text)

    # ------------------------------------------------------------------
    # Trees stay trees
    # ------------------------------------------------------------------

    def test_no_circle(self):
        upper = self.make_taxon("T1")
        lower = self.make_taxon("T1A", upper)
        with self.assertRaises(UserError):
            upper.parent_id = lower

    def test_no_mixture_of_axes(self):
        lower = self.make_taxon("T1A", self.make_taxon("T1"))
        with self.assertRaisesRegex(ValidationError, "Axis"):
            lower.parent_id = self.taxon("B01")

    def test_an_axis_is_not_changed_over_a_branch(self):
        upper = self.make_taxon("T1")
        self.make_taxon("T1A", upper)
        with self.assertRaisesRegex(ValidationError, "Axis"):
            upper.axis = "product"

    def test_codes_are_unique_in_a_tree(self):
        self.make_taxon("T1")
        self.make_taxon("T1", axis="product")
        with mute_logger("odoo.sql_db"), self.assertRaises(psycopg2.Error) as caught:
            self.make_taxon("T1")
        self.assertIn("bank_ticket_taxon_code_uniq", str(caught.exception))

    def test_a_ticket_takes_only_places_of_the_axis(self):
        with self.assertRaisesRegex(ValidationError, "Cause: .* belongs to another axis"):
            self.make_ticket(cause_taxon_id=self.taxon("B01").id)
        ticket = self.make_ticket(cause_taxon_id=self.taxon("C07").id)
        with self.assertRaisesRegex(ValidationError, "Product: "):
            ticket.product_taxon_id = self.taxon("C07")

    def test_a_place_in_use_stays(self):
        place = self.make_taxon("T1")
        self.make_ticket(cause_taxon_id=place.id)
        with mute_logger("odoo.sql_db"), self.assertRaises(psycopg2.Error), self.env.cr.savepoint():
            place.unlink()
        place.active = False
        self.assertFalse(self.taxa.search([("code", "=", "T1")]))

    # ------------------------------------------------------------------
    # Codes of callers
    # ------------------------------------------------------------------

    def test_resolve_names_field_and_codes(self):
        found = self.taxa._resolve("product", ["B0302", "B01", None, ""])
        self.assertEqual(found, {"B0302": self.taxon("B0302").id, "B01": self.taxon("B01").id})
        with self.assertRaisesRegex(ValidationError, r"^\[unknown_code\] product_code: .*B0302X, C07\. "):
            self.taxa._resolve("product", ["B0302", "C07", "B0302X"])

    def test_resolve_asks_the_database_once(self):
        self.taxa._resolve("cause", ["C07"])
        with self.assertQueryCount(0):
            self.taxa._resolve("cause", ["C07", "C10", "C99"])
        place = self.make_taxon("T1")
        self.assertEqual(self.taxa._resolve("cause", ["T1"]), {"T1": place.id})
        place.active = False
        with self.assertRaisesRegex(ValidationError, r"\[unknown_code\]"):
            self.taxa._resolve("cause", ["T1"])

    def test_each_intake_has_a_channel(self):
        for intake in self.env["bank.ticket"]._fields["intake"].get_values(self.env):
            channel = self.taxa.browse(self.taxa._channel_for_intake(intake))
            self.assertEqual(channel.axis, "channel", intake)

    # ------------------------------------------------------------------
    # Codes of regulators
    # ------------------------------------------------------------------

    def test_code_is_ones_own_or_from_above(self):
        own, below, none = self.taxon("B0201"), self.taxon("B0202"), self.taxon("B08")
        codes = (own | below | none)._code_for(self.disp, "2026-06-30")
        self.assertEqual(codes[own.id], ("HOME", "Home finance"))
        self.assertEqual(codes[below.id], ("CREDIT", "Credit related"))
        self.assertFalse(codes[none.id])
        deep = self.make_taxon("C0701X", self.taxon("C0701"))
        self.assertEqual(deep._code_for(self.pboc, "2026-06-30")[deep.id][0], "C07")

    def test_code_for_many_places_is_one_query(self):
        taxa = self.taxa.search([])
        taxa.mapped("parent_path")
        taxa._code_for(self.disp)
        self.env["bank.ticket.taxon.map"].invalidate_model()
        with self.assertQueryCount(2):
            taxa._code_for(self.disp, "2026-06-30")

    def test_codes_have_dates(self):
        place = self.taxon("B01")
        self.assertTrue(place._code_for(self.disp, "2026-12-31")[place.id])
        self.assertFalse(place._code_for(self.disp, "2027-01-01")[place.id])
        self.assertFalse(place._code_for(self.pboc, "2018-09-03")[place.id])
        self.env["bank.ticket.taxon.map"].create(
            {"taxon_id": place.id, "regime_id": self.disp.id, "code": "NEW", "valid_from": "2027-01-01"}
        )
        self.assertEqual(place._code_for(self.disp, "2027-01-01")[place.id], ("NEW", "NEW"))
        self.assertEqual(place._code_for(self.disp, "2026-12-31")[place.id][0], "BANKING")

    def test_one_code_at_a_time(self):
        values = {"taxon_id": self.taxon("B01").id, "regime_id": self.disp.id, "code": "NEW"}
        for dates in ({}, {"valid_from": "2026-12-31"}, {"valid_to": "2020-01-01"}):
            with self.assertRaisesRegex(ValidationError, "two codes"):
                self.env["bank.ticket.taxon.map"].create({**values, **dates})
        with mute_logger("odoo.sql_db"), self.assertRaises(psycopg2.Error), self.env.cr.savepoint():
            self.env["bank.ticket.taxon.map"].create(
                {**values, "valid_from": "2028-01-02", "valid_to": "2028-01-01"}
            )

    def test_gaps_stop_reports_and_not_registrations(self):
        place = self.make_taxon("T9", axis="product")
        ticket = self.make_ticket(product_taxon_id=place.id)  # taken in all the same
        self.assertTrue(ticket)
        with self.assertRaisesRegex(ValidationError, r"\[unmapped_taxon\] UK-DISP.*T9"):
            (place | self.taxon("B01"))._check_mapped(self.disp, "2026-06-30")
        self.taxon("B01")._check_mapped(self.disp, "2026-06-30")
        gaps = self.env["bank.ticket.taxon.gap"].search([("taxon_id", "=", place.id)])
        maps = self.env["bank.ticket.taxon.map"].search([("axis", "=", "product")])
        self.assertEqual(gaps.regime_id, maps.regime_id)
        self.assertEqual(set(gaps.mapped("ticket_count")), {1})
        left = gaps.filtered(lambda gap: gap.regime_id != self.cfpb)
        self.env["bank.ticket.taxon.map"].create(
            {"taxon_id": place.id, "regime_id": self.cfpb.id, "code": "Mortgage"}
        )
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(self.env["bank.ticket.taxon.gap"].search([("taxon_id", "=", place.id)]), left)

    def test_only_leaves_are_gaps(self):
        upper = self.make_taxon("T9", axis="product")
        lower = self.make_taxon("T9A", upper, axis="product")
        gaps = self.env["bank.ticket.taxon.gap"].search([("taxon_id", "in", (upper | lower).ids)])
        self.assertEqual(gaps.taxon_id, lower)
        lower.active = False
        self.env.flush_all()
        self.env.invalidate_all()
        gaps = self.env["bank.ticket.taxon.gap"].search([("taxon_id", "in", (upper | lower).ids)])
        self.assertEqual(gaps.taxon_id, upper)

    def test_every_leaf_has_the_code_of_the_standard(self):
        for code in ("bank_ticket_regime_cn_pboc", "bank_ticket_regime_cn_nfra"):
            regime = self.env.ref(f"bank_crm_complaints.{code}")
            shipped = self.taxa.search([("id", "in", self.shipped_ids())])
            self.assertFalse(shipped._unmapped(regime, "2026-06-30").mapped("code"), regime.code)

    def shipped_ids(self):
        names = self.env["ir.model.data"].search(
            [("module", "=", "bank_crm_complaints"), ("model", "=", "bank.ticket.taxon")]
        )
        return names.mapped("res_id")

    # ------------------------------------------------------------------
    # Rights
    # ------------------------------------------------------------------

    def test_staff_read_and_administrators_write(self):
        place = self.taxon("C07")
        for role in ("agent", "rm_north", "compliance", "auditor", "operations", "lead"):
            self.assertEqual(self.as_user(role, place).code, "C07")
            with self.assertRaises(AccessError):
                self.as_user(role, place).write({"name": "x"})
            with self.assertRaises(AccessError):
                self.as_user(role, place.map_ids).write({"code": "x"})
            self.env["bank.ticket.taxon.gap"].with_user(self.users[role]).search([]).mapped("ticket_count")
        self.as_user("bank_admin", place).write({"name": "Prices"})
        # who configures sees where codes are missing, and nothing of tickets
        gaps = self.env["bank.ticket.taxon.gap"].with_user(self.users["bank_admin"]).search([])
        self.assertEqual(set(gaps.mapped("ticket_count")), {0})
        for role in ("employee", "portal"):
            with self.assertRaises(AccessError):
                self.as_user(role, place).read(["code"])

    def test_the_administrator_fills_a_gap_on_the_form(self):
        place = self.make_taxon("T9", axis="product")
        with Form(place.with_user(self.users["bank_admin"])) as form, form.map_ids.new() as line:
            line.regime_id = self.disp
            line.code = "BANKING"
        self.assertEqual(place._code_for(self.disp)[place.id], ("BANKING", "BANKING"))
