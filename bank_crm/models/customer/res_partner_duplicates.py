import re

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import SQL

from odoo.addons.phone_validation.models.mail_thread_phone import PHONE_REGEX_PATTERN

from ...tools import sealing
from .res_partner_privacy import BANK_STAFF

TEXT_KEYS = ("document_number", "phone", "email", "name")
KEYS = (*TEXT_KEYS, "birthdate", "partner_id")


class ResPartner(models.Model):
    """Is somebody a customer already? Answered across all branches, without showing what the asker may not see."""

    _inherit = "res.partner"

    reveal_log_ids = fields.One2many(
        comodel_name="bank.reveal.log",
        inverse_name="partner_id",
        string="Who Has Seen Numbers in Full",
        groups="bank_crm.group_compliance,bank_crm.group_auditor",
    )

    _bank_phone_idx = models.Index("(phone_sanitized) WHERE phone_sanitized IS NOT NULL")

    @api.model
    @api.readonly
    def bank_find_duplicates(self, values):
        """Return the customers that may be the person or company described by ``values``.

        Example (JSON-2)::

            POST /json/2/res.partner/bank_find_duplicates
            {"values": {"phone": "+86 21 5550 0101", "name": "Lin Xiaoyu", "birthdate": "1984-02-29"}}

        :param values: at least one of ``document_number`` (exact, of any document), ``phone``, ``email``, ``name``
            with ``birthdate`` (ISO 8601); ``partner_id`` is the customer asked about, who is left out of the answer
        :return: list of ``{"stub": False, "id", "name", "customer_number", "branch", "reasons"}`` for customers whom
            the caller may see and ``{"stub": True, "branch", "reasons", "remedy": "request_transfer"}`` for others;
            ``reasons`` are of ``document``, ``phone``, ``email``, ``name_birthdate``; ``branch`` is a name or False
        :raises AccessError: ``[access_denied]`` for callers who are no bank staff
        :raises ValidationError: ``[unknown_field]``, ``[required_field]``, ``[wrong_type]``, ``[invalid_date]``
        """
        found = self._bank_duplicate_reasons(self._check_duplicate_values(values))
        visible = self.browse(found)._filtered_access("read")
        # sudo: res.partner - of customers whom the caller may not see only the branch is told
        everybody = self.sudo().browse(found)
        return [
            {
                "stub": False,
                "id": partner.id,
                "name": partner.display_name,
                "customer_number": partner.customer_number or False,
                "branch": partner.branch_id.name or False,
                "reasons": found[partner.id],
            }
            if partner.with_env(self.env) in visible
            else {
                "stub": True,
                "branch": partner.branch_id.name or False,
                "reasons": found[partner.id],
                "remedy": "request_transfer",
            }
            for partner in everybody
        ]

    @api.model
    def bank_request_transfer(self, values, reason):
        """Ask for the transfer of the customers who match ``values`` and belong to somebody else.

        :param values: as for :meth:`bank_find_duplicates`
        :param reason: why the caller should have the customer
        :return: ``{"requested": number of claims}``
        :raises ValidationError: as :meth:`bank_find_duplicates`, and ``[unknown_customer]`` when there is no match
        """
        found = self._bank_duplicate_reasons(self._check_duplicate_values(values))
        visible = self.browse(found)._filtered_access("read")
        # sudo: res.partner - the claim is about a customer whom the claimant may not see yet
        hidden = self.sudo().browse([id_ for id_ in found if id_ not in visible._ids])
        if not hidden:
            raise ValidationError(
                self.env._("[unknown_customer] values: no customer of another branch matches. Check for duplicates.")
            )
        for partner in hidden:
            self._bank_open_claim(partner, reason)
        return {"requested": len(hidden)}

    @api.model
    def _bank_open_claim(self, partner, reason):
        """Open a claim on ``partner`` for the current user; the room ``ownership`` does it."""
        raise UserError(self.env._("Transfers cannot be requested here. Ask the branch directly."))

    # ------------------------------------------------------------------
    # Look
    # ------------------------------------------------------------------

    @api.model
    def _check_duplicate_values(self, values):
        """Return ``values`` checked, without empty ones."""
        if not self.env.user.has_group(BANK_STAFF):
            raise AccessError(self.env._("[access_denied] Only staff of the bank may look for customers."))
        if not isinstance(values, dict):
            raise ValidationError(self.env._("[wrong_type] values: give an object with named fields."))
        for key, value in values.items():
            if key not in KEYS:
                raise ValidationError(
                    self.env._(
                        "[unknown_field] %(key)s: this key is not known. Known keys: %(known)s.",
                        key=str(key)[:64],
                        known=", ".join(KEYS),
                    )
                )
            if key in TEXT_KEYS and value and not isinstance(value, str):
                raise ValidationError(self.env._("[wrong_type] %(key)s: send a text.", key=key))
        wanted = {key: value for key, value in values.items() if value}
        wanted["birthdate"] = self._check_duplicate_birthdate(wanted.get("birthdate"))
        if not any(wanted.get(key) for key in ("document_number", "phone", "email")) and not (
            wanted.get("name") and wanted["birthdate"]
        ):
            raise ValidationError(
                self.env._(
                    "[required_field] values: send a document number, a phone, an e-mail address, or a name with a "
                    "birthdate."
                )
            )
        return wanted

    @api.model
    def _check_duplicate_birthdate(self, value):
        try:
            return fields.Date.to_date(value) if value else None
        except (ValueError, TypeError) as error:
            raise ValidationError(
                self.env._("[invalid_date] birthdate: this is not a possible date. Write it as YYYY-MM-DD.")
            ) from error

    @api.model
    def _bank_duplicate_reasons(self, wanted):
        """Return ``{partner id: [reasons]}``, whoever may see them, in the order of ids."""
        hashes = wanted.get("document_hashes") or []
        if wanted.get("document_number"):
            hashes = [*hashes, sealing.keyed_hash(wanted["document_number"])]
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT found.id, array_agg(DISTINCT found.reason ORDER BY found.reason)
                  FROM (%s) AS found(id, reason)
                  JOIN res_partner partner ON partner.id = found.id
                 WHERE partner.is_bank_customer AND partner.active AND partner.id != %s
                   AND (partner.company_id IS NULL OR partner.company_id = ANY(%s))
                 GROUP BY found.id ORDER BY found.id LIMIT 50
                """,
                SQL(" UNION ALL ").join(self._bank_duplicate_queries(wanted, hashes)),
                wanted.get("partner_id") or 0,
                self.env.companies.ids,
            )
        )
        return dict(rows)

    @api.model
    def _bank_duplicate_queries(self, wanted, hashes):
        queries = [
            SQL("SELECT partner_id, 'document' FROM bank_identity_document WHERE number_hash = ANY(%s)", hashes)
        ]
        if phone := wanted.get("phone"):
            queries += self._bank_phone_queries(phone)
        if email := wanted.get("email"):
            queries.append(
                SQL("SELECT id, 'email' FROM res_partner WHERE email_normalized = %s", email.strip().lower())
            )
        if wanted.get("name") and wanted["birthdate"]:
            queries.append(
                SQL(
                    """SELECT partner.id, 'name_birthdate'
                         FROM bank_financial_profile profile
                         JOIN res_partner partner ON partner.id = profile.partner_id
                        WHERE profile.birthdate = %s AND lower(partner.name) = lower(%s)""",
                    wanted["birthdate"],
                    wanted["name"].strip(),
                )
            )
        return queries

    @api.model
    def _bank_phone_queries(self, phone):
        """The same number as Odoo writes it, or in the same digits where Odoo takes it for none."""
        sanitized = self._phone_format(number=phone) or ""
        return [
            SQL("SELECT id, 'phone' FROM res_partner WHERE phone_sanitized = %s", sanitized),
            # as in the index of phone_validation
            SQL(
                r"""SELECT id, 'phone' FROM res_partner
                     WHERE phone IS NOT NULL
                       AND regexp_replace(phone::text, '[\s\\./\(\)\-]'::text, ''::text, 'g'::text) = %s""",
                re.sub(PHONE_REGEX_PATTERN, "", phone),
            ),
        ]

    # ------------------------------------------------------------------
    # Screen
    # ------------------------------------------------------------------

    def action_check_duplicates(self):
        """Open the list of customers who may be the same as this one."""
        self.ensure_one()
        self.check_access("read")
        check = self.env["bank.duplicate.check"]._make_for(self)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Possible Duplicates"),
            "res_model": check._name,
            "res_id": check.id,
            "views": [(False, "form")],
            "target": "new",
        }

    def _bank_own_duplicate_values(self):
        """Return what :meth:`_bank_duplicate_reasons` needs to find others like this customer."""
        self.ensure_one()
        documents = self.sudo().identity_document_ids  # sudo: bank.identity.document - hashes are closed to users
        return {
            "document_hashes": [number_hash for number_hash in documents.mapped("number_hash") if number_hash],
            "phone": self.phone,
            "email": self.email,
            "name": self.name,
            "birthdate": self.sudo().financial_profile_id.birthdate or None,  # sudo: bank.financial.profile - compared
            "partner_id": self._origin.id,
        }
