from odoo import api, fields, models
from odoo.tools import SQL

# What describes the person or the relationship is taken over where the surviving profile has nothing.
_KEPT_APART = {"id", "partner_id", "company_id", "create_uid", "create_date", "write_uid", "write_date"}


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    """Odoo's contact merge moves rows by raw SQL. Rows of which a customer may have only one are merged before it."""

    _inherit = "base.partner.merge.automatic.wizard"

    def _merge(self, partner_ids, dst_partner=None, extra_checks=True):
        partners = self.env["res.partner"].browse(partner_ids).exists()
        customers = partners.filtered("is_bank_customer")
        if len(partners) < 2 or not customers:
            return super()._merge(partner_ids, dst_partner=dst_partner, extra_checks=extra_checks)
        target = dst_partner if dst_partner in partners else self._get_ordered_partner(partners.ids)[-1]
        # Only this server code holds the key, see bank.sealed.mixin: the merged contacts may be deleted.
        wizard = self.with_context(bank_seal_key=self.env["bank.sealed.mixin"].SEAL_KEY)
        target = target.with_env(wizard.env)
        with self.env.cr.savepoint():
            wizard._merge_bank_rows(partners.with_env(wizard.env) - target, target)
            result = super(BasePartnerMergeAutomaticWizard, wizard)._merge(
                partner_ids, dst_partner=target, extra_checks=extra_checks
            )
        wizard._after_bank_merge(target)
        return result

    def _merge_bank_rows(self, sources, target):
        """Bring together the rows of which ``target`` may have only one; each room extends it for its own models.

        :param sources: the contacts that will disappear, customers or not
        """
        numbers = sources.filtered("customer_number").mapped("customer_number")
        # Numbers are unique: the target takes a former one over only when its holder has let it go.
        sources.write({"customer_number": False})
        if not target.customer_number and numbers:
            target.write({"customer_number": numbers[0]})
        self._merge_financial_profiles(sources, target)
        self._move_event_sources(sources, target)
        self.env["bank.customer.event"]._record(
            "customer.merged",
            [
                {
                    "partner_id": target.id,
                    "source_model": "res.partner",
                    "source_id": target.id,
                    "payload": {"label": ", ".join(numbers), "merged_ids": sources.ids, "numbers": numbers},
                }
            ],
        )

    def _merge_financial_profiles(self, sources, target):
        # sudo: bank.financial.profile - who may merge contacts need not have the right to delete profiles
        profiles = sources.sudo().financial_profile_id
        keeper = target.sudo().financial_profile_id  # sudo: bank.financial.profile - see above
        sources.sudo().financial_profile_id = False  # sudo: res.partner - the field is read-only for users
        if not keeper:
            keeper = profiles[:1]
            keeper.partner_id = target
            target.sudo().financial_profile_id = keeper  # sudo: res.partner - the field is read-only for users
        for profile in profiles - keeper:
            keeper.write(self._prepare_missing_values(profile, keeper))
        (profiles - keeper).unlink()
        self.env.flush_all()

    def _prepare_missing_values(self, profile, keeper):
        """Return the values of ``profile`` for the stored fields that are empty in ``keeper``, in its currency."""
        return {
            name: self._value_in_currency_of(keeper, profile, field)
            for name, field in profile._fields.items()
            if field.store and not field.compute and name not in _KEPT_APART and profile[name] and not keeper[name]
        }

    @api.model
    def _value_in_currency_of(self, keeper, profile, field):
        value = profile[field.name]
        if field.type != "monetary":
            return value.id if field.relational else value
        company = keeper.company_id or self.env.company
        return profile.currency_id._convert(value, keeper.currency_id, company, fields.Date.context_today(self))

    def _after_bank_merge(self, target):
        """Bring computed figures up to date when everything has moved; other rooms extend it."""
        self.env.invalidate_all()

    def _move_event_sources(self, sources, target):
        """Events that are about the merged contacts themselves lead to the one that remains."""
        self.env.execute_query(
            SQL(
                """UPDATE bank_customer_event SET source_id = %s
                    WHERE source_model = 'res.partner' AND source_id IN %s RETURNING 1""",
                target.id,
                tuple(sources.ids),
            )
        )
