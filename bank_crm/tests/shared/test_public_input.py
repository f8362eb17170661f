from odoo.tests import BaseCase, tagged

from ...tools.public_input import clean_text, subscriber


@tagged("post_install", "-at_install")
class TestPublicInput(BaseCase):
    def test_texts(self):
        self.assertEqual(clean_text(" A\x00nna\r\nof\tHouse \ud800 7 "), "Anna\nof\tHouse  7")
        for value in (None, False, 7, ["x"], {"a": 1}, b"x"):
            self.assertEqual(clean_text(value), "")

    def test_subscribers(self):
        self.assertEqual(subscriber("192.0.2.1"), "192.0.2.1")
        self.assertEqual(subscriber("2001:db8:1:2:3::4"), subscriber("2001:db8:1:2:ffff::1"))
        self.assertNotEqual(subscriber("2001:db8:1:2::1"), subscriber("2001:db8:1:3::1"))
        for value in ("", None, "nowhere"):
            self.assertEqual(subscriber(value), "unknown")
