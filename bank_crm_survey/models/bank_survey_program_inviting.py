import hashlib
from typing import NamedTuple

from odoo import fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from .bank_survey_program_reach import Ruling

_HASH_SPACE = 2**32
FREE_STATES = ("draft", "sampling", "frozen")  # of a wave: its customers are drawn, not yet queued


class Occasion(NamedTuple):
    """What all invitations of one call share, or ``{partner_id: value}`` where they differ."""

    wave: object = None
    touchpoint_ref: object = ""
    event: object = None
    product: object = None
    lang: str | None = None
    is_recovery: bool = False
    send_after: object = None
    stratum_id: int | None = None
    ranks: dict | None = None

    def of(self, name, partner_id):
        """Return the value for one customer: an id for records."""
        value = getattr(self, name)
        value = value.get(partner_id) if isinstance(value, dict) else value
        return (value.id or None) if isinstance(value, models.BaseModel) else value


class BankSurveyProgram(models.Model):
    """How customers become invitations: many at a time, and nobody twice.

    Waves, triggers, other systems and follow-ups all come through :meth:`_invite_partners`.
    """

    _inherit = "bank.survey.program"

    sampling_percent = fields.Float(
        string="Share Asked (%)",
        default=100.0,
        help="Of the customers to whom something happened. Who is among them follows from customer and occasion, so "
        "the same question always gets the same answer. Waves have samples of their own.",
    )

    _sampling_check = models.Constraint(
        "CHECK(sampling_percent > 0 AND sampling_percent <= 100)",
        "Share Asked (%): enter a share above 0 and up to 100.",
    )

    def _invite_partners(
        self, partners, touchpoint_ref="", wave=None, channel=None, lang=None, event_by_partner=None, product=None,
        is_recovery=False, send_after=None,
    ):  # fmt: skip
        """Invite customers, each of them at most once for an occasion; return the new invitations (as superuser).

        Those who may be asked are ``queued`` (``drawn`` for a wave that is not released yet), the others
        ``suppressed`` with their ``suppress_reason``; customers who are invited already for this occasion are not in
        the result. The number of queries does not depend on the number of customers.

        :param partners: customers, in the order in which they are to be asked
        :param touchpoint_ref: what they are asked about, or ``{partner_id: touchpoint_ref}``
        :param channel: the only channel that will do; None: the first of the programme that reaches a customer
        :param lang: code of a language, for all; None: each customer's own. The questionnaire has to have it
        :param event_by_partner: ``{partner_id: bank.customer.event or its id}``
        :param product: a ``bank.product``, or ``{partner_id: bank.product or its id}``
        :param is_recovery: asked again after a follow-up, which contact rules allow once
        :param send_after: naive UTC, not before then; None: now
        :raises psycopg2.errors.SerializationFailure: somebody else chose one of them at the same moment; the RPC layer
            tries again by itself, jobs have to roll back and try again
        """
        self.ensure_one()
        occasion = Occasion(wave, touchpoint_ref, event_by_partner, product, lang, is_recovery, send_after)
        program = self.sudo()  # sudo: bank.survey.program - callers have checked that they may invite
        partners = program._uninvited(partners.sudo(), occasion)  # sudo: res.partner - see above
        if program.state == "running" or (wave and wave.state in FREE_STATES):
            rulings = program._rulings_of_occasion(partners, occasion, channel)
        else:
            rulings = {id_: Ruling(None, "not_running") for id_ in partners.ids}
        return program._insert_invitations(rulings, occasion)

    def action_simulate(self):
        """Open the simulator for this programme."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("bank_crm_survey.bank_survey_simulation_action")
        action["context"] = {"default_program_id": self.id}
        return action

    def action_view_waves(self):
        """Open the waves of this programme."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("bank_crm_survey.bank_survey_wave_action")
        action.update(domain=[("program_id", "=", self.id)], context={"default_program_id": self.id})
        return action

    def _uninvited(self, partners, occasion):
        """Return those of the customers who have no invitation for the occasion yet, each of them once."""
        self.env["bank.survey.invitation"].flush_model()
        ids = list(dict.fromkeys(partners.ids))
        refs = [occasion.of("touchpoint_ref", id_) or "" for id_ in ids]
        rows = self.env.execute_query(
            SQL(
                """SELECT invitation.partner_id FROM bank_survey_invitation invitation
                     JOIN unnest(%s::int[], %s::text[]) AS wanted(partner_id, ref)
                       ON invitation.partner_id = wanted.partner_id AND invitation.touchpoint_ref = wanted.ref
                    WHERE invitation.program_id = %s AND COALESCE(invitation.wave_id, 0) = %s""",
                ids,
                refs,
                self.id,
                occasion.wave.id if occasion.wave else 0,
            )
        )
        known = {row[0] for row in rows}
        return partners.browse(id_ for id_ in ids if id_ not in known)

    def _rulings_of_occasion(self, partners, occasion, channel=None, at=None, but_for=()):
        """Return ``{partner_id: Ruling}`` in the order of ``partners``: see :meth:`_rulings`, and who is not asked
        because of the programme.
        """
        wave = occasion.wave
        at = at or max(filter(None, (fields.Datetime.now(), occasion.send_after)))
        within = self._ids_within(partners)
        sampled = {id_ for id_ in within if wave or occasion.is_recovery or self._is_sampled(id_, occasion)}
        judged = self._rulings(
            partners.browse(id_ for id_ in partners.ids if id_ in sampled), at, channel, occasion.is_recovery, but_for
        )
        rulings = {}
        for id_ in partners.ids:
            ruling = judged.get(id_) or Ruling(None, "not_sampled" if id_ in within else "not_in_programme")
            rulings[id_] = self._within_time(ruling, wave)
        return rulings

    def _within_time(self, ruling, wave):
        """Turn down what would have to wait until its wave is closed; an invitation that may wait has no reason."""
        if not ruling.send_after:
            return ruling
        if wave and wave.closes_on and ruling.send_after.date() > wave.closes_on:
            return ruling._replace(send_after=None)
        return ruling._replace(reason=None)

    def _ids_within(self, partners):
        # sudo: res.partner - whom a programme is about does not depend on who asks
        customers = self.env["res.partner"].sudo().with_context(active_test=False)
        return set(customers._search(Domain("id", "in", partners.ids) & self._customer_domain()))

    def _is_sampled(self, partner_id, occasion):
        """Whether a customer is among the share that is asked: decided by customer and occasion, not by chance."""
        if self.sampling_percent >= 100:
            return True
        text = f"{self.code}|{occasion.of('touchpoint_ref', partner_id) or ''}|{partner_id}"
        number = int(hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()[:8], 16)
        return number < _HASH_SPACE * self.sampling_percent / 100

    # ------------------------------------------------------------------
    # Rows
    # ------------------------------------------------------------------

    def _insert_invitations(self, rulings, occasion):
        """Write the invitations of ``{partner_id: Ruling}`` in one statement; return the new ones."""
        invitations = self.env["bank.survey.invitation"]
        if not rulings:
            return invitations
        wave = occasion.wave
        is_drawn = bool(wave) and wave.state in FREE_STATES
        asked = [id_ for id_, ruling in rulings.items() if not ruling.reason]
        now = fields.Datetime.now()
        self.env["bank.survey.contact.state"]._claim(asked, None if is_drawn else now)
        langs = self._langs_for(self.env["res.partner"].browse(rulings), occasion)
        rows = [
            (id_, langs[id_], *self._prepare_row(id_, ruling, occasion, is_drawn, now))
            for id_, ruling in rulings.items()
        ]
        self.env["res.partner"].flush_model(["tier_id", "branch_id", "relationship_manager_id", "value_class"])
        found = self.env.execute_query(
            SQL(
                """
                INSERT INTO bank_survey_invitation (
                    program_id, wave_id, company_id, survey_id, stratum_id, is_recovery, weight, reminder_count,
                    create_uid, create_date, write_uid, write_date,
                    tier_id, branch_id, manager_id, value_class,
                    partner_id, lang, touchpoint_ref, event_id, product_id, channel, state, suppress_reason,
                    sample_rank, send_after, token_nonce, token_hash)
                SELECT %(program)s, %(wave)s, %(company)s, %(survey)s, %(stratum)s, %(recovery)s, 1, 0,
                       %(uid)s, %(now)s, %(uid)s, %(now)s,
                       partner.tier_id, partner.branch_id, partner.relationship_manager_id, partner.value_class,
                       fact.partner_id, fact.lang, fact.ref, fact.event_id, fact.product_id, fact.channel, fact.state,
                       fact.reason, fact.rank, fact.send_after, fact.nonce, fact.hash
                  FROM unnest(%(ids)s::int[], %(langs)s::text[], %(refs)s::text[], %(events)s::int[],
                              %(products)s::int[], %(channels)s::text[], %(states)s::text[], %(reasons)s::text[],
                              %(ranks)s::int[], %(times)s::timestamp[], %(nonces)s::text[], %(hashes)s::text[])
                       WITH ORDINALITY AS fact(partner_id, lang, ref, event_id, product_id, channel, state, reason,
                                               rank, send_after, nonce, hash, position)
                  JOIN res_partner partner ON partner.id = fact.partner_id
                 ORDER BY fact.position
                    ON CONFLICT (program_id, COALESCE(wave_id, 0), partner_id, touchpoint_ref) DO NOTHING
             RETURNING id
                """,
                program=self.id,
                wave=wave.id if wave else None,
                company=self.company_id.id,
                survey=((wave and wave.survey_id) or self.survey_id).id,
                stratum=occasion.stratum_id,
                recovery=occasion.is_recovery,
                uid=self.env.uid,
                now=now,
                **dict(zip(_ARRAYS, map(list, zip(*rows, strict=True)), strict=True)),
            )
        )
        self.invalidate_recordset(["invitation_ids"])
        self.env["res.partner"].invalidate_model(["survey_invitation_ids"])
        self.env["bank.survey.wave"].invalidate_model(["invitation_ids"])
        return invitations.browse(row[0] for row in found)

    def _prepare_row(self, partner_id, ruling, occasion, is_drawn, now):
        invitations = self.env["bank.survey.invitation"]
        state, nonce, token_hash, send_after = "suppressed", None, None, None
        if not ruling.reason:
            state = "drawn" if is_drawn else "queued"
            nonce = invitations._new_nonce()
            token_hash = invitations._hash_of_token(invitations._token_of_nonce(nonce))
            send_after = ruling.send_after or occasion.send_after or (None if is_drawn else now)
        return (
            occasion.of("touchpoint_ref", partner_id) or "",
            occasion.of("event", partner_id),
            occasion.of("product", partner_id),
            ruling.channel,
            state,
            ruling.reason,
            (occasion.ranks or {}).get(partner_id, 0),
            send_after,
            nonce,
            token_hash,
        )

    def _langs_for(self, partners, occasion):
        """Return ``{partner_id: code}``: the customer's language if the questionnaire has it, else the bank's."""
        survey = (occasion.wave and occasion.wave.survey_id) or self.survey_id
        supported = survey._get_supported_lang_codes()
        usual = next((code for code in (self.company_id.partner_id.lang, *supported) if code in supported), None)
        if occasion.lang in supported:
            return dict.fromkeys(partners.ids, occasion.lang)
        partners.fetch(["lang"])
        return {partner.id: partner.lang if partner.lang in supported else usual for partner in partners}


# The columns of a row, in order.
_ARRAYS = (
    "ids", "langs", "refs", "events", "products", "channels", "states", "reasons", "ranks", "times", "nonces",
    "hashes",
)  # fmt: skip
