from odoo import api, models

# Models of addons that this one does not depend on, but which Odoo installs by itself: link to a contact.
OPTIONAL_LINKS = {
    "snailmail.letter": "partner_id",
    "sms.sms": "partner_id",
}


class IrRule(models.Model):
    _inherit = "ir.rule"

    @api.model
    def _load_bank_optional_rules(self):
        """Isolate customers in the models of addons that may or may not be installed; called at each update."""
        for name, path in OPTIONAL_LINKS.items():
            model = self.env.get(name)
            if model is not None and path in model._fields:
                self._load_records([self._prepare_bank_optional_rule(name, path)], update=True)

    @api.model
    def _prepare_bank_optional_rule(self, name, path):
        company = " + [('company_id', 'in', company_ids + [False])]" if "company_id" in self.env[name]._fields else ""
        return {
            "xml_id": f"bank_crm.{name.replace('.', '_')}_rule_customer",
            "noupdate": True,
            "values": {
                "name": f"{name}: customers by role",
                "model_id": self.env["ir.model"]._get_id(name),
                "domain_force": f"user._bank_linked_domain('{path}'){company}",
            },
        }
