from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

# What a decision was, as opposed to how a ticket ended without one.
DECIDED = ("upheld", "partly", "not_upheld", "no_response")


class BankTicket(models.Model):
    """Decided tickets that are like this one, so that like cases are decided alike.

    Both the candidates and the order come from one search under the access rules of the user: a ticket that he may not
    see is neither shown nor counted.
    """

    _inherit = "bank.ticket"

    SIMILAR_SHOWN = 8
    # Only the newest of the candidates are compared, so that the question stays quick with any number of tickets.
    SIMILAR_CANDIDATES = 2000
    SIMILAR_TEXT = 400
    SIMILAR_LEAST = 0.12

    similar_ticket_ids = fields.Many2many(
        comodel_name="bank.ticket",
        string="Similar Decided Tickets",
        compute="_compute_similar_tickets",
        groups="base.group_user",
        export_string_translation=False,
    )
    similar_ticket_count = fields.Integer(
        string="Similar", compute="_compute_similar_tickets", groups="base.group_user", export_string_translation=False
    )
    _cause_closed_idx = models.Index("(cause_taxon_id, id) WHERE is_open IS NOT TRUE")

    @api.depends("subject", "description", "cause_taxon_id", "product_taxon_id")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_similar_tickets(self):
        for ticket in self:
            ticket.similar_ticket_ids = self.browse(ticket._similar_decided())
            ticket.similar_ticket_count = len(ticket.similar_ticket_ids)

    def _similar_decided(self, limit=None):
        """Find decided tickets with the same cause (or below it) and words like this one's, likest first.

        A ticket without a cause is compared with those of its product; without either, there is nothing to compare.

        :param int limit: how many at most, default :attr:`SIMILAR_SHOWN`
        :return: list of ids that the user may read
        """
        self.ensure_one()
        domain = self._similar_domain()
        text = f"{self.subject or ''} {self.description or ''}"[: self.SIMILAR_TEXT].strip()
        if domain.is_false() or not text or not self.env.registry.has_trigram:
            return []
        self.env["bank.ticket"].flush_model()
        candidates = self.env["bank.ticket"]._search(domain, limit=self.SIMILAR_CANDIDATES, order="id desc")
        likeness = SQL(
            "similarity(ticket.subject || ' ' || left(COALESCE(ticket.description, ''), %s), %s)",
            self.SIMILAR_TEXT,
            text,
        )
        rows = self.env.execute_query(
            SQL(
                """SELECT id FROM (SELECT ticket.id, %s AS likeness
                                     FROM bank_ticket ticket WHERE ticket.id IN %s) found
                    WHERE likeness >= %s ORDER BY likeness DESC, id DESC LIMIT %s""",
                likeness,
                candidates.subselect(),
                self.SIMILAR_LEAST,
                limit or self.SIMILAR_SHOWN,
            )
        )
        return [row[0] for row in rows]

    def _similar_domain(self):
        if self.cause_taxon_id:
            like = Domain("cause_taxon_id", "child_of", self.cause_taxon_id.ids)
        elif self.product_taxon_id:
            like = Domain("product_taxon_id", "child_of", self.product_taxon_id.ids)
        else:
            return Domain.FALSE
        own = self._origin.id
        return (
            like
            & Domain("is_open", "=", False)
            & Domain("outcome", "in", DECIDED)
            & Domain("company_id", "=", self.company_id.id)
            & (Domain("id", "!=", own) if own else Domain.TRUE)
        )

    def action_view_similar_tickets(self):
        """Open the list of the similar decided tickets, likest first within what a list can show."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Similar to %(number)s", number=self.number),
            "res_model": "bank.ticket",
            "view_mode": "list,form",
            "views": [(self.env.ref("bank_crm_complaints.bank_ticket_view_list_similar").id, "list"), (False, "form")],
            "domain": [("id", "in", self._similar_decided(limit=80))],
            "context": {"create": False},
        }
