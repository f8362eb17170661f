from odoo import api, fields, models
from odoo.tools import SQL

from ..tools.sampling import allocate, size_of_sample
from .bank_survey_program_inviting import Occasion

# Columns of the contact by which each choice of strata divides the population.
STRATUM_FIELDS = {
    "none": (),
    "tier": ("tier_id",),
    "branch": ("branch_id",),
    "value_class": ("value_class",),
    "tier_branch": ("tier_id", "branch_id"),
}
KEY_FIELDS = ("tier_id", "branch_id", "value_class")


class BankSurveyWave(models.Model):
    """How a sample is drawn: the population is frozen once, then ranks are gone down in batches.

    Every step can be repeated. Within a stratum the ranks are ``row_number() over (order by md5(seed || ':' || id),
    id)``; the first ones are drawn until the number of the stratum is reached. Who may not be asked keeps his rank as
    a suppressed invitation; with ``top_up`` the next one in rank takes his place.
    """

    _inherit = "bank.survey.wave"

    DRAW_BATCH = 2000
    FEWEST_LOOKED_AT = 200  # so that the last few to replace do not take a batch each

    # ------------------------------------------------------------------
    # The population
    # ------------------------------------------------------------------

    def _freeze(self):
        """Fix whom the wave is about: population, strata, how many of each, and the questionnaire.

        Everything is read in one transaction, so the population is one moment's.
        """
        self.ensure_one()
        groups = self._population_groups()
        strata = self._ensure_strata(groups)
        self._keep_members(strata)
        total = sum(count for *_key, count in groups)
        self._set_targets(strata, size_of_sample(self.sampling, total, self.sample_size, self.sample_percent))
        self._unguarded().write(
            {
                "survey_id": self.program_id.survey_id.id,
                "population_size": total,
                "population_digest": self._digest(),
                "frozen_at": fields.Datetime.now(),
            }
        )

    def _select_population(self):
        """Return the query of the population: (id, tier_id, branch_id, value_class), NULL where not divided."""
        # sudo: res.partner - the population does not depend on who asks; only numbers and the drawn ones leave
        partners = self.env["res.partner"].sudo()
        query = partners._search(self.program_id._customer_domain(self.partner_domain))
        wanted = STRATUM_FIELDS[self.stratify_by]
        types = {"tier_id": SQL("int"), "branch_id": SQL("int"), "value_class": SQL("text")}
        columns = [
            SQL("%s AS %s", SQL.identifier("res_partner", name), SQL.identifier(name))
            if name in wanted
            else SQL("NULL::%s AS %s", types[name], SQL.identifier(name))
            for name in KEY_FIELDS
        ]
        return query.select(SQL.identifier("res_partner", "id"), *columns)

    def _population_groups(self):
        """Return ``[(tier_id, branch_id, value_class, count)]`` of the population of now."""
        self.env["res.partner"].flush_model()
        return self.env.execute_query(
            SQL(
                """SELECT tier_id, branch_id, value_class, count(*) FROM (%s) AS population
                    GROUP BY 1, 2, 3 ORDER BY 1 NULLS LAST, 2 NULLS LAST, 3 NULLS LAST""",
                self._select_population(),
            )
        )

    def _ensure_strata(self, groups):
        """Return the strata of this wave, with those made that the population has and nobody planned."""
        strata = self.stratum_ids
        planned = {
            (stratum.tier_id.id or None, stratum.branch_id.id or None, stratum.value_class or None)
            for stratum in strata
        }
        new = strata._unguarded().create(
            [
                {"wave_id": self.id, "is_found": True, **dict(zip(KEY_FIELDS, key, strict=True))}
                for *key, _count in groups
                if tuple(key) not in planned
            ]
        )
        return strata | new

    def _keep_members(self, strata):
        """Keep the ids of the population in their strata, in the order of their ranks."""
        strata.flush_recordset()
        self.flush_recordset(["seed"])
        self.env.execute_query(
            SQL(
                """
                WITH part AS (
                    SELECT tier_id, branch_id, value_class,
                           array_agg(id ORDER BY md5(%s || ':' || id) COLLATE "C", id) AS ids
                      FROM (%s) AS population GROUP BY 1, 2, 3)
                UPDATE bank_survey_stratum AS stratum
                   SET member_ids = COALESCE(part.ids, '{}'), population = COALESCE(cardinality(part.ids), 0)
                  FROM bank_survey_stratum AS own LEFT JOIN part
                    ON (part.tier_id, part.branch_id, part.value_class)
                       IS NOT DISTINCT FROM (own.tier_id, own.branch_id, NULLIF(own.value_class, ''))
                 WHERE own.id = stratum.id AND own.wave_id = %s RETURNING 1
                """,
                self.seed,
                self._select_population(),
                self.id,
            )
        )
        strata.invalidate_recordset(["population"])

    def _set_targets(self, strata, total):
        strata = strata.sorted("id")
        fixed = {index: stratum.target for index, stratum in enumerate(strata) if stratum.target}
        numbers = allocate(total, strata.mapped("population"), fixed)
        for index, (stratum, number) in enumerate(zip(strata, numbers, strict=True)):
            stratum._unguarded().write({"target": number, "is_fixed": index in fixed, "last_rank": 0})

    def _digest(self):
        self.stratum_ids.flush_recordset()
        return self.env.execute_query(
            SQL(
                """SELECT md5(COALESCE(string_agg(id::text, ',' ORDER BY id), ''))
                     FROM (SELECT unnest(member_ids) AS id FROM bank_survey_stratum WHERE wave_id = %s) AS member""",
                self.id,
            )
        )[0][0]

    # ------------------------------------------------------------------
    # The draw
    # ------------------------------------------------------------------

    def _strata_to_draw(self):
        """Return the strata that want more customers and have some who were not looked at."""
        return self.stratum_ids.sorted("id").filtered(
            lambda stratum: stratum._left_to_draw() and stratum.last_rank < stratum.population
        )

    @api.model
    def _next_ranks(self, stratum):
        """Return ``{partner_id: rank}`` of the next batch of a stratum, in rank order."""
        left = stratum._left_to_draw()
        limit = max(2 * left, self.FEWEST_LOOKED_AT) if stratum.wave_id.top_up else left
        return stratum._ranks(stratum.last_rank, min(limit, self.DRAW_BATCH))

    def _draw(self, stratum, ranks):
        """Draw from one batch of ranks; return the number of those who were drawn.

        Running it twice changes nothing: who has an invitation of this wave is left out, and ``last_rank`` moves in
        the transaction that writes them.
        """
        self.ensure_one()
        program = self.program_id
        occasion = Occasion(wave=self, stratum_id=stratum.id, ranks=ranks, send_after=self.send_at or None)
        left = stratum._left_to_draw()
        # Merged away since the wave was frozen: see _check_sample.
        partners = self.env["res.partner"].browse(ranks).exists()
        partners = program._uninvited(partners.browse(id_ for id_ in ranks if id_ in partners._ids), occasion)
        rulings = program._rulings_of_occasion(partners, occasion, at=self._moment_of_draw())
        looked_at, chosen = self._cut(rulings, left if self.top_up else len(rulings))
        program._insert_invitations(chosen, occasion)
        last = max(ranks.values()) if looked_at is None else ranks[looked_at]
        stratum._unguarded().write({"last_rank": last})
        stratum._recount()
        return sum(not ruling.reason for ruling in chosen.values())

    @api.model
    def _cut(self, rulings, number):
        """Keep rulings in order of rank until ``number`` customers are found.

        :return: ``(partner_id of the last one looked at or None for all, rulings)``
        """
        chosen, found = {}, 0
        for partner_id, ruling in rulings.items():
            chosen[partner_id] = ruling
            found += not ruling.reason
            if found == number and not ruling.reason:
                return partner_id, chosen
        return None, chosen

    def _moment_of_draw(self):
        """Return the moment for which customers are judged: that of freezing, so that a draw that was interrupted goes
        on as it began; later ones are judged by the day on which they are made.
        """
        moment = self.frozen_at if self.state == "sampling" else fields.Datetime.now()
        return max(moment, self.send_at) if self.send_at else moment

    def _finish_drawing(self):
        """Nobody is left to draw, or enough are drawn: the sample is frozen."""
        for wave in self.filtered("is_drawing"):
            wave.stratum_ids._recount()
            state = "frozen" if wave.state == "sampling" else wave.state
            wave._unguarded().write({"is_drawing": False, "state": state})
            if state == "open":  # the outbox has something to do again
                wave._unguarded().write({"state": "sending"})
