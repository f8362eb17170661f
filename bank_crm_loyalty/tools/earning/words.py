"""Why points were given: the inputs and the formula of an item, as JSON in SQL."""

import json

from odoo.tools import SQL


def rate(rule):
    """Return the rate of a rule as text, such as ``1/20`` or ``[0: 1/100, 200000: 8/100]``."""
    if rule.kind == "event":
        return "1"
    if rule.kind == "transaction":
        return f"{rule.rate_num}/{rule.rate_den}"
    bands = [(band.from_amount, f"{band.rate_num}/{band.rate_den}") for band in rule.band_ids.sorted("from_amount")]
    if len(bands) == 1 and not bands[0][0]:
        return bands[0][1]
    return f"[{', '.join(f'{start:g}: {text}' for start, text in bands)}]"


def explanation(rule):
    """Return the explanation as an expression of ``jsonb`` over the alias ``item``."""
    counted = SQL("item.amount::text")
    if rule.kind == "balance" and rule.threshold_mode == "excess" and rule.threshold:
        counted = SQL("'(' || item.amount || ' - ' || %s || ')'", str(rule.threshold))
    joint = " + " if rule.multiplier_policy == "add" else " × "
    constant = {
        "rule": rule.code,
        "rule_id": rule.id,
        "version": rule.version,
        "kind": rule.kind,
        "rate": rate(rule),
        "policy": rule.multiplier_policy,
    }
    if rule.kind == "balance":
        constant.update(threshold=str(rule.threshold), threshold_mode=rule.threshold_mode, band_mode=rule.band_mode)
        constant["metric"] = rule.metric
    if rule.multiplier_cap_num:
        constant["most"] = f"{rule.multiplier_cap_num}/{rule.multiplier_cap_den}"
    return SQL(
        """
        (%(constant)s::jsonb || jsonb_strip_nulls(jsonb_build_object(
            'value_on', item.value_on, 'amount', item.amount::text, 'currency', %(currency)s::text,
            'tier_id', NULLIF(item.tier_id, 0), 'tier_factor', item.tier_factor::text,
            'product_factor', item.product_factor::text,
            'campaign_id', item.campaign_id, 'campaign_factor', item.campaign_factor::text,
            'before_limits', item.raw::text, 'without_campaign', item.base_points,
            'formula', 'floor(' || concat_ws(' × ', %(counted)s, %(rate)s,
                NULLIF('(' || concat_ws(%(joint)s, item.tier_factor, item.product_factor, item.campaign_factor)
                       || ')', '()'))
                || ')')))
        """,
        constant=json.dumps(constant),
        currency=rule.currency_id.name,
        counted=counted,
        rate=rate(rule),
        joint=joint,
    )
