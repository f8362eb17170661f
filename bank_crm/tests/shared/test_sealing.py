"""Numbers at rest: encryption, rotation of keys, hashes, masks."""

import os
import tempfile
from contextlib import contextmanager
from unittest.mock import patch

from cryptography.fernet import Fernet
from hypothesis import given
from hypothesis import strategies as st

from odoo.exceptions import UserError
from odoo.tests import TransactionCase, tagged
from odoo.tools import config

from ...tools import sealing

NUMBERS = st.text(alphabet="0123456789ABCDEFX -./", max_size=40)


@contextmanager
def keys(keys="", hash_key=""):
    """Set the keys in the environment and nowhere else."""
    with (
        patch.dict(os.environ, {"BANK_CRM_KEYS": keys, "BANK_CRM_HASH_KEY": hash_key}),
        patch.dict(config.options, {"config": ""}),
    ):
        yield


def new_key():
    return Fernet.generate_key().decode()


@tagged("post_install", "-at_install")
class TestEncryption(TransactionCase):
    def test_what_is_encrypted_is_decrypted(self):
        with keys(new_key(), "h"):
            token = sealing.encrypt("110101199003070011")
            self.assertNotIn("19900307", token)
            self.assertEqual(sealing.decrypt(token), "110101199003070011")

    def test_the_same_number_has_two_tokens(self):
        with keys(new_key(), "h"):
            self.assertNotEqual(sealing.encrypt("1"), sealing.encrypt("1"))

    def test_after_rotation_both_keys_decrypt_and_the_first_encrypts(self):
        old, new = new_key(), new_key()
        with keys(old, "h"):
            token = sealing.encrypt("secret")
        with keys(f"{new}, {old}", "h"):
            self.assertEqual(sealing.decrypt(token), "secret")
            fresh = sealing.encrypt("secret")
        with keys(new, "h"):
            self.assertEqual(sealing.decrypt(fresh), "secret")
            with self.assertRaisesRegex(UserError, r"^\[encryption_key_unknown\]"):
                sealing.decrypt(token)

    def test_a_missing_key_refuses(self):
        for call in (lambda: sealing.encrypt("1"), lambda: sealing.decrypt("1"), lambda: sealing.keyed_hash("1")):
            with keys(), self.assertRaisesRegex(UserError, r"^\[encryption_key_missing\]"):
                call()

    def test_an_invalid_key_refuses_and_is_not_quoted(self):
        for bad in ("no Fernet key", "é", ",", new_key() + "," + "short"):
            with keys(bad, "h"), self.assertRaisesRegex(UserError, r"^\[encryption_key_invalid\]") as caught:
                sealing.encrypt("1")
            self.assertNotIn("short", str(caught.exception))

    def test_is_configured_wants_both(self):
        for pair, expected in (((new_key(), "h"), True), ((new_key(), ""), False), (("", "h"), False)):
            with keys(*pair):
                self.assertIs(sealing.is_configured(), expected)

    def test_keys_may_stand_in_the_configuration_file(self):
        key = new_key()
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        path = os.path.join(folder.name, "odoo.conf")
        with open(path, "w") as file:
            file.write(f"[options]\nworkers = 0\n[bank_crm]\nkeys = {key}\nhash_key = from the file\n")
        with keys(), patch.dict(config.options, {"config": path}):
            self.assertTrue(sealing.is_configured())
            self.assertEqual(Fernet(key).decrypt(sealing.encrypt("7").rpartition(":")[2].encode()), b"7")


@tagged("post_install", "-at_install")
class TestHash(TransactionCase):
    def test_the_hash_is_stable_and_keyed(self):
        with keys(new_key(), "one"):
            first = sealing.keyed_hash("G123 456-78")
            self.assertEqual(first, sealing.keyed_hash("g12345678"))
            self.assertRegex(first, "^[0-9a-f]{64}$")
        with keys(new_key(), "one"):
            self.assertEqual(first, sealing.keyed_hash("G12345678"), "it must not depend on the encryption key")
        with keys(new_key(), "two"):
            self.assertNotEqual(first, sealing.keyed_hash("G12345678"))

    def test_a_known_value(self):
        """Stored hashes have to be found for ever: this value may never change."""
        with keys(new_key(), "k"):
            self.assertEqual(
                sealing.keyed_hash("A-1"), "538ac436f8244d9a5314b34dbb2aa0b39f8c85f05f8e90d51c42ab9a4759c0c0"
            )

    @given(NUMBERS)
    def test_normalizing_twice_changes_nothing(self, text):
        once = sealing.normalize(text)
        self.assertEqual(once, sealing.normalize(once))
        self.assertNotRegex(once, r"[\s\-./a-z]")


@tagged("post_install", "-at_install")
class TestMask(TransactionCase):
    @given(NUMBERS, st.integers(0, 8), st.integers(0, 8))
    def test_never_shows_more_than_head_and_tail(self, text, head, tail):
        number, shown = sealing.normalize(text), sealing.mask(text, head=head, tail=tail)
        if not number:
            self.assertEqual(shown, "")
            return
        before, after = shown.split(sealing.MASK)
        self.assertLessEqual(len(before), head)
        self.assertLessEqual(len(after), max(tail, 1))
        self.assertTrue(number.startswith(before) and number.endswith(after))
        self.assertGreaterEqual(len(number) - len(before) - len(after), min(3, len(number) - 1))

    @given(st.text("0123456789", min_size=11, max_size=60))
    def test_the_width_tells_nothing_of_the_length(self, number):
        self.assertEqual(len(sealing.mask(number, head=3, tail=4)), 3 + 4 + 4)

    def test_examples(self):
        for args, expected in (
            (("6222021234567890", 6, 4), "622202****7890"),
            (("12345", 0, 4), "****5"),
            (("1234567", 0, 4), "****7"),
            (("12345678", 0, 4), "****5678"),
            (("12345678", 3, 0), "123****"),
            (("", 3, 4), ""),
            ((None, 3, 4), ""),
        ):
            self.assertEqual(sealing.mask(*args), expected)
