"""Which group a score belongs to: the one place of the rules.

==========  ===========================================  ==================================
metric      upper group                                  lower group
==========  ===========================================  ==================================
``nps``     promoter: 9, 10                              detractor: 0 to 6
``csat``    satisfied: from the programme's own limit,   dissatisfied: the lowest 40 % of
``driver``  or the two highest points                    the points (1, 2 of 5)
``ces``     satisfied: the upper 3/7 (5 to 7 of 7)       the lowest 40 % (1, 2 of 7)
==========  ===========================================  ==================================

In between: passive (NPS) or neutral.
"""


def bucket_of(metric, score, low, high, satisfied_from=0):
    """Return the group of a score, or None where it is no score of this scale.

    :param metric: ``nps``, ``csat``, ``ces`` or ``driver``
    :param low: the lowest point of the question's scale
    :param high: the highest point
    :param satisfied_from: the programme's own limit of satisfaction (CSAT alone); 0: the two highest points
    """
    if score is None or not low <= score <= high:
        return None
    if metric == "nps":
        return "promoter" if score >= 9 else "passive" if score >= 7 else "detractor"
    if metric not in ("csat", "ces", "driver"):
        return None
    points = high - low + 1
    upper = round(points * 3 / 7) if metric == "ces" else 2
    limit = satisfied_from if metric == "csat" and satisfied_from else high - upper + 1
    if score >= limit:
        return "satisfied"
    return "dissatisfied" if score < low + points * 2 // 5 else "neutral"
