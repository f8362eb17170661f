"""The book of one points account: the only way by which points move one account at a time.

Every operation locks the row of the account, brings it up to date (what has become available, what has expired),
books, and writes the row, all in one transaction. PostgreSQL refuses the second of two transactions that lock the
same row (REPEATABLE READ), and Odoo repeats that call, which then sees what the first one has left. Locking alone, or
adding up the entries alone, would let both spend the same points.
"""

from datetime import timedelta

from odoo.exceptions import ValidationError
from odoo.tools import SQL

from . import statements

MOST_POINTS = 1_000_000_000


class Book:
    """A locked account.

    :param account: ``bank.points.account``, one record, as superuser
    """

    def __init__(self, account):
        self.env = account.env
        self.account = account
        self.today = self.env["bank.run"]._today()
        self.now = self.env.cr.now()
        self.row = statements.lock(self.env, account.id)
        self.program = account.program_id
        self._settle()

    @property
    def balance(self):
        return self.row["balance"]

    @property
    def pending(self):
        return self.row["pending"]

    # ------------------------------------------------------------------ bookings

    def earn(self, points, *, kind="earn", value_on=None, available_on=None, expires_on=None, **values):
        """Add a lot; debts are paid from it at once.

        :param points: at least 1
        :param available_on: default: as the programme says for the value date
        :param expires_on: default: as the programme says for the value date
        :return: id of the entry
        """
        self._check_open()
        value_on = value_on or self.today
        available_on = available_on or self.program._available_on(value_on)
        is_pending = available_on > self.today
        self._move(is_pending, points)
        lot_id = self._insert(
            kind=kind,
            points=points,
            value_on=value_on,
            available_on=available_on,
            expires_on=expires_on or self.program._expires_on(value_on),
            is_pending=is_pending,
            remaining=points,
            **values,
        )
        self._pay_debts(lot_id, points, is_pending)
        self._settle()  # the points of a late fact may have expired already
        self._save(lot_id)
        return lot_id

    def spend(self, points, *, kind="redeem", **values):
        """Take points from the lots that expire first.

        :return: id of the entry
        :raises ValidationError: ``[insufficient_points]``, ``[account_frozen]``, ``[account_closed]``
        """
        self._check_open()
        self._check_not_frozen()
        self._check_sufficient(points)
        uses, missing = self._choose(points)
        if missing:
            raise AssertionError("the lots hold less than the balance")  # nightly reconciliation would have found it
        entry_id = self._insert(kind=kind, points=-points, value_on=self.today, **values)
        self._take(entry_id, entry_id, uses)
        self._save(entry_id)
        return entry_id

    def reverse(self, original, points, **values):
        """Undo ``points`` of an entry: what was spent goes back into its lots, what was earned is taken back.

        :param original: ``bank.points.entry`` of this account
        :param points: at least 1, at most what of it is not yet reversed
        :return: id of the entry
        :raises ValidationError: ``[reverse_exceeds]``, ``[not_reversible]``, ``[account_closed]``
        """
        self._check_open()
        left = statements.lock_reversible(self.env, original.id)
        if original.kind in ("reverse", "expire", "merge_in", "merge_out"):
            raise ValidationError(
                self.env._(
                    "[not_reversible] original_key: an entry of the kind “%(kind)s” cannot be reversed. Book an "
                    "adjustment instead.",
                    kind=dict(original._fields["kind"]._description_selection(self.env))[original.kind],
                )
            )
        if points > left:
            raise ValidationError(
                self.env._(
                    "[reverse_exceeds] points: %(points)s are more than the %(left)s points of this entry that are not "
                    "reversed yet. Send fewer.",
                    points=points,
                    left=left,
                )
            )
        statements.note_reversed(self.env, original.id, points)
        book = self._give_back if original.points < 0 else self._take_back
        entry_id = book(original, points, values)
        self._settle()
        self._save(entry_id)
        return entry_id

    # ------------------------------------------------------------------ holds

    def hold(self, points):
        """Promise points to a redemption: they leave the balance and stay in their lots.

        :return: list of (lot id, points), to be kept by the redemption
        :raises ValidationError: as :meth:`spend`
        """
        self._check_open()
        self._check_not_frozen()
        self._check_sufficient(points)
        uses, _missing = self._choose(points)
        statements.add_held(self.env, [(lot["id"], taken) for lot, taken in uses])
        self.row["balance"] -= points
        self.row["held"] += points
        self._save()
        return [(lot["id"], taken) for lot, taken in uses]

    def release(self, uses):
        """Give points that were held back to the balance; those of lots that have expired live for the grace."""
        total = sum(taken for _lot, taken in uses)
        statements.add_held(self.env, [(lot_id, -taken) for lot_id, taken in uses])
        self._prolong([lot_id for lot_id, _taken in uses])
        self.row["held"] -= total
        self.row["balance"] += total
        self._settle()
        self._save()

    def spend_held(self, uses, *, kind="redeem", **values):
        """Book what was held; see :meth:`spend`."""
        self._check_open()
        total = sum(taken for _lot, taken in uses)
        statements.add_held(self.env, [(lot_id, -taken) for lot_id, taken in uses])
        self.row["held"] -= total
        self.row["balance"] += total
        entry_id = self._insert(kind=kind, points=-total, value_on=self.today, **values)
        self._take(entry_id, entry_id, [({"id": lot_id, "is_pending": False}, taken) for lot_id, taken in uses])
        self._save(entry_id)
        return entry_id

    # ------------------------------------------------------------------ parts

    def _settle(self):
        """Make available what has become so, and expire what is over; the night does it for everybody."""
        released = statements.release(self.env, self.account.id, self.today)
        self.row["pending"] -= released
        self.row["balance"] += released
        for lot in statements.expired_lots(self.env, self.account.id, self.today):
            entry_id = self._insert(
                kind="expire",
                points=-lot["free"],
                value_on=lot["expires_on"],
                key=f"EXP:{lot['id']}:{lot['expires_on']}",
                reason=None,
            )
            self._take(entry_id, entry_id, [({"id": lot["id"], "is_pending": False}, lot["free"])])
            self._save(entry_id)
        if released:
            self._save()

    def _choose(self, points):
        """Return ``([(lot, points taken)], points that are missing)`` in the order of spending."""
        uses = []
        for lot in statements.spendable_lots(self.env, self.account.id, self.today):
            taken = min(points, lot["free"])
            uses.append((lot, taken))
            points -= taken
            if not points:
                break
        return uses, points

    def _take(self, debit_id, entry_id, uses):
        """Take points from lots: rows of the allocation, the lots, the account."""
        if not uses:
            return
        statements.allocate(
            self.env, self.account, debit_id, entry_id, [(lot["id"], taken) for lot, taken in uses], self.now
        )
        for lot, taken in uses:
            self._move(lot["is_pending"], -taken)

    def _pay_debts(self, lot_id, points, is_pending):
        """Let a new lot pay what older entries could not take from any lot."""
        for debit in statements.unpaid(self.env, self.account.id) if self.row["debt"] else ():
            paid = min(points, debit["unpaid"])
            if not paid:
                break
            points -= paid
            self._take(debit["id"], lot_id, [({"id": lot_id, "is_pending": is_pending}, paid)])
            statements.note_paid(self.env, debit["id"], paid)
            self.row["debt"] -= paid

    def _give_back(self, original, points, values):
        entry_id = self._insert(
            kind="reverse", points=points, value_on=self.today, original_id=original.id, **values
        )
        back = []
        for lot in statements.lots_of(self.env, original.id):
            given = min(points, lot["taken"])
            back.append((lot["id"], -given))
            points -= given
            self._move(lot["is_pending"], given)
            if not points:
                break
        statements.allocate(self.env, self.account, original.id, entry_id, back, self.now)
        self._prolong([lot_id for lot_id, _given in back])
        return entry_id

    def _take_back(self, original, points, values):
        own = statements.lot(self.env, original.id)
        taken = min(points, own["free"])
        uses = [(own, taken)] if taken else []
        others, missing = self._choose_others(points - taken, own)
        entry_id = self._insert(
            kind="reverse", points=-points, value_on=self.today, original_id=original.id, unpaid=missing, **values
        )
        self._take(entry_id, entry_id, uses + others)
        self.row["debt"] += missing
        return entry_id

    def _choose_others(self, points, own):
        if not points:
            return [], 0
        uses, missing = [], points
        for lot in statements.spendable_lots(self.env, self.account.id, self.today):
            if lot["id"] == own["id"]:
                continue
            taken = min(missing, lot["free"])
            uses.append((lot, taken))
            missing -= taken
            if not missing:
                break
        return uses, missing

    def _prolong(self, lot_ids):
        """Points that come back after their last day can be spent for the grace of the programme."""
        until = self.today + timedelta(days=self.program.restore_grace_days)
        statements.prolong(self.env, lot_ids, self.today, until)

    def _move(self, is_pending, points):
        self.row["pending" if is_pending else "balance"] += points
        if max(self.row.values()) > MOST_POINTS:
            raise ValidationError(
                self.env._(
                    "[points_limit] points: an account holds at most %(most)s points. Send fewer.", most=MOST_POINTS
                )
            )

    def _insert(self, **values):
        return statements.insert_entry(
            self.env,
            self.account,
            {
                "user_id": self.env.uid,
                "booked_at": self.now,
                **values,
            },
        )

    def _save(self, entry_id=None):
        """Write the row of the account, and into the entry what it led to."""
        statements.save(self.env, self.account.id, self.row, self.today, entry_id)

    # ------------------------------------------------------------------ checks

    def _check_open(self):
        if self.row["state"] == "closed":
            raise ValidationError(
                self.env._("[account_closed] customer_number: the points account is closed; nothing can be booked.")
            )

    def _check_not_frozen(self):
        if self.row["state"] == "frozen":
            raise ValidationError(
                self.env._(
                    "[account_frozen] customer_number: the points account is frozen; its points cannot be spent. Ask "
                    "who froze it."
                )
            )

    def _check_sufficient(self, points):
        if points > self.balance:
            raise ValidationError(
                self.env._(
                    "[insufficient_points] points: %(points)s are more than the %(balance)s points that can be spent. "
                    "Send at most these.",
                    points=points,
                    balance=self.balance,
                )
            )
