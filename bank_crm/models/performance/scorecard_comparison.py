"""How a figure stands beside the same figure of colleagues."""

UNKNOWN = {"peers_better": False, "peers_worse": False, "peers_same": False}


def compare(figure, others, higher_is_better):
    """Return how many of ``others`` are better or worse beyond chance, and how many cannot be told apart.

    Two figures are told apart where their intervals do not touch; without an interval they never are.

    :param figure: ``{"value", "low", "high"}`` or None
    :param others: list of figures of colleagues
    :return: ``{"peers_better", "peers_worse", "peers_same"}``, False for a figure that is not there
    """
    if not figure:
        return dict(UNKNOWN)
    above = below = 0
    for other in others:
        if None in (figure["low"], figure["high"], other["low"], other["high"]):
            continue
        above += other["low"] > figure["high"]
        below += other["high"] < figure["low"]
    better, worse = (above, below) if higher_is_better else (below, above)
    return {"peers_better": better, "peers_worse": worse, "peers_same": len(others) - above - below}
