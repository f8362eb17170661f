"""Customer events, collected and written with one statement."""

import json

from . import staging


class EventWriter:
    """Collects rows of ``bank.customer.event``."""

    def __init__(self, env):
        self.env = env
        self.rows = []

    def add(self, kind, partner_id, source_model, source_id, payload):
        """Note a fact; see ``bank.customer.event`` for the meanings."""
        self.rows.append((partner_id, kind, source_model, source_id, json.dumps(payload)))

    def store(self):
        """Insert what was collected."""
        now, uid = self.env.cr.now(), self.env.uid
        constants = {
            "occurred_at": now,
            "user_id": uid,
            "create_uid": uid,
            "create_date": now,
            "write_uid": uid,
            "write_date": now,
        }
        staging.insert_rows(
            self.env.cr,
            "bank_customer_event",
            ["partner_id", "kind", "source_model", "source_id", "payload"],
            self.rows,
            constants,
        )
        self.rows = []
