from odoo import api, fields, models
from odoo.tools import SQL

DEFAULT_REMINDERS = "90,60,30"
DEFAULT_GRACE = 90
EXPIRED = "document_expired"


class BankIdentityDocument(models.Model):
    """What time does to documents: verified, expiring, expired; reminders; restricted customers.

    All of it is done for a batch of customers by SQL; the only records made one by one are the reminders that fall due
    on a day. Configured by ``bank_crm.document_reminder_days`` (days before the expiry, separated by commas; the
    greatest is when a document begins to expire) and ``bank_crm.document_grace_days``.
    """

    _inherit = "bank.identity.document"

    @api.model
    def _reminder_days(self):
        """Return the days before an expiry on which the relationship manager is reminded, the greatest first."""
        # sudo: ir.config_parameter - one line of the configuration
        text = self.env["ir.config_parameter"].sudo().get_param("bank_crm.document_reminder_days", DEFAULT_REMINDERS)
        return sorted({int(day) for day in text.split(",") if day.strip()}, reverse=True) or [90]

    @api.model
    def _grace_days(self):
        # sudo: ir.config_parameter - one figure of the configuration
        return int(self.env["ir.config_parameter"].sudo().get_param("bank_crm.document_grace_days", DEFAULT_GRACE))

    @api.model
    def _age(self, today, partner_ids):
        """Bring the documents of these customers and what follows from them up to ``today``.

        :return: number of documents, reminders and customers that changed
        """
        self.env.flush_all()
        changed = self._update_states(today, partner_ids)
        restricted = self._update_kyc_states(today, partner_ids)
        reminded = self._remind(today, partner_ids)
        return changed + restricted + reminded

    # ------------------------------------------------------------------
    # States
    # ------------------------------------------------------------------

    @api.model
    def _update_states(self, today, partner_ids):
        """Set the state of every verified document from its date; return how many changed."""
        self.flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                UPDATE bank_identity_document document
                   SET state = dated.state, write_uid = %(uid)s, write_date = now() AT TIME ZONE 'UTC'
                  FROM (SELECT id,
                               CASE WHEN is_permanent OR expires_on IS NULL OR expires_on > %(horizon)s THEN 'verified'
                                    WHEN expires_on >= %(today)s THEN 'expiring'
                                    ELSE 'expired'
                                END AS state
                          FROM bank_identity_document
                         WHERE partner_id = ANY(%(ids)s) AND state IN ('verified', 'expiring', 'expired')) dated
                 WHERE document.id = dated.id AND document.state != dated.state
             RETURNING document.id, document.state
                """,
                uid=self.env.uid,
                today=today,
                horizon=fields.Date.add(today, days=self._reminder_days()[0]),
                ids=list(partner_ids),
            )
        )
        self.invalidate_model(["state"])
        self._record_documents("document.expired", self.browse([id_ for id_, state in rows if state == "expired"]))
        return len(rows)

    # ------------------------------------------------------------------
    # Customers
    # ------------------------------------------------------------------

    @api.model
    def _update_kyc_states(self, today, partner_ids):
        """A customer without a valid document is due when the last one has expired, and restricted after the days of
        grace; return how many changed."""
        rows = self.env.execute_query(
            SQL(
                """
                UPDATE res_partner partner SET kyc_state = wanted.kyc_state
                  FROM (SELECT partner.id, partner.kyc_state AS former,
                               CASE WHEN lapsed.expired_on < %(limit)s THEN 'restricted' ELSE 'due' END AS kyc_state
                          FROM (SELECT partner_id, max(expires_on) AS expired_on
                                  FROM bank_identity_document
                                 WHERE partner_id = ANY(%(ids)s)
                                   AND state IN ('verified', 'expiring', 'expired')
                                 GROUP BY partner_id
                                HAVING bool_and(state = 'expired')) lapsed
                          JOIN res_partner partner ON partner.id = lapsed.partner_id
                         WHERE partner.is_bank_customer AND partner.kyc_state IS DISTINCT FROM 'restricted') wanted
                 WHERE partner.id = wanted.id AND partner.kyc_state IS DISTINCT FROM wanted.kyc_state
             RETURNING partner.id, wanted.former, wanted.kyc_state
                """,
                ids=list(partner_ids),
                limit=fields.Date.subtract(today, days=self._grace_days()),
            )
        )
        self.env["res.partner"].invalidate_model(["kyc_state"])
        self._record_kyc_changes(rows, EXPIRED)
        return len(rows)

    @api.model
    def _record_kyc_changes(self, rows, cause):
        labels = dict(self.env["res.partner"]._fields["kyc_state"]._description_selection(self.env))
        self.env["bank.customer.event"]._record(
            "kyc.changed",
            [
                {
                    "partner_id": partner_id,
                    "source_model": "res.partner",
                    "source_id": partner_id,
                    "payload": {"from": labels.get(former), "to": labels[state], "state": state, "cause": cause},
                }
                for partner_id, former, state in rows
            ],
        )

    def _lift_restrictions(self):
        """Make customers "verified" again whom only an expired document had made due or restricted."""
        for partner in self.filtered(lambda document: document.state in ("verified", "expiring")).partner_id:
            # sudo: bank.customer.event, res.partner - the state follows from the document the user may verify
            last = (
                self.env["bank.customer.event"]
                .sudo()
                .search([("partner_id", "=", partner.id), ("kind", "=", "kyc.changed")], order="id desc", limit=1)
            )
            cause = last.payload or {}
            former = partner.sudo().kyc_state  # sudo: see above
            if cause.get("cause") == EXPIRED and cause.get("state") == former:
                partner.sudo().kyc_state = "verified"  # sudo: see above
                self._record_kyc_changes([(partner.id, former, "verified")], "document_renewed")

    # ------------------------------------------------------------------
    # Reminders
    # ------------------------------------------------------------------

    @api.model
    def _remind(self, today, partner_ids):
        """Give the relationship managers an activity for each reminder that is due; each is given once.

        :return: number of reminders
        """
        rows = self.env.execute_query(
            SQL(
                """
                UPDATE bank_identity_document document SET reminded_days = due.days
                  FROM (SELECT document.id, document.expires_on, users.id AS user_id, owner.lang,
                               (SELECT min(days) FROM unnest(%(days)s) AS days
                                 WHERE document.expires_on - %(today)s <= days) AS days
                          FROM bank_identity_document document
                          JOIN res_partner partner ON partner.id = document.partner_id
                          JOIN res_users users ON users.id = partner.relationship_manager_id AND users.active
                          JOIN res_partner owner ON owner.id = users.partner_id
                         WHERE document.partner_id = ANY(%(ids)s) AND document.state = 'expiring') due
                 WHERE document.id = due.id AND due.days IS NOT NULL
                   AND (COALESCE(document.reminded_days, 0) = 0 OR document.reminded_days > due.days)
             RETURNING document.id, due.expires_on, due.user_id, due.lang, due.expires_on - %(today)s
                """,
                today=today,
                days=self._reminder_days(),
                ids=list(partner_ids),
            )
        )
        self._forget_reminders(partner_ids)
        self.invalidate_model(["reminded_days"])
        todo = self.env.ref("mail.mail_activity_data_todo")
        model_id = self.env["ir.model"]._get_id(self._name)
        self.env["mail.activity"].with_context(mail_activity_quick_update=True).create(
            [
                {
                    "res_model_id": model_id,
                    "res_id": document_id,
                    "activity_type_id": todo.id,
                    "user_id": user_id,
                    "date_deadline": expires_on,
                    "summary": self._reminder_text(lang, left),
                }
                for document_id, expires_on, user_id, lang, left in rows
            ]
        )
        return len(rows)

    @api.model
    def _reminder_text(self, lang, left):
        model = self.with_context(lang=lang) if lang else self
        return model.env._("Identity document expires in %(days)s days: ask for the new one", days=left)

    @api.model
    def _forget_reminders(self, partner_ids):
        """A document that got a later date is reminded of anew."""
        self.env.execute_query(
            SQL(
                """UPDATE bank_identity_document SET reminded_days = NULL
                    WHERE partner_id = ANY(%s) AND state = 'verified' AND reminded_days > 0 RETURNING 1""",
                list(partner_ids),
            )
        )
