"""Key rotation: everything under the first key, resumable, hashes and masks as they were."""

import os
from contextlib import suppress
from unittest.mock import patch

from cryptography.fernet import Fernet

from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL, mute_logger

from ...tools import sealing
from .test_bank_run import ENGINE, Killed, RunCase

JOBS = ("keys_documents", "keys_holdings")
MANY = 10_000


class RotationCase(RunCase):
    def setUp(self):
        super().setUp()
        self.old = os.environ["BANK_CRM_KEYS"]
        self.new = Fernet.generate_key().decode()
        self.documents = self.env["bank.identity.document"].create(
            [
                {"partner_id": self.anna.id, "type": "passport", "number": f"E{number:08}"}
                for number in range(5)
            ]
        )
        self.anna_account.number = "6222021234567890"
        self.env.flush_all()

    def use_keys_of(self, *keys):
        self.startPatcher(patch.dict(os.environ, {"BANK_CRM_KEYS": ",".join(keys)}))

    def stored(self, table="bank_identity_document"):
        self.env.flush_all()
        self.env.cr.execute(
            f"SELECT id, number_encrypted, number_hash, number_masked FROM {table} "
            "WHERE number_encrypted IS NOT NULL ORDER BY id"
        )
        return self.env.cr.fetchall()

    def rotate(self):
        with self.other_cursor() as env:
            env["bank.run"]._start_rotation()
            env["bank.run"]._cron_rotate_keys()
        self.env.invalidate_all()
        return self.Run.search([("job", "in", JOBS)], order="id desc", limit=2)

    def remaining(self):
        return sum(self.Run._count_under_other_keys(model) for model in self.Run._rotation_jobs().values())

    def run_of_documents(self):
        return self.Run.search([("job", "=", "keys_documents")], order="id desc", limit=1)


class TestRotation(RotationCase):
    def test_new_values_are_under_the_first_key(self):
        self.assertEqual(self.remaining(), 0)
        self.use_keys_of(self.new, self.old)
        self.assertEqual(self.remaining(), 6)
        self.anna_account.number = "6222021234567891"
        self.assertEqual(self.remaining(), 5)

    def test_everything_is_rotated_and_the_old_key_can_go(self):
        before, holdings = self.stored(), self.stored("bank_holding")
        self.use_keys_of(self.new, self.old)
        runs = self.rotate()
        self.assertEqual(set(runs.mapped("state")), {"done"}, runs.mapped("error"))
        self.assertEqual({run.job: run.changed for run in runs}, {"keys_documents": 5, "keys_holdings": 1})
        self.assertEqual(self.remaining(), 0)
        self.use_keys_of(self.new)
        self.assertEqual(self.documents[0]._decrypt_secret("number"), "E00000000")
        self.assertEqual(self.anna_account._decrypt_secret("number"), "6222021234567890")
        for former, now in ((before, self.stored()), (holdings, self.stored("bank_holding"))):
            self.assertEqual([(row[0], *row[2:]) for row in former], [(row[0], *row[2:]) for row in now])
            self.assertFalse({row[1] for row in former} & {row[1] for row in now})
        self.assertEqual(self.documents.search([("number", "=", "E00000003")]), self.documents[3])

    def test_a_second_one_finds_nothing_to_do(self):
        self.use_keys_of(self.new, self.old)
        self.rotate()
        before = self.stored()
        runs = self.rotate()
        self.assertEqual((set(runs.mapped("state")), set(runs.mapped("total"))), ({"done"}, {0}))
        self.assertEqual(self.stored(), before)

    def test_values_of_the_first_release(self):
        """They have no mark of their key."""
        self.env.cr.execute("UPDATE bank_identity_document SET number_encrypted = substring(number_encrypted FROM 10)")
        self.env.invalidate_all()
        self.assertEqual(self.documents[1]._decrypt_secret("number"), "E00000001")
        self.assertEqual(self.remaining(), 5)
        self.rotate()
        self.assertEqual(self.remaining(), 0)
        self.assertEqual(self.documents[1]._decrypt_secret("number"), "E00000001")

    def test_a_key_that_is_gone_is_told_and_nothing_is_lost(self):
        before = self.stored()
        self.use_keys_of(self.new)
        with mute_logger(ENGINE):
            self.rotate()
        run = self.run_of_documents()
        self.assertEqual(run.state, "failed")
        self.assertRegex(run.error, r"^\[encryption_key_unknown\]")
        self.assertEqual(self.stored(), before)
        self.use_keys_of(self.new, self.old)
        self.rotate()
        self.assertEqual(self.remaining(), 0)

    def test_no_key_at_all(self):
        self.use_keys_of("")
        with self.assertRaisesRegex(UserError, r"^\[encryption_key_missing\]"):
            self.Run._start_rotation()


class TestManyDocuments(RotationCase):
    def setUp(self):
        super().setUp()
        self.insert(MANY)

    def insert(self, count):
        token, digest = sealing.encrypt("X12345678"), "0" * 40
        self.env.execute_query(
            SQL(
                """INSERT INTO bank_identity_document
                          (partner_id, type, state, number_encrypted, number_hash, number_masked, is_permanent)
                   SELECT %s, 'other', 'draft', %s, %s || lpad(number::text, 24, '0'), 'X12****5678', TRUE
                     FROM generate_series(1, %s) AS number RETURNING id""",
                self.ben.id,
                token,
                digest,
                count,
            )
        )

    def test_killed_in_the_middle(self):
        self.use_keys_of(self.new, self.old)
        rotate, batches = self.Run._rotate.__func__, []

        def killed(run, model, ids):
            batches.append(len(ids))
            if len(batches) == 4:
                rotate(run, model, ids[: len(ids) // 2])  # part of a batch, which is not committed
                raise Killed
            return rotate(run, model, ids)

        with patch.object(self.env.registry["bank.run"], "_rotate", killed), suppress(Killed):
            # (assertRaises would undo the finished batches)
            with self.other_cursor() as env:
                env["bank.run"]._start_rotation()
            with self.other_cursor() as env:
                env["bank.run"]._cron_rotate_keys()
        self.assertEqual(len(batches), 4)
        self.env.invalidate_all()
        run = self.run_of_documents()
        self.assertEqual((run.state, run.processed, run.total), ("running", 3000, MANY + 5))
        self.assertEqual(round(run.progress), 30)
        self.assertEqual(self.remaining(), MANY + 6 - 3000)
        with self.other_cursor() as env:
            env["bank.run"]._cron_rotate_keys()
        self.env.invalidate_all()
        run.invalidate_recordset()
        self.assertEqual((run.state, run.processed), ("done", MANY + 5))
        self.assertEqual(self.remaining(), 0)
        self.use_keys_of(self.new)
        self.assertEqual({sealing.decrypt(row[1]) for row in self.stored()[5:]}, {"X12345678"})


class TestScreen(RotationCase):
    def open(self, role="bank_admin"):
        action = self.as_user(role, self.env["bank.key.rotation"]).action_open()
        return self.env[action["res_model"]].with_user(self.users[role]).browse(action["res_id"])

    def test_counts(self):
        self.use_keys_of(self.new, self.old)
        rotation = self.open()
        self.assertEqual((rotation.key_count, rotation.remaining, rotation.unknown), (2, 6, 0))
        self.assertEqual(rotation.line_ids.mapped("total"), [5, 1])
        self.use_keys_of(self.new)
        self.assertEqual(self.open().unknown, 6)

    def test_the_button_starts_it(self):
        self.use_keys_of(self.new, self.old)
        action = self.open().action_rotate()
        rotation = self.env["bank.key.rotation"].browse(action["res_id"])
        self.assertTrue(rotation.is_running)
        self.rotate()
        self.assertEqual((self.open().remaining, self.open().is_running), (0, False))
        self.assertEqual(set(self.open().line_ids.mapped("progress")), {100})

    def test_administrators_only(self):
        for role in ("rm_north", "manager_north", "compliance", "auditor", "operations", "employee"):
            with self.assertRaises(AccessError):
                self.open(role)
            with self.assertRaises(AccessError):
                self.as_user(role, self.env["bank.key.rotation"]).action_rotate()
