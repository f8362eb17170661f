"""What the feeds have in common."""

from .problems import Problems


class Feed:
    """The rows of one batch on their way into the database.

    :meth:`look_at` writes nothing: it fills ``problems`` and ``valid``.  :meth:`apply` writes what is
    valid and counts.

    :param env: superuser environment of the caller's user and company, without flags in the context
    :param source: the system that sends
    """

    kind = None  # the batch's kind, see bank.exchange.batch
    makes_keys = True  # whether two batches of one source at the same time could create the same record twice

    def __init__(self, env, source):
        self.env = env
        self.cr = env.cr
        self.source = source
        self.company = env.company
        self.problems = Problems(env)
        self.valid = []
        self.created = self.updated = self.unchanged = 0

    @property
    def stamp(self):
        """The columns that the ORM writes into a changed record."""
        return {"write_uid": self.env.uid, "write_date": self.cr.now()}

    @property
    def birth_stamp(self):
        """The columns that the ORM writes into a new record."""
        return {"create_uid": self.env.uid, "create_date": self.cr.now(), **self.stamp}

    def look_at(self, rows):
        """Check the rows without writing anything."""
        self.valid = self.schema(rows).convert_all(rows, self.problems)
        self.check(rows)
        if self.problems.rows:
            bad = self.problems.rows
            self.valid = [item for item in self.valid if item[0] not in bad]

    def schema(self, rows):
        """Return the :class:`Schema`, with the references that occur in ``rows``."""
        raise NotImplementedError

    def check(self, rows):
        """Check what rows have to do with each other and with the database."""
        raise NotImplementedError

    def apply(self):
        """Write ``valid`` and set ``created``, ``updated``, ``unchanged``."""
        raise NotImplementedError

    def refresh_figures(self, partner_ids):
        """Bring the totals of customers up to date, and put newcomers on the tier of their assets.

        :param partner_ids: ids, or :class:`odoo.tools.SQL` of a sub-select that gives them
        """
        self.env["bank.financial.profile"]._refresh_totals(partner_ids)
        self.env["bank.tier"]._assign_newcomers(partner_ids)

    def refuse_duplicates(self, key, field):
        """Refuse rows whose ``key(values)`` an earlier row has; None is no key."""
        first = {}
        add = self.problems.add
        for number, values in self.valid:
            value = key(values)
            if value is not None and first.setdefault(value, number) != number:
                add(number, field, "duplicate_key", other=first[value])
