from odoo import api, models


class BankPersonalData(models.AbstractModel):
    """Where the registry keeps data about a contact: every stored link to ``res.partner``, whichever addon made it."""

    _name = "bank.personal.data"
    _description = "Where Personal Data Is"

    # The contact himself and what only shares his record with a user or company.
    NOT_OWNED = ("res.partner", "res.users", "res.company", "mail.message", "mail.mail", "ir.attachment")

    @api.model
    def _stored_models(self):
        """Return the models that have a table of their own."""
        for name in sorted(self.env.registry):
            model = self.env[name]
            if model._auto and not model._abstract and not model._transient and not name.startswith("ir.actions"):
                yield model

    @api.model
    def _links(self, comodel, types=("many2one",)):
        """Return ``{model_name: [field]}`` of the stored fields that lead to ``comodel``."""
        found = {}
        for model in self._stored_models():
            fields_found = [
                field
                for field in model._fields.values()
                if field.store and field.type in types and field.comodel_name == comodel and field.column_type
            ]
            if fields_found:
                found[model._name] = fields_found
        return found

    @api.model
    def _owned_records(self, partners):
        """Return ``{model_name: records}`` that belong to ``partners``: by a link to them, or below such a record.

        Contracts (``bank.holding``) are the books' and not among them.
        """
        owned = {}
        for name, links in self._links("res.partner").items():
            if name in self.NOT_OWNED or name == "bank.holding":
                continue
            model = self.env[name].with_context(active_test=False)
            domain = ["|"] * (len(links) - 1) + [(field.name, "in", partners.ids) for field in links]
            self._add(owned, model.search(domain))
        self._add_lists(owned, partners)
        self._add_meetings(owned, partners)
        self._add_leads(owned, partners)
        self._add_below(owned)
        return owned

    @api.model
    def _records_of_holdings(self, holdings):
        """Return ``{model_name: records}`` of what is kept below contracts and has words in it."""
        return {}

    @api.model
    def _add(self, owned, records):
        if records:
            known = owned.get(records._name)
            owned[records._name] = records | known if known else records

    @api.model
    def _add_lists(self, owned, partners):
        """The bank's records that name several contacts, such as a request to merge them."""
        for model in self._stored_models():
            for field in model._fields.values() if model._name.startswith("bank.") else ():
                if field.type == "many2many" and field.store and field.comodel_name == "res.partner":
                    rows = model.with_context(active_test=False).search([(field.name, "in", partners.ids)])
                    self._add(owned, rows)

    @api.model
    def _add_meetings(self, owned, partners):
        meetings = self.env["calendar.event"].with_context(active_test=False, virtual_id=False)
        self._add(owned, meetings.search([("partner_ids", "in", partners.ids)]))

    @api.model
    def _add_leads(self, owned, partners):
        """Opportunities that carry his address without a link to him."""
        emails = [email for email in partners.mapped("email_normalized") if email]
        leads = self.env["crm.lead"].with_context(active_test=False)
        self._add(owned, leads.search([("partner_id", "=", False), ("email_normalized", "in", emails)]))

    @api.model
    def _add_below(self, owned):
        """Rows that disappear with an owned record (``ondelete='cascade'``) are about the same person."""
        for name in list(owned):
            if name == "bank.holding.party":
                continue
            for below, links in self._links(name).items():
                if below in self.NOT_OWNED or below.startswith("ir."):
                    continue
                names = [field.name for field in links if field.ondelete == "cascade"]
                if names:
                    model = self.env[below].with_context(active_test=False)
                    domain = ["|"] * (len(names) - 1) + [(field, "in", owned[name].ids) for field in names]
                    self._add(owned, model.search(domain))
