"""The letters that the addon ships: each says in its language what its regime wants, and the check sees it if not."""

from markupsafe import Markup

from ..tools import letter_clauses, letter_lint, letter_text
from .letter_common import INPUTS, LetterCase

REGIMES = ("CN-NFRA", "CN-PBOC", "UK-DISP", "UK-PSR", "EU-PSD2", "US-CFPB", "US-REGE")
# Kinds of letters by which the deadlines of a regime are ended, and those that keep customers informed.
KINDS = {
    "CN-NFRA": "acknowledgement progress extension decision review_decision",
    "CN-PBOC": "acknowledgement extension decision",
    "UK-DISP": "acknowledgement progress summary_resolution eight_week final",
    "UK-PSR": "acknowledgement holding final",
    "EU-PSD2": "acknowledgement holding final",
    "US-CFPB": "acknowledgement holding final",
    "US-REGE": "acknowledgement provisional_credit determination correction result",
}
LANGS = ("en_US", "zh_CN")
OUTCOMES = ("upheld", "partly", "not_upheld")


class TestTicketLetterPacks(LetterCase):
    def cases(self):
        for regime, kinds in KINDS.items():
            for kind in kinds.split():
                for lang in LANGS:
                    yield regime, kind, lang

    def test_every_shipped_letter_passes_its_own_check(self):
        for regime, kind, lang in self.cases():
            ticket = self.make_complaint(regime, lang=lang)
            for outcome in OUTCOMES if self.kinds[kind].needs_outcome else (None,):
                if outcome:
                    ticket.outcome = outcome
                with self.subTest(regime=regime, kind=kind, lang=lang, outcome=outcome):
                    letter = self.write_letter(kind, ticket)
                    self.assertEqual(letter.template_id.regime_id.code, regime)
                    self.assertEqual(letter.template_id.lang, lang)
                    self.assertEqual(self.findings(letter), [], letter_text.plain_text(letter.body))
                    self.assertTrue(letter.is_ready)

    def test_without_a_clause_no_letter_is_ready(self):
        """For each clause: a letter from which the words that make it were taken is refused, and the clause named."""
        checked = 0
        for regime, kind, lang in self.cases():
            ticket = self.make_complaint(regime, lang=lang)
            ticket.outcome = "not_upheld"
            letter = self.write_letter(kind, ticket)
            clauses, unchecked = letter._required_clauses(
                self.env["bank.ticket.letter"]._fields["expected_on"].today()
            )
            self.assertFalse(unchecked)
            text = letter_text.normalize(letter_text.plain_text(letter.body))
            for clause in clauses[letter.id].filtered("regime_id"):
                with self.subTest(regime=regime, kind=kind, lang=lang, clause=clause.code):
                    self.assertTrue(letter_clauses.has_clause(text, clause.pattern))
                    maimed = self.without(text, clause.pattern)
                    letter.body = Markup("<p>%s</p>") % maimed
                    self.assertIn(letter_lint.Finding("missing_clause", clause.name), self.findings(letter))
                    checked += 1
        self.assertGreater(checked, 120)

    def without(self, text, pattern):
        """Return a text without the first requirement of a pattern."""
        requirement = letter_clauses.requirements(pattern)[0]
        while match := requirement.search(text):
            text = text[: match.start()] + " " + text[match.end() :]
        return text

    def test_every_kind_that_ends_a_deadline_has_clauses(self):
        """No regime's final deadline is ended by a letter of which nothing is required."""
        clauses = self.env["bank.ticket.letter.clause"].search([])
        rules = self.env["bank.ticket.clock.rule"].search(
            [("regime_id.code", "in", REGIMES), ("kind", "=", "statutory")]
        )
        self.assertTrue(rules)
        for rule in rules:
            for kind in rule.stop_letter_kind_ids - self.kinds["acknowledgement"]:
                for lang in LANGS:
                    with self.subTest(rule=rule.code, kind=kind.code, lang=lang):
                        self.assertTrue(
                            clauses.filtered(
                                lambda clause, rule=rule, kind=kind, lang=lang: (
                                    clause.regime_id == rule.regime_id
                                    and kind in clause.kind_ids
                                    and clause.lang == lang
                                )
                            )
                        )

    def test_each_clause_is_written_in_both_languages(self):
        clauses = self.env["bank.ticket.letter.clause"].search([])
        english, chinese = (
            {
                (c.regime_id.code, c.code, c.applies, tuple(c.kind_ids.ids))
                for c in clauses.filtered_domain([("lang", "=", lang)])
            }
            for lang in LANGS
        )
        self.assertEqual(english, chinese)
        self.assertGreater(len(english), 40)

    def test_the_british_acknowledgement_says_which_deadline_applies(self):
        """DISP 1.6.1R in the text of 2026: 8 weeks, or 15 and 35 business days, or both for a mixed complaint."""
        for regimes, weeks, days in (
            (("UK-DISP",), True, False),
            (("UK-PSR",), False, True),
            (("UK-DISP", "UK-PSR"), True, True),
        ):
            with self.subTest(regimes=regimes):
                letter = self.write_letter("acknowledgement", self.make_complaint(*regimes))
                text = letter_text.plain_text(letter.body)
                self.assertEqual("eight weeks" in text, weeks)
                self.assertEqual("15 business days" in text and "35 business days" in text, days)
                self.assertEqual(self.findings(letter), [])

    def test_the_clause_about_the_deadline_is_required_from_its_date_on(self):
        ticket = self.make_complaint("UK-DISP")
        letter = self.write_letter("acknowledgement", ticket)
        clause = self.env.ref("bank_crm_complaints.letter_clause_uk_disp_deadline_en")
        self.assertEqual(str(clause.valid_from), "2026-06-01")
        clauses = self.env["bank.ticket.letter.clause"]
        date = clause.valid_from
        self.assertIn(clause, clauses._for_letters(letter, date)[0][letter.id])
        self.assertNotIn(clause, clauses._for_letters(letter, date.replace(month=5, day=31))[0][letter.id])

    def test_the_date_of_the_answer_is_that_of_the_answer(self):
        """Not that of the nearest deadline, which is the acknowledgement's own."""
        ticket = self.make_complaint("UK-DISP", received_at="2026-06-05 10:00:00")
        letter = self.write_letter("acknowledgement", ticket)
        self.assertLess(ticket.next_statutory_due_at, self.at("2026-06-30 00:00:00"))
        self.assertEqual(ticket._answer_due_at(), {ticket.id: self.at("2026-07-31 23:59:59")})
        self.assertIn("31 July 2026", letter_text.plain_text(letter.body))

    def test_waiver_wording(self):
        ticket = self.make_complaint("UK-DISP")
        letter = self.write_letter("final", ticket)
        self.assertIn("We do not consent to waive", letter_text.plain_text(letter.body))
        letter.waives = True
        self.assertIn("we waive the time limits", letter_text.plain_text(letter.body))
        self.assertEqual(self.findings(letter), [])

    def test_a_complaint_under_two_regimes_needs_the_clauses_of_both(self):
        ticket = self.make_complaint("CN-NFRA", "UK-DISP")
        letter = self.write_letter("final", ticket)
        names = {finding.subject for finding in self.findings(letter) if finding.code == "missing_clause"}
        self.assertIn("Mediation", names)

    def test_a_neutral_letter_does_not_end_a_legal_deadline(self):
        neutral = self.env.ref("bank_crm_complaints.letter_template_general_final_en")
        letter = self.write_letter("final", self.make_complaint("UK-DISP"), template_id=neutral.id)
        self.assertFalse(letter.is_ready)
        self.assertIn("missing_clause", self.codes(letter))

    def test_neutral_letters(self):
        for lang in LANGS:
            for kind in ("acknowledgement", "progress", "holding", "extension", "final"):
                with self.subTest(lang=lang, kind=kind):
                    ticket = self.make_complaint("SERVICE", kind="inquiry", lang=lang)
                    letter = self.write_letter(kind, ticket)
                    self.assertFalse(letter.template_id.regime_id)
                    self.assertEqual(self.findings(letter), [], letter_text.plain_text(letter.body))

    def test_passed_on(self):
        """DISP 1.7.1R: who, why, how to reach them; for the bank itself it is a final response."""
        other = self.env["res.partner"].create({"name": "Other Bank plc", "email": "x@other.example"})
        for lang in LANGS:
            for regime in ("UK-DISP", "CN-NFRA"):
                with self.subTest(lang=lang, regime=regime):
                    ticket = self.make_complaint(regime, lang=lang)
                    ticket._forward(other, INPUTS[lang]["reasons"])
                    letter = ticket.letter_ids
                    text = letter_text.plain_text(letter.body)
                    self.assertIn("Other Bank plc", text)
                    self.assertIn("x@other.example", text)
                    self.assertEqual("financial-ombudsman.org.uk" in text, regime == "UK-DISP")
                    self.assertEqual(self.findings(letter), [], text)

    def test_a_language_without_clauses_is_not_waved_through(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        ticket = self.make_complaint("EU-PSD2")
        letter = self.write_letter("final", ticket, lang="en_US")
        letter.lang = "fr_FR"
        self.assertFalse(letter.template_id)
        self.assertIn("unchecked_language", self.codes(letter))
        self.assertFalse(letter.is_ready)
