import hashlib
import json

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

ERASED = "[erased]"

# Kinds of columns that can hold words about a person.
TEXT_TYPES = ("char", "text", "html", "json", "binary", "properties", "reference")

# What names a kind of thing and no person, in whichever model it stands.
TECHNICAL_NAMES = {
    "code",
    "kind",
    "state",
    "type",
    "source",
    "source_model",
    "model",
    "res_model",
    "rule_version",
    "model_name",
    "message_id",
    "lang",
    "tz",
    "uuid",
}

# Records about the person himself: everything on them goes, but what the books and access need.
PERSON_MODELS = {
    "res.partner": {
        "company_id",
        "is_company",
        "type",
        "active",
        "is_bank_customer",
        "customer_type",
        "partner_share",
        "branch_id",
        "tier_id",
        "relationship_manager_id",
        "parent_id",
        "commercial_partner_id",
        "bank_customer_id",
        "lifecycle_stage",
        "financial_profile_id",
        "is_restricted",
        "is_anonymized",
        "color",
        "autopost_bills",
    },
    "bank.financial.profile": {
        "partner_id",
        "company_id",
        "currency_id",
        "total_deposit",
        "total_loan",
        "total_card",
        "total_fund",
        "total_wealth",
        "total_insurance",
        "total_metal",
        "total_other",
        "held_away_total",
        "aum",
        "aum_month_average",
        "net_assets",
        "product_count",
        "figures_as_of",
        "totals_computed_at",
        "relationship_start_on",
    },
    "bank.identity.document": {"partner_id", "type", "state"},
}

# Words that stay, because they are the books' and name nobody.
KEPT_FIELDS = {
    "bank.holding": {"external_id"},
    "bank.transaction": {"external_id"},
    "bank.transaction.revision": {"changed_fields"},
    "bank.privacy.request": {"name"},
    "bank.legal.hold": {"reference"},
    "bank.tier.history": {"inputs"},
    "bank.lifecycle.history": {"inputs"},
    "bank.customer.value": {"rfm_cell"},
    "bank.benefit.use": {"reference"},
    "bank.figure.correction": {"field_name"},
}

# Rows of no use without the person.
DELETED_MODELS = (
    "mail.notification",
    "mail.followers",
    "mail.activity",
    "mail.scheduled.message",
    "mail.push.device",
    "mail.blacklist",
    "phone.blacklist",
    "bank.exchange.key",
    "sms.sms",
    "calendar.attendee",
)

LOG_FIELDS = {"id", "create_uid", "create_date", "write_uid", "write_date"}


class BankErasure(models.AbstractModel):
    """Anonymises a customer for good, in every table that the registry knows, and proves what was done.

    It works on columns, not on records: nothing is tracked, recomputed or refused on the way, sealed rows included.
    Contracts, balances and events stay and lead to the anonymised contact.
    """

    _name = "bank.erasure"
    _description = "Erasure of a Customer"

    @api.model
    def _check_erasable(self, partner):
        # sudo: res.users, res.company - only whether he is a colleague or a company
        partner = partner.sudo().with_context(active_test=False)
        companies = partner.env["res.company"].search_count([("partner_id", "=", partner.id)])
        if companies or partner.user_ids.filtered(lambda user: user._is_internal()):
            raise UserError(
                self.env._(
                    "Customer: he is a colleague or a company of this database, which cannot be anonymised here."
                )
            )

    @api.model
    def _erase(self, partner, request):
        """Anonymise ``partner`` and return the proof.

        :return: JSON as bytes: ``{"request", "erased_at", "steps": [{"step", "model", "action", "count", "fields",
            "previous", "hash"}]}``; each hash covers its step and the hash before, nothing in it is personal
        """
        self._check_erasable(partner)
        # sudo: all models - retention and hold were checked; the law wants everything gone, whoever may see it
        me = self.sudo().with_context(active_test=False)
        steps = me._erase_steps(me._subjects(partner.sudo()))  # sudo: see above
        self.env["bank.customer.event"]._record(
            "privacy.erased",
            [{"partner_id": partner.id, "source_model": request._name, "source_id": request.id}],
        )
        return self._prove(request, steps)

    @api.model
    def _subjects(self, partner):
        """Return the contact and the addresses below it that are no customers or users themselves."""
        subjects = partner.with_context(active_test=False)
        below = subjects.child_ids
        while below := below.filtered(lambda child: not child.is_bank_customer and not child.user_ids) - subjects:
            subjects |= below
            below = below.child_ids
        return subjects

    @api.model
    def _erase_steps(self, subjects):
        self.env.flush_all()
        markers = self._markers(subjects)
        others = subjects.child_ids - subjects
        owned = self.env["bank.personal.data"]._owned_records(subjects)
        self._add_lists(owned, subjects)
        contracts = self._contracts(subjects)
        everything = {**owned, "res.partner": subjects}
        if contracts:
            everything["bank.holding"] = contracts
            everything |= self.env["bank.personal.data"]._records_of_holdings(contracts)
        steps = [
            *self._erase_mails(everything, subjects, markers),
            *self._erase_attachments(everything),
            *self._erase_users(subjects),
            *self._erase_references(everything),
            *self._erase_owned(everything),
            *self._erase_relations(subjects),
            *self._sweep(markers),
        ]
        self._finish(subjects, others)
        return [step for step in steps if step["count"]]

    @api.model
    def _step(self, model, action, count, names=()):
        return {"model": model, "action": action, "count": count, "fields": sorted(names)}

    # ------------------------------------------------------------------
    # What to look for
    # ------------------------------------------------------------------

    @api.model
    def _markers(self, subjects):
        """Return the values by which the person can be found in logs: ``{"names": [...], "addresses": [...]}``."""
        addresses = set()
        for name in ("email", "email_normalized", "phone", "phone_sanitized", "customer_number"):
            addresses |= set(subjects.mapped(name))
        return {
            "names": sorted({name for name in subjects.mapped("name") if name and len(name) > 1}),
            "addresses": sorted(value for value in addresses if value and len(value) > 5),
        }

    @api.model
    def _add_lists(self, owned, subjects):
        """His entries on Odoo's blacklists, unless somebody else has the same address."""
        partners = self.env["res.partner"].with_context(active_test=False)
        for model, field, partner_field in (
            ("mail.blacklist", "email", "email_normalized"),
            ("phone.blacklist", "number", "phone_sanitized"),
        ):
            values = {value for value in subjects.mapped(partner_field) if value}
            shared = partners.search([(partner_field, "in", list(values)), ("id", "not in", subjects.ids)])
            values -= set(shared.mapped(partner_field))
            entries = self.env[model].with_context(active_test=False).search([(field, "in", list(values))])
            if entries:
                owned[model] = entries

    @api.model
    def _contracts(self, subjects):
        """Return the holdings of which nobody else is a party: their numbers are the person's own."""
        holdings = self.env["bank.holding.party"].search([("partner_id", "in", subjects.ids)]).holding_id
        return holdings.filtered(
            lambda holding: (
                not (holding.party_ids.partner_id - subjects).filtered(lambda party: not party.is_anonymized)
            )
        )

    # ------------------------------------------------------------------
    # Steps
    # ------------------------------------------------------------------

    @api.model
    def _erase_mails(self, everything, subjects, markers):
        """Messages on his records, by him, and the mails that carried them."""
        rows = set()
        for name, records in everything.items():
            rows |= self._found_ids(
                SQL("SELECT id FROM mail_message WHERE model = %s AND res_id IN %s", name, tuple(records.ids))
            )
        rows |= self._found_ids(SQL("SELECT id FROM mail_message WHERE author_id IN %s", tuple(subjects.ids)))
        patterns = self._patterns(markers["addresses"])
        rows |= self._found_ids(SQL("SELECT id FROM mail_message WHERE email_from ILIKE ANY(%s)", patterns))
        mails = self._found_ids(
            SQL(
                """SELECT id FROM mail_mail WHERE mail_message_id = ANY(%s) OR email_to ILIKE ANY(%s)
                       OR email_cc ILIKE ANY(%s)
                    UNION SELECT mail_mail_id FROM mail_mail_res_partner_rel WHERE res_partner_id IN %s""",
                list(rows),
                patterns,
                patterns,
                tuple(subjects.ids),
            )
        )
        rows |= self._found_ids(SQL("SELECT mail_message_id FROM mail_mail WHERE id = ANY(%s)", list(mails)))
        messages = self.env["mail.message"].browse(sorted(rows))
        everything["mail.message"] = messages  # attachments and references of messages follow them
        tracked = self._delete("mail_tracking_value", "mail_message_id", messages.ids)
        notified = self._delete("mail_notification", "mail_message_id", messages.ids)
        sent = self._delete("mail_mail", "id", list(mails))
        return [
            self._step("mail.tracking.value", "deleted", tracked),
            self._step("mail.notification", "deleted", notified),
            self._step("mail.mail", "deleted", sent),
        ]

    @api.model
    def _erase_attachments(self, everything):
        attachments = self.env["ir.attachment"]
        for name, records in everything.items():
            # A condition on the field: without it Odoo leaves out pictures, which are attachments of fields.
            attachments |= attachments.search(
                [
                    ("res_model", "=", name),
                    ("res_id", "in", records.ids),
                    ("id", "!=", 0),
                    "|",
                    ("res_field", "=", False),
                    ("res_field", "!=", False),
                ]
            )
        attachments |= everything["mail.message"].attachment_ids
        for records in everything.values():
            for name, field in records._fields.items():
                if field.type == "many2many" and field.comodel_name == "ir.attachment" and field.store:
                    attachments |= records.mapped(name)
        count = len(attachments)
        attachments.unlink()
        return [self._step("ir.attachment", "deleted", count)]

    @api.model
    def _erase_users(self, subjects):
        """Log-ins of the portal: closed, and nothing on them tells whose they were."""
        users = subjects.user_ids
        if not users:
            return []
        steps = []
        for table in ("res_users_apikeys", "auth_totp_device", "res_device_log", "res_users_log"):
            if self._has_table(table):
                column = "create_uid" if table == "res_users_log" else "user_id"
                steps.append(self._step(table, "deleted", self._delete(table, column, users.ids)))
        names = self._blank(users, set())
        self.env.execute_query(
            SQL(
                "UPDATE res_users SET login = 'erased-' || id, active = FALSE WHERE id IN %s RETURNING 1",
                tuple(users.ids),
            )
        )
        return [*steps, self._step("res.users", "anonymised", len(users), names)]

    @api.model
    def _erase_references(self, everything):
        """Rows that name a record by model and id: activities, followers, names given by imports, ratings…"""
        steps = []
        for model in self.env["bank.personal.data"]._stored_models():
            for field in list(model._fields.values()):
                if (
                    field.type != "many2one_reference"
                    or not field.store
                    or model._name in ("mail.message", "ir.attachment", "bank.customer.event")
                ):
                    continue
                for name, records in everything.items():
                    domain = [(field.model_field, "=", name), (field.name, "in", records.ids)]
                    if model._name == "ir.model.data":
                        domain.append(("module", "in", ("__import__", "__export__")))
                    rows = model.with_context(active_test=False).search(domain)
                    if not rows:
                        continue
                    if model._name == "ir.model.data" or model._name in DELETED_MODELS:
                        steps.append(self._step(model._name, "deleted", self._delete(model._table, "id", rows.ids)))
                    else:
                        names = self._blank(rows, KEPT_FIELDS.get(model._name, set()))
                        steps.append(self._step(model._name, "anonymised", len(rows), names))
        return steps

    @api.model
    def _erase_owned(self, everything):
        steps = []
        for name, records in everything.items():
            if not records:
                continue
            if name in DELETED_MODELS:
                steps.append(self._step(name, "deleted", self._delete(records._table, "id", records.ids)))
            else:
                kept = PERSON_MODELS.get(name, KEPT_FIELDS.get(name, set()))
                names = self._blank(records, kept, whole=name in PERSON_MODELS)
                steps.append(self._step(name, "anonymised", len(records), names))
        return steps

    @api.model
    def _erase_relations(self, subjects):
        """Lists of contacts: recipients, attendees, tags."""
        relations = set()
        for model in self.env["bank.personal.data"]._stored_models():
            for field in model._fields.values():
                if field.type != "many2many" or not field.store or not field.relation:
                    continue
                if field.comodel_name == "res.partner":
                    relations.add((field.relation, field.column2))
                if model._name == "res.partner":
                    relations.add((field.relation, field.column1))
        return [
            self._step(table, "deleted", self._delete(table, column, subjects.ids))
            for table, column in sorted(relations)
            if self._has_table(table)
        ]

    @api.model
    def _sweep(self, markers):
        """What names the person in logs and in other people's records."""
        everywhere = self._patterns(markers["names"] + markers["addresses"])
        if not everywhere:
            return []
        logs = [
            ("bus_bus", SQL("DELETE FROM bus_bus WHERE message ILIKE ANY(%s) RETURNING 1", everywhere)),
            ("ir_logging", SQL("DELETE FROM ir_logging WHERE message ILIKE ANY(%s) RETURNING 1", everywhere)),
            (
                "bank_exchange_error",
                SQL(
                    """UPDATE bank_exchange_error SET row_data = NULL, message = %s
                        WHERE message ILIKE ANY(%s) OR row_data::text ILIKE ANY(%s) RETURNING 1""",
                    ERASED,
                    everywhere,
                    everywhere,
                ),
            ),
            (
                "discuss_channel",
                SQL(
                    "UPDATE discuss_channel SET name = %s || ' ' || id WHERE name ILIKE ANY(%s) RETURNING 1",
                    ERASED,
                    self._patterns(markers["addresses"]),
                ),
            ),
        ]
        steps = [
            self._step(table, "swept", len(self.env.execute_query(query)))
            for table, query in logs
            if self._has_table(table)
        ]
        return [*steps, *self._sweep_messages(markers["addresses"])]

    @api.model
    def _sweep_messages(self, addresses):
        """His addresses in messages about others."""
        count = 0
        for address in addresses:
            count += len(
                self.env.execute_query(
                    SQL(
                        """UPDATE mail_message SET body = replace(body, %(value)s, %(erased)s),
                                  subject = replace(subject, %(value)s, %(erased)s)
                            WHERE body LIKE %(pattern)s OR subject LIKE %(pattern)s RETURNING 1""",
                        value=address,
                        erased=ERASED,
                        pattern=self._patterns([address])[0],
                    )
                )
            )
        return [self._step("mail.message", "swept", count, ("body", "subject"))]

    @api.model
    def _finish(self, subjects, others):
        """Give the contact a name that names nobody, and close it."""
        self.env.execute_query(
            SQL(
                """UPDATE res_partner SET name = %(erased)s || ' ' || id, complete_name = %(erased)s || ' ' || id,
                          active = FALSE, is_anonymized = TRUE, is_restricted = TRUE, kyc_state = NULL,
                          lifecycle_stage = CASE WHEN lifecycle_stage = 'deceased' THEN 'deceased' ELSE 'closed' END
                    WHERE id IN %(ids)s RETURNING 1""",
                erased=ERASED,
                ids=tuple(subjects.ids),
            )
        )
        self.env.invalidate_all(flush=False)
        for name in ("complete_name", "commercial_company_name"):
            self.env.add_to_compute(others._fields[name], others)
        self.env.flush_all()

    # ------------------------------------------------------------------
    # Columns
    # ------------------------------------------------------------------

    @api.model
    def _blank(self, records, kept, whole=False):
        """Empty the columns of ``records`` that can hold words, or with ``whole`` all but ``kept``.

        :return: the names of the emptied fields
        """
        required = self._required_columns(records._table) | ({"name"} if records._name == "res.partner" else set())
        assignments = {}
        for name, field in records._fields.items():
            if not field.store or not field.column_type or name in kept or name in LOG_FIELDS:
                continue
            if whole or (field.type in TEXT_TYPES and name not in TECHNICAL_NAMES):
                value = self._blank_value(field, name in required)
                if value is not None:
                    assignments[name] = value
        if assignments and records:
            # Not through the ORM, whose log would quote the row if the database refused it.
            self.env.cr.execute(
                SQL(
                    "UPDATE %s SET %s WHERE id IN %s",
                    SQL.identifier(records._table),
                    SQL(", ").join(SQL("%s = %s", SQL.identifier(name), value) for name, value in assignments.items()),
                    tuple(records.ids),
                ),
                log_exceptions=False,
            )
        return set(assignments)

    @api.model
    def _blank_value(self, field, required):
        """Return the SQL value that says nothing, or None where a column has to stay."""
        if not required:
            return SQL("NULL")
        if field.column_type[0] == "jsonb":
            return (
                SQL("jsonb_build_object('en_US', %s || ' ' || id)", ERASED) if field.translate else SQL("'{}'::jsonb")
            )
        if field.type in ("char", "text", "html"):
            return SQL("%s || ' ' || id", ERASED)
        return None

    @api.model
    def _required_columns(self, table):
        return {
            row[0]
            for row in self.env.execute_query(
                SQL(
                    "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND attnotnull",
                    table,
                )
            )
        }

    @api.model
    def _has_table(self, table):
        return self.env.execute_query(SQL("SELECT to_regclass(%s) IS NOT NULL", table))[0][0]

    @api.model
    def _found_ids(self, query):
        return {row[0] for row in self.env.execute_query(query) if row[0]}

    @api.model
    def _delete(self, table, column, ids):
        if not ids:
            return 0
        return len(
            self.env.execute_query(
                SQL(
                    "DELETE FROM %s WHERE %s = ANY(%s) RETURNING 1",
                    SQL.identifier(table),
                    SQL.identifier(column),
                    list(ids),
                )
            )
        )

    @api.model
    def _patterns(self, values):
        """Return patterns of LIKE that find these words anywhere."""
        escape = str.maketrans({"\\": "\\\\", "%": "\\%", "_": "\\_"})
        return [f"%{value.translate(escape)}%" for value in values]

    # ------------------------------------------------------------------
    # Proof
    # ------------------------------------------------------------------

    @api.model
    def _prove(self, request, steps):
        previous = hashlib.sha256(f"{request._name},{request.id}".encode()).hexdigest()
        chain = []
        for number, step in enumerate(steps, start=1):
            entry = {"step": number, **step, "previous": previous}
            previous = hashlib.sha256(json.dumps(entry, sort_keys=True).encode()).hexdigest()
            chain.append({**entry, "hash": previous})
        proof = {
            "request": request.name,
            "erased_at": fields.Datetime.now().isoformat(),
            "steps": chain,
        }
        return json.dumps(proof, indent=1, sort_keys=True).encode()

    @api.model
    def _verify(self, request, content):
        """Return whether a proof file is complete and unchanged."""
        previous = hashlib.sha256(f"{request._name},{request.id}".encode()).hexdigest()
        for entry in json.loads(content)["steps"]:
            body = {key: value for key, value in entry.items() if key != "hash"}
            digest = hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()
            if entry["previous"] != previous or entry["hash"] != digest:
                return False
            previous = digest
        return True
