from babel.dates import format_skeleton

from odoo import api, fields, models
from odoo.tools import format_amount, format_date
from odoo.tools.misc import babel_locale_parse, get_lang

# Keys of ``inputs`` are read here and in tests; a row from before the policies has ``aum`` and ``min_amount``.


class BankTierHistory(models.Model):
    """Each change of a customer's tier, with the rule that made it and the figures the rule saw."""

    _name = "bank.tier.history"
    _description = "Tier History"
    _inherit = ["bank.sealed.mixin"]
    _order = "changed_on desc, id desc"
    _rec_name = "to_tier_id"

    partner_id = fields.Many2one(
        comodel_name="res.partner", string="Customer", required=True, readonly=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(related="partner_id.company_id")
    from_tier_id = fields.Many2one(comodel_name="bank.tier", string="Former Tier", readonly=True, ondelete="restrict")
    to_tier_id = fields.Many2one(comodel_name="bank.tier", string="New Tier", readonly=True, ondelete="restrict")
    changed_on = fields.Date(string="Date", required=True, readonly=True)
    reason = fields.Selection(
        selection=[
            ("initial", "First Assignment"),
            ("upgrade", "Upgrade"),
            ("downgrade", "Downgrade"),
            ("manual", "By Hand"),
            ("expired", "Manual Tier Over"),
            ("correction", "Corrected Figures"),
            ("policy", "By the Policy"),
            ("feed", "Core Banking"),
            ("merge", "Merge"),
        ],
        required=True,
        readonly=True,
    )
    metric_amount = fields.Monetary(string="Assets Seen", readonly=True)
    currency_id = fields.Many2one(comodel_name="res.currency", readonly=True)
    rule_version = fields.Char(readonly=True)
    inputs = fields.Json(string="Inputs of the Rule", readonly=True)
    policy_id = fields.Many2one(
        comodel_name="bank.tier.policy", readonly=True, ondelete="restrict", index="btree_not_null"
    )
    month = fields.Date(readonly=True, help="First day of the month that was judged.")
    override_id = fields.Many2one(
        comodel_name="bank.tier.override",
        string="Manual Tier",
        readonly=True,
        ondelete="restrict",
        index="btree_not_null",
    )
    approver_id = fields.Many2one(comodel_name="res.users", string="Approved By", readonly=True, ondelete="restrict")
    valid_until = fields.Date(string="Until", readonly=True)
    sentence = fields.Text(
        string="In Words", compute="_compute_sentence", help="What a customer may be told, in the reader's language."
    )
    user_id = fields.Many2one(comodel_name="res.users", string="By", readonly=True, ondelete="restrict")

    _partner_changed_idx = models.Index("(partner_id, changed_on DESC)")

    # ------------------------------------------------------------------
    # In words
    # ------------------------------------------------------------------

    @api.depends("reason", "inputs", "to_tier_id", "from_tier_id", "changed_on", "month", "metric_amount")
    @api.depends_context("lang")
    def _compute_sentence(self):
        for entry in self:
            # sudo: bank.tier.history - the names of tiers and the currency are no secret to who may read the entry
            entry.sentence = entry.sudo()._sentence()

    def _sentence(self):
        self.ensure_one()
        writer = {
            "initial": self._say_initial,
            "upgrade": self._say_upgrade,
            "downgrade": self._say_downgrade,
            "manual": self._say_manual,
            "expired": self._say_expired,
            "correction": self._say_correction,
            "policy": self._say_policy,
        }.get(self.reason)
        return writer() if writer else self.env._("You are %(tier)s from %(day)s.", **self._words())

    def _words(self):
        """Return what the sentences are made of, in the reader's language."""
        inputs = self.inputs or {}
        return {
            "tier": self.to_tier_id.name or self.env._("without a tier"),
            "former": self.from_tier_id.name or self.env._("without a tier"),
            "day": self._day(self.changed_on),
            "month": self._month(self.month),
            "figure": self._figure(inputs),
            "amount": self._amount(self.metric_amount),
            "level": self._amount(inputs.get("level_amount", inputs.get("min_amount"))),
            "former_level": self._amount(inputs.get("former_level_amount")),
            "count": inputs.get("bad_months", 0),
            "until": self._day(self.valid_until),
        }

    def _figure(self, inputs):
        names = {
            "average": self.env._("average assets"),
            "end_of_month": self.env._("assets at the end of the month"),
            "weighted": self.env._("weighted average assets"),
        }
        return names.get(inputs.get("metric"), self.env._("assets"))

    def _amount(self, amount):
        return format_amount(self.env, amount or 0, self.currency_id) if self.currency_id else str(amount or 0)

    def _day(self, day):
        return format_date(self.env, day, date_format="long") if day else ""

    def _month(self, month):
        if not month:
            return ""
        return format_skeleton("yMMMM", month, locale=babel_locale_parse(get_lang(self.env).code))

    def _reached(self):
        """Return the first half of a sentence: what was reached, and when."""
        words, inputs = self._words(), self.inputs or {}
        if not self.month:
            return self.env._("Your assets are %(amount)s", **words)
        if inputs.get("is_household"):  # the total of a household would tell what the others have
            return self.env._("In %(month)s the assets of your household reached %(level)s", **words)
        if inputs.get("is_running_month"):
            return self.env._("Your balances of %(month)s are enough for an average of %(amount)s", **words)
        return self.env._("Your %(figure)s in %(month)s were %(amount)s", **words)

    def _say_initial(self):
        return self._say_upgrade()

    def _say_upgrade(self):
        return self.env._(
            "%(reached)s; %(tier)s starts at %(level)s, so you are %(tier)s from %(day)s.",
            reached=self._reached(),
            **self._words(),
        )

    def _say_downgrade(self):
        inputs, words = self.inputs or {}, self._words()
        if "months_below" not in inputs:  # before the policies
            return self._say_upgrade()
        months = ", ".join(
            self.env._("%(month)s %(amount)s", month=self._month_of(item), amount=self._amount(item.get("amount")))
            for item in inputs["months_below"]
        )
        if inputs.get("is_household"):
            months = ", ".join(self._month_of(item) for item in inputs["months_below"])
        if inputs.get("downgrade_target") == "max_in_window":
            return self.env._(
                "For %(count)s months in a row your %(figure)s were below %(former_level)s, where %(former)s starts "
                "(%(months)s); the best of these months belongs to %(tier)s, so you are %(tier)s from %(day)s.",
                months=months,
                **words,
            )
        return self.env._(
            "For %(count)s months in a row your %(figure)s were below %(former_level)s, where %(former)s starts "
            "(%(months)s); the last of these months belongs to %(tier)s, so you are %(tier)s from %(day)s.",
            months=months,
            **words,
        )

    def _month_of(self, item):
        return self._month(fields.Date.to_date(item["month"]))

    def _say_manual(self):
        if not self.override_id:
            return self.env._("You were made %(tier)s on %(day)s.", **self._words())
        return self.env._("We have made you %(tier)s from %(day)s until %(until)s.", **self._words())

    def _say_expired(self):
        return self.env._(
            "The time for which you were made %(former)s is over, so you are %(tier)s from %(day)s.", **self._words()
        )

    def _say_correction(self):
        return self.env._(
            "Figures of earlier months were corrected; by the corrected ones you are %(tier)s from %(day)s.",
            **self._words(),
        )

    def _say_policy(self):
        return self.env._("By the rules for our tiers you are %(tier)s from %(day)s.", **self._words())
