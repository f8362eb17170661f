import ast

from odoo import api, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain


class BankSurveyProgram(models.Model):
    """Which customers a programme is about: a domain that staff choose and the server applies to all customers."""

    _inherit = "bank.survey.program"

    @api.constrains("partner_domain")
    def _check_program_domain(self):
        for program in self:
            self._check_partner_domain(
                program.partner_domain, program._fields["partner_domain"]._description_string(self.env)
            )

    @api.model
    def _check_partner_domain(self, text, label):
        """Check a domain of customers that was typed in: whoever saves it may only ask about what he may read.

        :param text: the domain as text
        :param label: of the field, for the message
        :raises ValidationError: it cannot be read, or names what does not exist or the user may not see
        """
        try:
            domain = Domain(ast.literal_eval(text or "[]"))
            # As the user himself, although Odoo checks constraints as superuser: making the query checks each field.
            # Rules of records are left out, since a rule that shows him nobody would end the query before its fields
            # are looked at; it is not carried out.
            self.env["res.partner"].sudo(False)._search(domain, bypass_access=True)
        except Exception as error:
            raise ValidationError(
                self.env._(
                    "%(field)s: the selection of customers cannot be used. Choose conditions on fields that exist and "
                    "that you may see.",
                    field=label,
                )
            ) from error

    def _customer_domain(self, *texts):
        """Return the domain of those customers of the company whom this programme is about.

        :param texts: more domains as text, such as that of a wave
        """
        self.ensure_one()
        domain = Domain("is_bank_customer", "=", True) & Domain("company_id", "in", (False, self.company_id.id))
        for text in (self.partner_domain, *texts):
            domain &= Domain(ast.literal_eval(text or "[]"))
        return domain
