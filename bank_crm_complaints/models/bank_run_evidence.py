from odoo import api, fields, models
from odoo.tools import SQL

JOB = "ticket_evidence"


class BankRun(models.Model):
    """Learning from the bank's own closed tickets which words speak for which classification.

    Each run counts anew, so corrections of the classification, erasures and new restrictions take effect; it goes
    through the newest tickets only, and a run that was killed goes on where it stopped.
    """

    _inherit = "bank.run"

    EVIDENCE_BATCH = 1000
    EVIDENCE_TICKETS = 50_000

    job = fields.Selection(selection_add=[(JOB, "Words of Classified Tickets")], ondelete={JOB: "cascade"})

    @api.model
    def _cron_ticket_evidence(self):
        """Learn for every company; called again by the scheduler until nothing remains."""
        for company in self.env["res.company"].search([("active", "=", True)]):
            if self.with_company(company)._run_job(JOB).state == "running":
                return

    @api.model
    def _cron_of(self, job):
        return "bank_crm_complaints.ir_cron_ticket_evidence" if job == JOB else super()._cron_of(job)

    @api.model
    def _select_lessons(self, company):
        """Return the query of the tickets to learn from: closed, classified, and open to every agent."""
        return SQL(
            """SELECT id FROM bank_ticket
                WHERE company_id = %s AND state = 'closed' AND confidentiality = 'public'
                  AND COALESCE(outcome, '') != 'duplicate'
                  AND (product_taxon_id IS NOT NULL OR cause_taxon_id IS NOT NULL)
                ORDER BY id DESC LIMIT %s""",
            company.id,
            self.EVIDENCE_TICKETS,
        )

    @api.model
    def _count_for(self, job):
        if job != JOB:
            return super()._count_for(job)
        self.env["bank.ticket"].flush_model()
        query = SQL("SELECT count(*) FROM (%s) lesson", self._select_lessons(self.env.company))
        return self.env.execute_query(query)[0][0]

    def _next_batch(self):
        if self.job != JOB:
            return super()._next_batch()
        rows = self.env.execute_query(
            SQL(
                "SELECT id FROM (%s) lesson WHERE id > %s ORDER BY id LIMIT %s",
                self._select_lessons(self.company_id),
                self.last_id or 0,
                self.EVIDENCE_BATCH,
            )
        )
        if not rows:  # in the transaction that also ends the run
            self.env["bank.ticket.taxon.evidence"]._finish(self.id, self.company_id)
        return [row[0] for row in rows]

    def _work_on(self, partner_ids):
        if self.job != JOB:
            return super()._work_on(partner_ids)
        rows = self.env.execute_query(
            SQL(
                "SELECT subject, description, product_taxon_id, cause_taxon_id FROM bank_ticket WHERE id = ANY(%s)",
                list(partner_ids),
            )
        )
        return self.env["bank.ticket.taxon.evidence"]._learn(rows, self.id, self.company_id)
