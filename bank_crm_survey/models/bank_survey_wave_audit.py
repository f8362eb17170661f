from odoo import models
from odoo.tools import SQL

from ..tools.sampling import rank_key

MOST_NAMED = 20


class BankSurveyWave(models.Model):
    """Whether a sample is what its seed says: anybody who may read the wave can ask."""

    _inherit = "bank.survey.wave"

    def _check_sample(self):
        """Compute the ranks anew from the seed and compare them with the list that was drawn.

        :return: a dictionary:

            - ``follows``: whether the sample is what the seed says; the next four have to be right for it
            - ``digest``: whether the frozen population is the one of the wave's digest
            - ``ranks``: number of customers whose rank does not follow from the seed
            - ``drawn``: number of invitations that do not fit their rank
            - ``gaps``: number of customers down to the last rank looked at who have no invitation
            - ``population``: number of customers when it was frozen
            - ``gone``, ``added``: ids of those who do not belong to it today, number of those who have joined: no
              fault, customers come and go
        """
        self.ensure_one()
        wrong_ranks, ranks = 0, {}
        members = set()
        for stratum in self.stratum_ids:
            kept = stratum._ranks()
            expected = sorted(kept, key=lambda partner_id: rank_key(self.seed, partner_id))
            wrong_ranks += sum(kept[partner_id] != rank for rank, partner_id in enumerate(expected, 1))
            ranks |= {partner_id: (stratum.id, rank) for rank, partner_id in enumerate(expected, 1)}
            members |= kept.keys()
        wrong_drawn, gaps = self._compare_invitations(ranks)
        gone, added = self._compare_population(members)
        is_whole = self._digest() == (self.population_digest or self._digest())
        return {
            "follows": is_whole and not wrong_ranks and not wrong_drawn and not gaps,
            "population": len(members),
            "digest": is_whole,
            "ranks": wrong_ranks,
            "drawn": wrong_drawn,
            "gaps": gaps,
            "gone": gone,
            "added": added,
        }

    def _compare_invitations(self, ranks):
        """Return the numbers of invitations that do not fit ``{partner_id: (stratum_id, rank)}``, and of gaps."""
        self.env["bank.survey.invitation"].flush_model()
        rows = self.env.execute_query(
            SQL("SELECT partner_id, stratum_id, sample_rank FROM bank_survey_invitation WHERE wave_id = %s", self.id)
        )
        drawn = {partner_id: (stratum_id, rank) for partner_id, stratum_id, rank in rows}
        last = {stratum.id: stratum.last_rank for stratum in self.stratum_ids}
        present = set(self.env["res.partner"].sudo().browse(ranks).exists().ids)  # sudo: res.partner - ids alone
        wrong = sum(
            ranks.get(partner_id) != place or place[1] > last.get(place[0], 0) for partner_id, place in drawn.items()
        )
        gaps = sum(
            rank <= last[stratum_id] and partner_id not in drawn and partner_id in present
            for partner_id, (stratum_id, rank) in ranks.items()
        )
        return wrong, gaps

    def _compare_population(self, members):
        # sudo: res.partner - see _select_population
        partners = self.env["res.partner"].sudo()
        today = set(partners._search(self.program_id._customer_domain(self.partner_domain)))
        return sorted(members - today), len(today - members)

    def action_check_sample(self):
        """Say whether the drawn list follows from the seed, and how the population has changed since."""
        self.check_access("read")
        self._check_state(("frozen", "sending", "open", "closed"), self.env._("check its sample"))
        found = self._check_sample()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success" if found["follows"] else "danger",
                "sticky": True,
                "title": self.env._("The Sample Follows From the Seed")
                if found["follows"]
                else self.env._("The Sample Does Not Follow From the Seed"),
                "message": self._sample_message(found),
            },
        }

    def _sample_message(self, found):
        message = self.env._(
            "Population %(population)s. Ranks that do not follow: %(ranks)s; invitations out of their rank: "
            "%(drawn)s; left out: %(gaps)s.",
            **{name: found[name] for name in ("population", "ranks", "drawn", "gaps")},
        )
        if not found["digest"]:
            message += " " + self.env._("The list of customers was changed after it was frozen.")
        if found["gone"] or found["added"]:
            message += " " + self.env._(
                "Since then %(gone)s customers have left the population, and %(added)s have joined it.",
                gone=len(found["gone"]),
                added=found["added"],
            )
            # As the user: only the names that he may know.
            visible = self.env["res.partner"].search([("id", "in", found["gone"])], limit=MOST_NAMED)
            if visible:
                names = ", ".join(visible.mapped("display_name"))
                message += " " + self.env._("Left: %(names)s.", names=names)
        return message
