from collections import Counter, defaultdict

from odoo import api, fields, models
from odoo.tools import SQL

from ..tools.classifier import scoring
from ..tools.classifier.tokens import tokens

# Stands for the ticket itself: its rows count the tickets of a place. No token of a text has this form.
ANY_TOKEN = "*"


class BankTicketTaxonEvidence(models.Model):
    """In how many closed tickets of a place of the classification a word occurs: what suggestions are made of.

    The rows are counted by the job ``ticket_evidence`` of ``bank.run``; ``generation`` is the run, and only the last
    run that was finished is asked, so a half-finished one never shows. Words of fewer than :attr:`LEAST_TICKETS`
    tickets are forgotten, as they might point to a person; restricted tickets are not learned from at all.
    """

    _name = "bank.ticket.taxon.evidence"
    _description = "Learned Word of a Classification"
    _order = "generation desc, tickets desc, id"
    _rec_name = "token"

    LEAST_TICKETS = 3

    taxon_id = fields.Many2one(
        comodel_name="bank.ticket.taxon", string="Classification", required=True, readonly=True, ondelete="cascade"
    )
    axis = fields.Selection(related="taxon_id.axis")
    company_id = fields.Many2one(comodel_name="res.company", required=True, readonly=True, ondelete="cascade")
    token = fields.Char(string="Word", required=True, readonly=True)
    tickets = fields.Integer(
        required=True, readonly=True, help="Closed tickets of this place in which the word occurs."
    )
    generation = fields.Integer(required=True, readonly=True, export_string_translation=False)

    _count_uniq = models.UniqueIndex("(generation, token, taxon_id)", "Each word is counted once a place.")
    _taxon_idx = models.Index("(taxon_id)")

    # ------------------------------------------------------------------
    # Asking
    # ------------------------------------------------------------------

    @api.model
    def _suggest(self, text, company, axes=("product", "cause")):
        """Propose places of the classification for a text; nothing is set.

        :param str text: what the customer wrote
        :param company: record of ``res.company`` whose closed tickets are the experience
        :param axes: the trees in question
        :return: dictionary axis -> list of up to three ``{id, name, short, label, share, reasons}``, best first;
            ``share`` is 0..1 among the places of the tree, ``reasons`` are the words of the text that speak for it
        """
        present = tokens(text)
        if not present:
            return {axis: [] for axis in axes}
        totals, counts = self._evidence_for(present, company)
        answer = {
            axis: scoring.suggest(present, totals.get(axis, {}), counts.get(axis, {})) for axis in axes
        }
        chosen = {proposal.category for proposals in answer.values() for proposal in proposals}
        # sudo: bank.ticket.taxon - names of the configuration, for whoever registers a ticket
        taxa = {taxon.id: taxon for taxon in self.env["bank.ticket.taxon"].sudo().browse(chosen)}
        return {
            axis: [
                {
                    "id": proposal.category,
                    "name": taxa[proposal.category].display_name,
                    "short": taxa[proposal.category].name,
                    "label": taxa[proposal.category].complete_name,
                    "share": round(proposal.share, 3),
                    "reasons": [token for token, _weight in proposal.reasons],
                }
                for proposal in proposals
            ]
            for axis, proposals in answer.items()
        }

    @api.model
    def _evidence_for(self, present, company):
        """Return ``({axis: {taxon id: tickets}}, {axis: {token: {taxon id: tickets}}})`` of the last finished run."""
        rows = self.env.execute_query(
            SQL(
                """SELECT taxon.axis, evidence.taxon_id, evidence.token, evidence.tickets
                     FROM bank_ticket_taxon_evidence evidence
                     JOIN bank_ticket_taxon taxon ON taxon.id = evidence.taxon_id AND taxon.active
                    WHERE evidence.generation = (SELECT max(run.id) FROM bank_run run
                                                  WHERE run.job = 'ticket_evidence' AND run.state = 'done'
                                                    AND run.company_id = %s)
                      AND evidence.token = ANY(%s)""",
                company.id,
                [ANY_TOKEN, *present],
            )
        )
        totals, counts = defaultdict(dict), defaultdict(lambda: defaultdict(dict))
        for axis, taxon_id, token, tickets in rows:
            if token == ANY_TOKEN:
                totals[axis][taxon_id] = tickets
            else:
                counts[axis][token][taxon_id] = tickets
        return totals, counts

    # ------------------------------------------------------------------
    # Learning
    # ------------------------------------------------------------------

    @api.model
    def _learn(self, rows, generation, company):
        """Add the words of closed tickets to the counts of a run.

        :param rows: tuples (subject, description, product id or None, cause id or None)
        :return: number of the tickets that taught something
        """
        counted = Counter()
        learned = 0
        for subject, description, *taxon_ids in rows:
            present = tokens(f"{subject or ''}\n{description or ''}")
            places = [taxon_id for taxon_id in taxon_ids if taxon_id]
            learned += bool(places and present)
            for taxon_id in places:
                counted.update((taxon_id, token) for token in present)
                counted[taxon_id, ANY_TOKEN] += 1
        if counted:
            self.env.execute_query(
                SQL(
                    """INSERT INTO bank_ticket_taxon_evidence
                              (generation, company_id, taxon_id, token, tickets,
                               create_uid, create_date, write_uid, write_date)
                       SELECT %(run)s, %(company)s, new.taxon_id, new.token, new.tickets,
                              %(uid)s, now() AT TIME ZONE 'UTC', %(uid)s, now() AT TIME ZONE 'UTC'
                         FROM unnest(%(taxa)s::int[], %(tokens)s::text[], %(counts)s::int[])
                              AS new(taxon_id, token, tickets)
                           ON CONFLICT (generation, token, taxon_id)
                           DO UPDATE SET tickets = bank_ticket_taxon_evidence.tickets + excluded.tickets
                    RETURNING 1""",
                    run=generation,
                    company=company.id,
                    uid=self.env.uid,
                    taxa=[taxon_id for taxon_id, _token in counted],
                    tokens=[token for _taxon_id, token in counted],
                    counts=list(counted.values()),
                )
            )
        return learned

    @api.model
    def _finish(self, generation, company):
        """Forget the words of too few tickets, and the counts of earlier runs."""
        # A ticket counts once an axis, so the axis in which a word occurs most says in how many tickets it occurs.
        self.env.execute_query(
            SQL(
                """WITH kept AS (
                       SELECT DISTINCT evidence.token FROM bank_ticket_taxon_evidence evidence
                         JOIN bank_ticket_taxon taxon ON taxon.id = evidence.taxon_id
                        WHERE evidence.generation = %(run)s
                        GROUP BY evidence.token, taxon.axis HAVING sum(evidence.tickets) >= %(least)s
                   )
                   DELETE FROM bank_ticket_taxon_evidence evidence
                    WHERE evidence.company_id = %(company)s
                      AND (evidence.generation != %(run)s
                           OR (evidence.token != %(any)s
                               AND NOT EXISTS (SELECT 1 FROM kept WHERE kept.token = evidence.token)))
                RETURNING 1""",
                run=generation,
                company=company.id,
                any=ANY_TOKEN,
                least=self.LEAST_TICKETS,
            )
        )
