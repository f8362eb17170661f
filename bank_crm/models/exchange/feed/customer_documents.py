"""Identity documents of the customers of a batch."""

import functools

from odoo.tools import SQL
from odoo.tools.translate import LazyTranslate

from ....tools import identity_numbers, sealing, secrets
from . import references, staging

_lt = LazyTranslate(__name__)


class DocumentFeed:
    """Finds documents by type, country and keyed hash; encrypts only what is new."""

    def __init__(self, feed):
        self.feed = feed
        self.env = feed.env
        self.cr = feed.cr
        self.partner_ids = {}  # external id: partner id, filled while customers are written
        self.hashes = {}  # number in clear: hash, for this batch only
        self.found = {}  # (type, country id or 0, hash): (id, partner id, issued on, expires on)

    @functools.cached_property
    def countries(self):
        """``{ISO code: id}``"""
        return references.countries(self.env)

    @functools.cached_property
    def codes(self):
        """``{id: ISO code}``"""
        return {id_: code for code, id_ in self.countries.items()}

    # ------------------------------------------------------------------
    # Look
    # ------------------------------------------------------------------

    def check(self):
        """Refuse impossible numbers and dates, and documents that belong to somebody else."""
        rows = [(number, values) for number, values in self.feed.valid if values.get("identity_documents")]
        if not rows:
            return
        keys = {self._key(document) for _number, values in rows for document in values["identity_documents"]}
        self._find(keys)
        first = {}
        for number, values in rows:
            own_id = self.feed.known.get(values["external_id"], {}).get("id")
            for position, document in enumerate(values["identity_documents"], 1):
                self._check_document(number, f"identity_documents[{position}]", document, own_id, first)

    def _check_document(self, number, name, document, own_id, first):
        add = self.feed.problems.add
        key = self._key(document)
        if key[2] == self._hash(""):
            add(number, f"{name}.number", "required_field")
        elif key not in self.found:  # what is registered stays, whatever it looks like
            self._check_number(number, name, document)
        issued_on, expires_on = document.get("issued_on"), document.get("expires_on")
        if issued_on and expires_on and issued_on >= expires_on:
            add(number, f"{name}.expires_on", "invalid_date", expected=_lt(" after %s", issued_on))
        if key in self.found and self.found[key][1] != own_id:
            add(number, f"{name}.number", "duplicate_identity_document")
        elif key in first:
            add(number, f"{name}.number", "duplicate_key", other=first[key])
        first.setdefault(key, number)

    def _check_number(self, number, name, document):
        code = self.codes.get(self._country_id(document), "")
        if identity_numbers.wrong_country(document["type"], code):
            self.feed.problems.add(number, f"{name}.country_code", "invalid_document_country")
        elif identity_numbers.problem_of(document["type"], code, document["number"]):
            self.feed.problems.add(number, f"{name}.number", "invalid_document_number")

    def _key(self, document):
        return document["type"], self._country_id(document) or 0, self._hash(document["number"])

    def _country_id(self, document):
        """Return the id of the issuing country; documents that only one country issues need not name it."""
        code = identity_numbers.COUNTRY_OF_TYPE.get(document["type"])
        return document.get("country_code") or (self.countries.get(code) if code else None)

    def _hash(self, number):
        if number not in self.hashes:
            self.hashes[number] = sealing.keyed_hash(number)
        return self.hashes[number]

    def _find(self, keys):
        types, countries, hashes = zip(*keys, strict=True)
        rows = self.env.execute_query(
            SQL(
                """SELECT document.type, COALESCE(document.country_id, 0), document.number_hash, document.id,
                          document.partner_id, document.issued_on, document.expires_on
                     FROM unnest(%s::text[], %s::int[], %s::text[]) AS wanted(type, country_id, number_hash)
                     JOIN bank_identity_document document
                       ON document.type = wanted.type AND COALESCE(document.country_id, 0) = wanted.country_id
                      AND document.number_hash = wanted.number_hash AND document.state != 'superseded'""",
                list(types),
                list(countries),
                list(hashes),
            )
        )
        self.found = {row[:3]: row[3:] for row in rows}

    # ------------------------------------------------------------------
    # Write
    # ------------------------------------------------------------------

    def apply(self):
        """Add new documents and write changed dates.

        :return: ids of the customers that have a new or changed document
        """
        new, changed, touched = [], [], set()
        for _number, values in self.feed.valid:
            for document in values.get("identity_documents") or ():
                partner_id = self.partner_ids.get(values["external_id"])
                if partner_id is None:  # an earlier row of a customer who was merged: the later one counts
                    continue
                found = self.found.get(self._key(document))
                if found is None:
                    new.append((partner_id, document))
                elif dates := self._changed_dates(document, found):
                    changed.append((found[0], *dates))
                else:
                    continue
                touched.add(partner_id)
        staging.update_rows(
            self.cr, "bank_identity_document", ["id", "issued_on", "expires_on"], sorted(changed), self.feed.stamp
        )
        self._insert(new)
        return touched

    @staticmethod
    def _changed_dates(document, found):
        dates = (document.get("issued_on", found[2]), document.get("expires_on", found[3]))
        return dates if dates != found[2:4] else None

    def _insert(self, new):
        if not new:
            return
        model = self.env["bank.identity.document"]
        labels = model._type_labels_by_language()
        ids = staging.reserve_ids(self.cr, "bank_identity_document", len(new))
        columns = ["id", "partner_id", "type", "country_id", "issued_on", "expires_on"]
        sealed = secrets.columns("number")
        rows = []
        for document_id, (partner_id, document) in zip(ids, new, strict=True):
            numbers = model._prepare_secret_values("number", document["number"])
            rows.append(
                (
                    document_id,
                    partner_id,
                    document["type"],
                    self._country_id(document),
                    document.get("issued_on"),
                    document.get("expires_on"),
                    *[numbers[name] for name in sealed],
                )
            )
            self.feed.events.add(
                "document.added", partner_id, model._name, document_id, {"label": labels[document["type"]]}
            )
        staging.insert_rows(
            self.cr,
            "bank_identity_document",
            [*columns, *sealed],
            rows,
            {"state": "draft", "source": self.feed.source, **self.feed.birth_stamp},
        )
