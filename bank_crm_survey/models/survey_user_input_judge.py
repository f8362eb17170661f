from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.bank_crm.tools import sealing


def _occasion(alias):
    """Return the SQL of what an invitation, or none, asked about, as it was before contacts were merged."""
    ref, number = SQL.identifier(alias, "touchpoint_ref"), SQL.identifier(alias, "id")
    return SQL("regexp_replace(COALESCE(%s, ''), ' ?merged ' || COALESCE(%s, 0) || '$', '')", ref, number)


def _digest(*parts):
    """Return the keyed digest of ``parts``. Of numbers, dots and blanks do not matter to it: of addresses they do."""
    return sealing.keyed_hash("|".join(str(part) for part in ("survey", *parts)).replace(".", ":"))


class SurveyUserInput(models.Model):
    """Whether an answer can be believed: duplicates and answers that look forged are kept, but do not count.

    Those set aside wait for a satisfaction manager, who counts them or leaves them aside with a reason.
    """

    _inherit = "survey.user_input"

    bank_source_hash = fields.Char(
        readonly=True,
        copy=False,
        groups="base.group_system",
        index="btree_not_null",
        export_string_translation=False,
        help="Day, and keyed digest of the device's address and the day, of answers at QR points; the address is not "
        "kept.",
    )
    bank_source_moment = fields.Char(
        readonly=True,
        copy=False,
        groups="base.group_system",
        index="btree_not_null",
        export_string_translation=False,
        help="Keyed digest of device and second: the answer itself keeps the week alone.",
    )
    bank_suspect_label = fields.Char(string="Set Aside Because", compute="_compute_bank_suspect_label")
    bank_reviewed_by_id = fields.Many2one(
        comodel_name="res.users", string="Decided By", readonly=True, copy=False, ondelete="restrict"
    )

    @api.depends("bank_suspect_reason")
    @api.depends_context("lang")
    def _compute_bank_suspect_label(self):
        labels = dict(self._fields["bank_suspect_reason"]._description_selection(self.env))
        for answer in self:
            answer.bank_suspect_label = labels.get(answer.bank_suspect_reason)

    def _bank_note_source(self, address):
        """Note from which device answers come, so that many of one device are found; the address is not kept.

        :param address: IP address of the client
        """
        if not address or not sealing.is_configured():
            return
        today = self.env["bank.run"]._today()
        for answer in self.filtered(lambda answer: not answer.bank_source_hash):
            digest = _digest("source", today, answer.bank_program_id.id, address)
            answer.write({"bank_source_hash": f"{today} {digest}"})

    def _bank_judge(self):
        """Mark duplicates and set aside what looks forged; what a manager has decided about stays."""
        self._mark_duplicates()
        open_answers = self.filtered(lambda answer: not answer.bank_reviewed_by_id)
        reasons = {
            **open_answers._find_same_second(),
            **open_answers._find_bursts(),
            **open_answers._find_too_fast(),
            **open_answers._find_staff(),
        }
        for reason, answers in open_answers.grouped(lambda answer: reasons.get(answer.id)).items():
            answers.write({"bank_kpi_ok": not reason, "bank_suspect_reason": reason or False})

    def _mark_duplicates(self):
        """Of several answers of one customer in one wave, or about one occasion, the first completed one counts.

        Of contacts that were merged, one invitation has its number behind the name of the occasion.
        """
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT answer.id, (array_agg(earlier.id ORDER BY earlier.end_datetime, earlier.id))[1]
                  FROM survey_user_input answer
             LEFT JOIN bank_survey_invitation asked ON asked.id = answer.bank_invitation_id
                  JOIN survey_user_input earlier
                    ON earlier.bank_program_id = answer.bank_program_id AND earlier.partner_id = answer.partner_id
                   AND earlier.state = 'done' AND earlier.test_entry IS NOT TRUE
                   AND earlier.bank_disposition = 'complete'
                   AND (earlier.end_datetime, earlier.id) < (COALESCE(answer.end_datetime, 'infinity'), answer.id)
             LEFT JOIN bank_survey_invitation before ON before.id = earlier.bank_invitation_id
                 WHERE answer.id = ANY(%(ids)s)
                   AND CASE WHEN answer.bank_wave_id IS NOT NULL OR earlier.bank_wave_id IS NOT NULL
                            THEN answer.bank_wave_id = earlier.bank_wave_id
                            ELSE %(occasion)s = %(occasion_before)s END
              GROUP BY answer.id
                """,
                ids=self.ids,
                occasion=_occasion("asked"),
                occasion_before=_occasion("before"),
            )
        )
        firsts = dict(rows)
        for first_id, answers in self.grouped(lambda answer: firsts.get(answer.id, False)).items():
            changed = answers.filtered(lambda answer, first_id=first_id: answer.bank_duplicate_of_id.id != first_id)
            changed.write({"bank_duplicate_of_id": first_id})

    def _recheck_other_answers(self):
        """Decide anew about the other answers of these customers: which one is the first has changed."""
        if not self.partner_id:
            return
        others = self.search(
            [
                ("partner_id", "in", self.partner_id.ids),
                ("bank_program_id", "in", self.bank_program_id.ids),
                ("bank_disposition", "!=", False),
                ("id", "not in", self.ids),
            ]
        )
        if others:
            others._mark_duplicates()
            self.env.flush_all()
            self._rewrite_counted(SQL("answer.id = ANY(%s)", others.ids))

    def _find_too_fast(self):
        return {
            answer.id: "too_fast"
            for answer in self
            if answer.start_datetime
            and answer.bank_program_id.min_seconds
            and not answer.bank_assisted_by_id
            and not answer.bank_reopening_ids  # corrected later, at leisure
            and (answer.end_datetime - answer.start_datetime).total_seconds() < answer.bank_program_id.min_seconds
        }

    def _find_staff(self):
        """Answers without a name that staff sent (see ``_mark_assisted``)."""
        return {answer.id: "staff" for answer in self if answer.bank_suspect_reason == "staff"}

    def _find_bursts(self):
        """Answers of one device at one branch on one day above the programme's limit."""
        devices = self._of_devices()
        if not devices:
            return {}
        rows = self.env.execute_query(
            SQL(
                """
                SELECT answer.id
                  FROM survey_user_input answer
                  JOIN bank_survey_program program ON program.id = answer.bank_program_id
                  JOIN survey_user_input other
                    ON other.bank_source_hash = answer.bank_source_hash AND other.state = 'done'
                   AND other.bank_branch_id IS NOT DISTINCT FROM answer.bank_branch_id
                   AND (other.end_datetime, other.id) <= (answer.end_datetime, answer.id)
                 WHERE answer.id = ANY(%s) AND program.burst_limit > 0
              GROUP BY answer.id, program.burst_limit
                HAVING count(*) > program.burst_limit
                """,
                devices.ids,
            )
        )
        return {answer_id: "burst" for (answer_id,) in rows}

    def _find_same_second(self):
        """Answers that one device, or one member of staff, ended within a second of another one."""
        found = self._of_devices()._find_same_second_of_devices()
        if assisted := self.filtered("bank_assisted_by_id"):
            rows = self.env.execute_query(
                SQL(
                    """
                    SELECT DISTINCT answer.id
                      FROM survey_user_input answer
                      JOIN survey_user_input other
                        ON other.bank_assisted_by_id = answer.bank_assisted_by_id
                       AND other.bank_program_id = answer.bank_program_id AND other.id != answer.id
                       AND other.state = 'done'
                       AND other.end_datetime BETWEEN answer.end_datetime - interval '1 second'
                                                  AND answer.end_datetime + interval '1 second'
                     WHERE answer.id = ANY(%s)
                    """,
                    assisted.ids,
                )
            )
            found |= {answer_id for (answer_id,) in rows}
        return dict.fromkeys(found, "same_second")

    def _find_same_second_of_devices(self):
        """Return ids of answers of devices; by digests, for answers without a name keep no time."""
        near = {}
        for answer in self:
            # sudo: survey.user_input - the digest is for the administrators of the database
            source, ended_at = answer.sudo().bank_source_hash, answer.end_datetime
            answer.sudo().bank_source_moment = _digest("moment", source, ended_at)  # sudo: see above
            for seconds in (-1, 0, 1):
                near.setdefault(_digest("moment", source, ended_at + timedelta(seconds=seconds)), []).append(answer.id)
        if not near:
            return set()
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """SELECT id, bank_source_moment FROM survey_user_input
                    WHERE bank_source_moment = ANY(%s) AND state = 'done'""",
                list(near),
            )
        )
        return {answer_id for other_id, moment in rows for answer_id in near[moment] if answer_id != other_id}

    def _of_devices(self):
        # sudo: survey.user_input - the digest is for the administrators of the database
        return self.filtered(lambda answer: answer.sudo().bank_source_hash)
