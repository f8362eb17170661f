from decimal import Decimal

from odoo import api, fields, models


class BankPointsEntry(models.Model):
    """Why an entry of a rule has so many points, in a sentence."""

    _inherit = "bank.points.entry"

    why = fields.Text(string="Why these Points", compute="_compute_why", help="In words that a customer may be told.")

    @api.depends("explanation", "points")
    @api.depends_context("lang")
    def _compute_why(self):
        for entry in self:
            # sudo: bank.points.entry - names of rules, tiers and campaigns are no secret to who may read the entry
            entry.why = entry.sudo()._say_why()

    def _say_why(self):
        self.ensure_one()
        inputs = self.explanation or {}
        if "points" not in inputs:
            return False
        parts = [self._say_formula(inputs)] if inputs.get("formula") else [self._say_gone()]
        parts += [text for text in (self._say_limits(inputs), self._say_cut(inputs), self._say_before(inputs)) if text]
        if inputs.get("rule"):
            parts.append(
                self.env._("Rule %(code)s, version %(version)s.", code=inputs["rule"], version=inputs["version"])
            )
        return " ".join(parts)

    def _say_gone(self):
        return self.env._("What was given for does not count any more.")

    def _say_formula(self, inputs):
        factors = [
            self._say_factor(self.env._("tier %s", self._name_of("bank.tier", inputs)), inputs.get("tier_factor")),
            self._say_factor(self.env._("product"), inputs.get("product_factor")),
            self._say_factor(
                self.env._("campaign %s", self._name_of("bank.points.campaign", inputs)), inputs.get("campaign_factor")
            ),
        ]
        factors = [factor for factor in factors if factor]
        joint = " + " if inputs.get("policy") == "add" else " × "
        text = " × ".join([self._say_amount(inputs), inputs["rate"]] if inputs["kind"] != "event" else ["1"])
        if inputs["kind"] == "event":
            text = self.env._("%s points", f"{Decimal(inputs['amount']):,f}".removesuffix(".00"))
        if factors:
            text += " × " + (f"({joint.join(factors)})" if len(factors) > 1 else factors[0])
        points = inputs["before_limits"]
        return self.env._("%(formula)s, rounded down: %(points)s points.", formula=text, points=points)

    def _say_amount(self, inputs):
        amount = f"{Decimal(inputs['amount']):,f} {inputs.get('currency', '')}"
        if inputs["kind"] != "balance":
            return amount
        labels = dict(self.env["bank.points.rule"]._fields["metric"]._description_selection(self.env))
        text = f"{labels.get(inputs.get('metric'), '')} {amount}"
        threshold = Decimal(inputs.get("threshold") or 0)
        if not threshold:
            return text
        if inputs.get("threshold_mode") == "excess":
            return self.env._("(%(balance)s − %(threshold)s)", balance=text, threshold=f"{threshold:,f}")
        return self.env._("%(balance)s (above %(threshold)s)", balance=text, threshold=f"{threshold:,f}")

    def _say_factor(self, name, factor):
        return f"{name.strip()} {factor}" if factor else ""

    def _name_of(self, model, inputs):
        key = {"bank.tier": "tier_id", "bank.points.campaign": "campaign_id"}[model]
        record = self.env[model].browse(inputs.get(key) or []).exists()
        return record.name or ""

    def _say_limits(self, inputs):
        given = inputs["points"] + inputs.get("campaign_cut", 0)
        if "before_limits" not in inputs or given >= int(inputs["before_limits"]):
            return ""
        return self.env._("The limits of the rule leave %s.", given)

    def _say_cut(self, inputs):
        if not inputs.get("campaign_cut"):
            return ""
        return self.env._("The budget of the campaign was used up: %s fewer.", inputs["campaign_cut"])

    def _say_before(self, inputs):
        if "before" not in inputs:
            return ""
        return self.env._(
            "Corrected from %(before)s to %(after)s points.", before=inputs["before"], after=inputs["points"]
        )

    def action_open_rule(self):
        """Open the version of the rule that gave these points."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": "bank.points.rule",
            "res_id": (self.explanation or {}).get("rule_id"),
            "views": [(False, "form")],
        }
