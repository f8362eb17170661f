from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools.translate import LazyTranslate

from odoo.addons.bank_crm.tools import text_masking

from ..tools import letter_lint, letter_text

_lt = LazyTranslate(__name__)

# What is told about the findings of tools/letter_lint.py and of this file.
MESSAGES = {
    "empty": _lt("The letter has no text. Choose a template or write one."),
    "missing_clause": _lt("Missing: %(subject)s."),
    "unchecked_language": _lt(
        "The required clauses are not written down in this language (%(subject)s). Ask an administrator to add them."
    ),
    "unresolved": _lt("Fill in or remove: %(subject)s."),
    "wrong_language": _lt("The text is not in the language agreed with the customer (%(subject)s)."),
    "no_points": _lt("Points Raised: list every point that the customer raised, with the answer to it."),
    "empty_point": _lt("Points Raised: write what was raised and the answer to it (point %(subject)s)."),
    "no_outcome": _lt("Outcome: decide on the ticket first."),
    "no_expected_on": _lt("Expected On: enter when the customer will hear from the bank."),
    "past_expected_on": _lt("Expected On: this date has passed. Enter another one."),
    "unmasked_number": _lt("A card, identity or account number stands in full. Keep its last four characters only."),
    "other_addressee": _lt(
        "Addressed to “%(subject)s”, who is not the addressee. Correct the salutation, or confirm the names."
    ),
    "other_customer": _lt("“%(subject)s” is another customer. Remove the name, or confirm the names."),
    "other_number": _lt("“%(subject)s” is a number of another customer. Remove it."),
}
# A joint holder may be named, so a clerk may confirm these; nobody may confirm the others.
CONFIRMABLE = {"other_addressee", "other_customer"}
# Customers of the handler's latest tickets: whose name a text copied from another letter would bring.
RECENT_TICKETS = 200


class BankTicketLetter(models.Model):
    """The check before sending: what has to be true of the text that the customer will read."""

    _inherit = "bank.ticket.letter"

    is_name_confirmed = fields.Boolean(
        string="Names Confirmed",
        copy=False,
        groups="base.group_user",
        help="The names of others in the letter, such as a joint holder's, belong there.",
    )
    checklist = fields.Html(compute="_compute_check", sanitize=False, groups="base.group_user")
    is_ready = fields.Boolean(string="May Be Sent", compute="_compute_check", groups="base.group_user")

    @api.depends(
        "body", "subject", "lang", "kind_id", "point_ids.raised", "point_ids.answer", "expected_on", "recipient_name",
        "ticket_id.outcome", "is_name_confirmed", "state", "amount", "effect_on",
    )  # fmt: skip
    def _compute_check(self):
        drafts = self.filtered(lambda letter: letter.state == "draft" and letter.kind_id and letter.ticket_id)
        found = drafts._lint()
        for letter in self:
            findings = found.get(letter.id)
            letter.is_ready = findings is not None and not letter._blocking(findings)
            letter.checklist = letter._checklist(findings) if findings is not None else letter._checklist_of_sent()

    # ------------------------------------------------------------------
    # Looking for what is wrong
    # ------------------------------------------------------------------

    def _lint(self):
        """Return ``{letter id: findings}``, see ``tools/letter_lint.py``; one pass of queries for all letters."""
        today = fields.Date.context_today(self)
        clauses, unchecked = self._required_clauses(today)
        texts = {letter.id: letter_text.plain_text(letter.body) for letter in self}
        own_names = {letter.id: letter._own_names() for letter in self}
        numbers = self._foreign_numbers(texts)
        names = self._foreign_names()
        found = {}
        for letter in self:
            allowed = [letter_text.normalize(name) for name in own_names[letter.id] if name]
            foreign = [
                name for name in names.get(letter._handler(), ())
                if not any(letter_text.normalize(name) in own for own in allowed)
            ]  # fmt: skip
            facts = letter_lint.Letter(
                text=texts[letter.id],
                lang=letter.lang,
                clauses=tuple(
                    letter_lint.Clause(clause.code, clause.name, clause.pattern, clause.source or "")
                    for clause in clauses.get(letter.id, ())
                ),
                quoted=tuple(filter(None, (letter.ticket_id.subject, *letter.point_ids.mapped("raised")))),
                names=tuple(filter(None, own_names[letter.id])),
                foreign_names=tuple(foreign),
                foreign_numbers=tuple(numbers.get(letter.id, ())),
                points=tuple((point.raised, point.answer) for point in letter.point_ids),
                needs_points=letter.kind_id.needs_points,
                needs_outcome=letter.kind_id.needs_outcome,
                has_outcome=bool(letter.ticket_id.outcome) or letter.ticket_id.kind != "complaint",
                needs_expected_on=letter.kind_id.needs_expected_on,
                expected_on=letter.expected_on or None,
                today=today,
            )
            found[letter.id] = letter_lint.lint(facts, mask=text_masking.mask_numbers)
            found[letter.id] += [
                letter_lint.Finding("unresolved", shown)
                for shown in letter_lint.unresolved(letter.subject or "", facts.quoted)
            ]
            if letter.id in unchecked:
                found[letter.id].append(letter_lint.Finding("unchecked_language", letter.lang))
        return found

    def _required_clauses(self, on):
        return self.env["bank.ticket.letter.clause"]._for_letters(self, on)

    def _own_names(self):
        """Return the names of those whom the letter may be about: the addressee, the customer, the parties."""
        self.ensure_one()
        # sudo: bank.ticket, res.partner - the names are compared with the text, and those that fit are not shown
        ticket = self.ticket_id.sudo()
        names = [self.recipient_name, ticket.contact_name, ticket.partner_id.name, ticket.user_id.name]
        if "party_ids" in ticket._fields:
            names += ticket.party_ids.mapped("name") + ticket.party_ids.partner_id.mapped("name")
        return names

    def _handler(self):
        # Sent by the server: the text is a template's and was copied from nowhere.
        return self.ticket_id.user_id.id if self.is_automatic else self.env.uid

    def _foreign_names(self):
        """Return ``{user id: names of the customers of his latest tickets}`` for the users who write these letters."""
        users = {letter._handler() for letter in self if not letter.is_automatic}
        # sudo: bank.ticket - who is to send a letter is told a name only where it stands in his letter
        tickets = self.env["bank.ticket"].sudo()
        found = {}
        for user_id in users:
            domain = Domain("user_id", "=", user_id) & Domain("partner_id", "!=", False)
            domain &= Domain("partner_id", "not in", self.ticket_id.partner_id.ids)
            latest = tickets.search(domain, order="id desc", limit=RECENT_TICKETS)
            found[user_id] = list(dict.fromkeys(latest.partner_id.mapped("name")))
        return found

    def _foreign_numbers(self, texts):
        """Return ``{letter id: numbers in its text that are another customer's or another customer's ticket's}``."""
        codes = {letter_id: letter_lint.codes(text) for letter_id, text in texts.items()}
        wanted = list({code for found in codes.values() for code in found})
        if not wanted:
            return {}
        # sudo: res.partner, bank.ticket - whose number it is decides whether it may stand there; only the number shows
        partners = (
            self.env["res.partner"].sudo().search_fetch([("customer_number", "in", wanted)], ["customer_number"])
        )
        tickets = self.env["bank.ticket"].sudo().search_fetch([("number", "in", wanted)], ["number", "partner_id"])
        owners = [(partner.customer_number, partner) for partner in partners]
        owners += [(ticket.number, ticket.partner_id) for ticket in tickets]
        found = {}
        for letter in self:
            own = {letter.ticket_id.number, letter.sudo().partner_id.customer_number}  # sudo: as above
            found[letter.id] = [
                number
                for number, partner in owners
                if number in codes[letter.id]
                and number not in own
                and partner != letter.sudo().partner_id  # sudo: as above
            ]
        return found

    # ------------------------------------------------------------------
    # Telling it
    # ------------------------------------------------------------------

    def _blocking(self, findings):
        """Return the findings that forbid sending."""
        self.ensure_one()
        return [finding for finding in findings if finding.code not in CONFIRMABLE or not self.is_name_confirmed]

    @api.model
    def _finding_text(self, finding):
        text = self.env._(MESSAGES[finding.code])  # pylint: disable=prefer-env-translation
        return text.replace("%(subject)s", self._subject_text(finding.subject))

    @api.model
    def _subject_text(self, subject):
        """Return what a finding is about as people know it: a missing value by the name of the field it comes from."""
        name = subject.strip("⟦⟧")
        if name == subject:
            return subject
        field = self._fields.get(name) or self.env["res.company"]._fields.get(f"ticket_{name}")
        return f"“{field._description_string(self.env)}”" if field else f"“{name}”"

    def _checklist(self, findings):
        """Return the check as a list: every required clause, found or missing, then whatever else is wrong."""
        self.ensure_one()
        missing = {finding.subject for finding in findings if finding.code == "missing_clause"}
        clauses = self._required_clauses(fields.Date.context_today(self))[0].get(self.id, ())
        rows = [(clause.name not in missing, clause.name, clause.source) for clause in clauses]
        for finding in findings:
            if finding.code != "missing_clause":
                rows.append((finding not in self._blocking(findings), self._finding_text(finding), False))
        return self._checklist_html(rows)

    def _checklist_of_sent(self):
        rows = [(True, row["name"], row.get("source")) for row in (self.check_data or {}).get("clauses", ())]
        return self._checklist_html(rows) if rows else False

    @api.model
    def _checklist_html(self, rows):
        if not rows:
            return Markup('<p class="text-success">%s</p>') % self.env._("Nothing is missing.")
        items = Markup("").join(
            Markup('<li class="%s"><i class="fa %s me-2" role="img" title="%s"></i>%s%s</li>')
            % (
                "" if is_fine else "text-danger",
                "fa-check text-success" if is_fine else "fa-times",
                self.env._("in order") if is_fine else self.env._("to do"),
                text,
                Markup(' <span class="text-muted">%s</span>') % source if source else "",
            )
            for is_fine, text, source in rows
        )
        return Markup('<ul class="list-unstyled mb-0">%s</ul>') % items

    def _check_texts(self):
        """Refuse to send letters of which something is missing, and keep what was checked.

        :returns: {letter id: what to store as ``check_data``}
        :raises ValidationError: ``[letter_lint]`` names everything that is wrong with the first such letter
        """
        found = self._lint()
        clauses = self._required_clauses(fields.Date.context_today(self))[0]
        for letter in self:
            if blocking := letter._blocking(found[letter.id]):
                raise ValidationError(
                    self.env._(
                        "[letter_lint] %(number)s, %(kind)s: the letter cannot be sent yet.\n%(list)s",
                        number=letter.ticket_id.number,
                        kind=letter.kind_id.name,
                        list="\n".join(f"- {letter._finding_text(finding)}" for finding in blocking),
                    )
                )
        return {
            letter.id: {
                "clauses": [
                    {"id": clause.id, "code": clause.code, "name": clause.name, "source": clause.source or None}
                    for clause in clauses[letter.id]
                ],
                "confirmed": [finding.subject for finding in found[letter.id]],
            }
            for letter in self
        }
