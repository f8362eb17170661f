"""What tests of letters share: complaints under a regime, and letters with everything in them."""

from odoo import Command

from .common import TicketCase

INPUTS = {
    "en_US": {
        "facts": "The fee was taken by mistake on two days.",
        "reasons": "The agreement says that the account is free of charge.",
        "offer": "We pay the fee back and apologise.",
        "delay_reason": "We wait for the report of the other bank, on which we depend.",
    },
    "zh_CN": {
        "facts": "经查，系统误收两笔费用。",
        "reasons": "根据协议约定，该账户免收管理费。",
        "offer": "我行将退还所收费用并致歉。",
        "delay_reason": "需等待他行提供调查材料。",
    },
}
POINTS = {
    "en_US": ("You were charged a fee.", "The fee was a mistake and is paid back."),
    "zh_CN": ("您被收取了费用。", "该费用系误收，现予退还。"),
}


class LetterCase(TicketCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("zh_CN")
        cls.company.write(
            {
                "phone": "+86 10 1234 5678",
                "email": "service@bank.example.com",
                "ticket_adr_name": "Schlichtungsstelle",
                "ticket_adr_contact": "www.schlichtung.example.org",
            }
        )
        cls.anna.write({"street": "1 Long Street", "city": "Beijing", "zip": "100000"})
        cls.kinds = {kind.code: kind for kind in cls.env["bank.ticket.letter.kind"].search([])}

    @classmethod
    def make_complaint(cls, *regimes, partner=None, **values):
        """Register a complaint under the regimes with these codes and no others."""
        found = cls.env["bank.ticket.regime"].search([("code", "in", regimes)])
        assert len(found) == len(regimes), regimes
        return cls.make_ticket(partner=partner, **{"regime_ids": [Command.set(found.ids)], "lang": "en_US", **values})

    @classmethod
    def complete(cls, kind, ticket, **values):
        """Return the values of a letter in which nothing is missing."""
        lang = values.get("lang") or ticket.lang or "en_US"
        raised, answer = POINTS[lang]
        kind = cls.kinds[kind]
        return {
            "ticket_id": ticket.id,
            "kind_id": kind.id,
            **INPUTS[lang],
            "expected_on": "2099-01-31" if kind.needs_expected_on else False,
            "amount": 25,
            "currency_id": cls.cny.id,
            "effect_on": "2026-04-01",
            "point_ids": [Command.create({"raised": raised, "answer": answer})] if kind.needs_points else [],
            **values,
        }

    def write_letter(self, kind, ticket, role="agent", **values):
        """Write a complete letter as ``role``."""
        if self.kinds[kind].needs_outcome and not ticket.outcome:
            ticket.write({"outcome": "upheld", "outcome_reason": "A mistake."})
        letters = self.env["bank.ticket.letter"].with_user(self.users[role])
        return letters.create(self.complete(kind, ticket, **values))

    def findings(self, letter):
        return letter._lint()[letter.id]

    def codes(self, letter):
        return [finding.code for finding in self.findings(letter)]
