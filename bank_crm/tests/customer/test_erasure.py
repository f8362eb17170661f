"""Erasing: a person whose marks are in every kind of field, record, file and message, and then in no table."""

import json
import re

from odoo import Command
from odoo.tests import new_test_user

from .test_privacy_request import PrivacyCase

# Nothing else in the database looks like these.
MARK = "Qzxv"
EMAIL = "qzxv.person@qzxv-mail.example"
PHONE = "+8613977553311"
NUMBER = "QZXV9988776655"
PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
TRACES = re.compile(r"qzxv|13977553311|139\s*7755\s*3311", re.IGNORECASE)


class TestErasure(PrivacyCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context=dict(cls.env.context, tracking_disable=False))
        cls.person = cls.make_person()
        cls.address = cls.env["res.partner"].create(
            {"name": f"{MARK} Home", "parent_id": cls.person.id, "type": "other", "street": f"{MARK} Street 2"}
        )
        cls.plant()
        cls.env.flush_all()

    @classmethod
    def make_person(cls):
        person = cls.make_customer(
            f"{MARK} Person",
            user=cls.users["rm_north"],
            branch=cls.north_vip,
            email=EMAIL,
            phone=PHONE,
            street=f"{MARK} Street",
            street2=f"{MARK} Flat",
            city=f"{MARK} City",
            zip=f"{MARK}1",
            website=f"https://{MARK}.example",
            function=f"{MARK} function",
            comment=f"<p>{MARK} note</p>",
            ref=f"{MARK} ref",
            vat=f"{MARK}VAT",
            company_name=f"{MARK} Works",
            barcode=f"{MARK}123",
            customer_number=f"{MARK}-4711",
            image_1920=PIXEL,
            category_id=[Command.create({"name": "Friend"})],
        )
        person.financial_profile_id.write(
            {
                "birthdate": "1907-03-11",
                "occupation": f"{MARK} job",
                "employer": f"{MARK} employer",
                "annual_income": 123457,
                "objective_note": f"{MARK} objective",
                "gender": "female",
            }
        )
        return person

    @classmethod
    def plant(cls):
        cls.plant_bank_records()
        cls.plant_opinions()
        cls.plant_work()
        cls.plant_messages()
        cls.plant_user()
        cls.plant_logs()

    @classmethod
    def plant_bank_records(cls):
        person = cls.person
        cls.holding = cls.make_holding(cls.account, {person: 100}, 1000, number=NUMBER, closed_on="2001-01-01")
        cls.env["bank.identity.document"].create(
            {"partner_id": person.id, "type": "passport", "number": "QZXV1122", "issuer": f"{MARK} office"}
        )
        cls.env["bank.exchange.key"].create({"source": "core", "external_id": f"{MARK}-key", "partner_id": person.id})
        cls.env["bank.consent"].create(
            {
                "partner_id": person.id,
                "evidence": f"{MARK} said so",
                "state": "withdrawn",
                "attachment_ids": [Command.create({"name": f"{MARK}.txt", "raw": f"{MARK} form".encode()})],
            }
        )
        person.assignment_ids.write({"reason": f"{MARK} reason"})
        cls.env["bank.customer.event"]._record(
            "customer.updated", [{"partner_id": person.id, "payload": {"label": f"{MARK} label"}}]
        )
        cls.env["bank.legal.hold"].create(
            {
                "partner_id": person.id,
                "reference": "File 1",
                "reason": f"{MARK} claim",
                "date_from": "2001-01-01",
                "date_to": "2001-02-01",
            }
        )
        if "bank.merge.request" in cls.env:  # a list of contacts
            other = cls.make_customer(f"{MARK} Twin")
            merge = cls.env["bank.merge.request"].create(
                {"partner_ids": (person | other).ids, "target_id": other.id, "reason": f"{MARK} twins"}
            )
            other.name = "Twin"
            cls.env.flush_all()
            cls.env.cr.execute(
                "UPDATE bank_merge_request SET snapshot = %s, merged_numbers = %s WHERE id = %s",
                [json.dumps({"name": f"{MARK} Person"}), f"{MARK}-4711", merge.id],
            )
            cls.env.invalidate_all()
        cls.old_request = cls.request("correct", person, note=f"{MARK} wish", decision_note=f"{MARK} answer")
        cls.env["res.partner.bank"].create({"partner_id": person.id, "acc_number": f"{MARK} 0011"})

    @classmethod
    def plant_opinions(cls):
        """Words about him beside what the bank thinks of him and gives to him."""
        cls.env["bank.lifecycle.override"].create(
            {
                "partner_id": cls.person.id,
                "stage": "declining",
                "reason": f"{MARK} reason",
                "valid_until": cls.env["bank.run"]._today(),
            }
        )
        cls.person.tier_id = cls.env.ref("bank_crm.bank_tier_premier")
        lounge = cls.env.ref("bank_crm.bank_benefit_lounge")
        cls.env["bank.benefit.use"]._record_use(cls.person, lounge, "erasure 1", note=f"{MARK} guests")

    @classmethod
    def plant_work(cls):
        person = cls.person
        lead = cls.env["crm.lead"].create(
            {
                "name": f"{MARK} lead",
                "partner_id": person.id,
                "contact_name": f"{MARK} Person",
                "email_from": EMAIL,
                "phone": PHONE,
                "description": f"<p>{MARK} wants</p>",
                "street": f"{MARK} Street",
            }
        )
        cls.env["crm.lead"].create({"name": f"{MARK} unlinked", "email_from": f'"{MARK}" <{EMAIL}>'})
        meeting = cls.env["calendar.event"].create(
            {
                "name": f"{MARK} visit",
                "description": f"<p>{MARK} talk</p>",
                "location": f"{MARK} Street",
                "start": "2026-01-01 10:00:00",
                "stop": "2026-01-01 11:00:00",
                "partner_ids": person.ids,
            }
        )
        for record in (person, lead, meeting):
            if record != meeting:
                record.activity_schedule(
                    "mail.mail_activity_data_todo",
                    summary=f"{MARK} call",
                    note=f"<p>{MARK} remember</p>",
                    user_id=cls.env.user.id,
                )
            cls.env["ir.attachment"].create(
                {
                    "name": f"{MARK}.txt",
                    "raw": f"{MARK} file {record._name}".encode(),
                    "res_model": record._name,
                    "res_id": record.id,
                    "description": f"{MARK} file",
                }
            )
        person.activity_ids.action_feedback(feedback=f"{MARK} done")
        if "survey.survey" in cls.env:
            cls.plant_survey()

    @classmethod
    def plant_survey(cls):
        survey = cls.env["survey.survey"].create({"title": "Survey"})
        question = cls.env["survey.question"].create(
            {"survey_id": survey.id, "title": "Q", "question_type": "text_box"}
        )
        answer = cls.env["survey.user_input"].create(
            {"survey_id": survey.id, "partner_id": cls.person.id, "email": EMAIL, "nickname": MARK}
        )
        cls.env["survey.user_input.line"].create(
            {
                "user_input_id": answer.id,
                "question_id": question.id,
                "answer_type": "text_box",
                "value_text_box": f"{MARK} opinion",
            }
        )

    @classmethod
    def say(cls, record, body, **values):
        return record.message_post(body=body, **values)

    @classmethod
    def plant_messages(cls):
        person = cls.person
        cls.say(
            person,
            f"{MARK} chatter",
            subject=f"{MARK} subject",
            author_id=person.id,
            attachments=[(f"{MARK}.txt", f"{MARK} attached".encode())],
        )
        cls.say(cls.contact, f"{MARK} wrote here", author_id=person.id, email_from=EMAIL)
        cls.say(cls.carl, f"please answer {EMAIL} or {PHONE}")
        cls.say(cls.contact, "from outside", email_from=f'"{MARK} Person" <{EMAIL}>', author_id=False)
        message = cls.say(person, "tracked")
        field = cls.env["ir.model.fields"]._get("res.partner", "name")
        cls.env["mail.tracking.value"].create(
            {
                "field_id": field.id,
                "mail_message_id": message.id,
                "old_value_char": f"{MARK} before",
                "new_value_text": f"{MARK} after",
            }
        )
        cls.env["mail.mail"].create(
            {
                "subject": f"{MARK} mail",
                "body_html": f"<p>{MARK} mail</p>",
                "email_to": EMAIL,
                "email_from": "b@example.com",
            }
        )
        cls.env["mail.scheduled.message"].create(
            {
                "model": "res.partner",
                "res_id": person.id,
                "body": f"<p>{MARK} later</p>",
                "subject": MARK,
                "author_id": cls.env.user.partner_id.id,
                "scheduled_date": "2030-01-01 00:00:00",
            }
        )
        if "sms.sms" in cls.env:
            cls.env["sms.sms"].create({"partner_id": person.id, "number": PHONE, "body": f"{MARK} sms"})
        cls.env["mail.blacklist"]._add(EMAIL, message=f"{MARK} unsubscribed")

    @classmethod
    def plant_user(cls):
        cls.login = new_test_user(
            cls.env, login=EMAIL, groups="base.group_portal", name=f"{MARK} Person", partner_id=cls.person.id
        )
        cls.login.signature = f"<p>{MARK} sincerely</p>"
        cls.person.write({"name": f"{MARK} Person"})

    @classmethod
    def plant_logs(cls):
        cr = cls.env.cr
        cr.execute(
            """INSERT INTO ir_logging (create_date, name, type, level, message, path, func, line)
               VALUES (now(), 'x', 'server', 'INFO', %s, 'p', 'f', '1')""",
            [f"{MARK} Person logged"],
        )
        cr.execute("INSERT INTO bus_bus (channel, message) VALUES ('x', %s)", [json.dumps({"m": f"{MARK} Person"})])
        cls.env["ir.model.data"].create(
            {"module": "__import__", "name": "qzxv_person", "model": "res.partner", "res_id": cls.person.id}
        )
        batch = cls.env["bank.exchange.batch"].create(
            {
                "source": "core",
                "batch_key": "1",
                "kind": "customers",
                "company_id": cls.company.id,
                "on_error": "skip_row",
                "state": "done",
                "payload_hash": "x",
            }
        )
        cls.env["bank.exchange.error"].create(
            {"batch_id": batch.id, "row": 1, "message": "bad", "row_data": {"email": EMAIL}}
        )

    # ------------------------------------------------------------------

    def traces(self):
        """Return ``table.column (count)`` of every column of text or bytes that still has a mark."""
        self.env.flush_all()
        cr = self.env.cr
        cr.execute(
            """SELECT table_name, column_name FROM information_schema.columns
                 JOIN information_schema.tables USING (table_schema, table_name)
                WHERE table_schema = 'public' AND table_type = 'BASE TABLE'
                  AND data_type IN ('text', 'character varying', 'character', 'jsonb', 'json', 'bytea', 'ARRAY')"""
        )
        found = []
        for table, column in cr.fetchall():
            # bytea::text is hexadecimal: the marks are looked for in that form too.
            cr.execute(
                f"""SELECT count(*) FROM "{table}"
                     WHERE "{column}"::text ~* %s""",  # pylint: disable=sql-injection
                [f"qzxv|13977553311|139 ?7755 ?3311|{b'Qzxv'.hex()}|{b'qzxv'.hex()}"],
            )
            if count := cr.fetchone()[0]:
                found.append(f"{table}.{column} ({count})")
        return found

    def files_with_traces(self, names):
        store = self.env["ir.attachment"]
        self.env.cr.execute("SELECT store_fname FROM ir_attachment WHERE store_fname = ANY(%s)", [list(names)])
        return [name for (name,) in self.env.cr.fetchall() if TRACES.search(store._file_read(name).decode("latin-1"))]

    def erase(self):
        request = self.as_user("compliance", self.request("erase", self.person))
        request.action_erase()
        self.assertFalse(request.blocking_reason)
        self.assertTrue(request.sudo()._erase_if_allowed())
        return request.sudo()

    def test_nothing_is_left(self):
        before = self.traces()
        self.assertGreater(len(before), 40, before)
        self.env.cr.execute("SELECT store_fname FROM ir_attachment WHERE store_fname IS NOT NULL")
        files = [name for (name,) in self.env.cr.fetchall()]
        self.assertTrue(self.files_with_traces(files))
        request = self.erase()
        self.assertEqual(self.traces(), [])
        self.assertEqual(self.files_with_traces(files), [])
        profile = self.person.financial_profile_id
        self.assertFalse(profile.birthdate or profile.annual_income or profile.gender or self.person.image_1920)
        proof = request.proof_attachment_id.raw
        self.assertFalse(TRACES.search(proof.decode()))

    def test_the_books_stay(self):
        keeper = self.holding.external_id
        balance = self.holding.balance_ids.amount
        self.erase()
        self.env.invalidate_all()
        self.assertEqual(self.holding.party_ids.partner_id, self.person)
        self.assertEqual((self.holding.external_id, self.holding.balance_ids.amount), (keeper, balance))
        self.assertTrue(self.events(self.person, "customer.created"))
        self.assertTrue(self.events(self.person, "privacy.erased"))
        self.assertTrue(self.person.name.startswith("[erased]"))
        self.assertFalse(self.person.active)
        self.assertTrue(self.person.is_restricted and self.person.is_anonymized)

    def test_others_are_untouched(self):
        message = self.say(self.carl, "about something else")
        self.erase()
        self.env.invalidate_all()
        self.assertEqual(self.carl.name, "Carl")
        self.assertIn("something else", message.body)
        self.assertEqual(self.anna_account.number_masked, self.anna_account.number_masked)
        self.assertTrue(self.env.user.partner_id.name)
        self.assertEqual(self.anna.email, "anna@example.com")

    def test_the_log_in_is_closed(self):
        self.erase()
        self.env.invalidate_all()
        self.assertFalse(self.login.active)
        self.assertEqual(self.login.login, f"erased-{self.login.id}")

    def test_the_number_of_a_joint_account_stays_for_the_other(self):
        self.holding.write({"party_ids": [Command.create({"partner_id": self.ben.id, "role": "signatory"})]})
        mask = self.holding.number_masked
        self.erase()
        self.env.invalidate_all()
        self.assertEqual(self.holding.number_masked, mask)

    def test_the_proof_holds_and_shows_changes(self):
        request = self.erase()
        content = request.proof_attachment_id.raw
        erasure = self.env["bank.erasure"]
        self.assertTrue(erasure._verify(request, content))
        proof = json.loads(content)
        self.assertIn("res.partner", {step["model"] for step in proof["steps"]})
        proof["steps"][1]["count"] += 1
        self.assertFalse(erasure._verify(request, json.dumps(proof)))
        proof = json.loads(content)
        del proof["steps"][0]
        self.assertFalse(erasure._verify(request, json.dumps(proof)))

    def test_a_failure_changes_nothing_and_names_nobody(self):
        request = self.as_user("compliance", self.request("erase", self.person))
        request.action_erase()
        self.patch(type(self.env["bank.erasure"]), "_finish", lambda *args: 1 / 0)
        logger = "odoo.addons.bank_crm.models.customer.bank_privacy_request"
        with self.assertLogs(logger, "ERROR") as logs, self.enter_registry_test_mode():
            self.env.ref("bank_crm.ir_cron_privacy_erasure").method_direct_trigger()
        self.assertFalse(TRACES.search(str(logs.output)))
        self.assertEqual(request.state, "waiting_retention")
        self.env.invalidate_all()
        self.assertEqual(self.person.email, EMAIL)
