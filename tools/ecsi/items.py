"""The items of the index: what they are called, asked as, and counted as.

The publisher gives the items names but no wording, so the questions here only say what each belongs to. Two of them
are known for more: `sat1` is overall satisfaction, `loy3` is whether one would recommend the bank.
"""
from __future__ import annotations

_PARTS = {
    "imag": ("Image", 5),
    "expe": ("Expectations", 5),
    "qual": ("Perceived quality", 5),
    "val": ("Perceived value", 4),
    "sat": ("Satisfaction", 4),
    "loy": ("Loyalty", 4),
}
RECOMMENDATION, SATISFACTION = "loy3", "sat1"

_WORDED = {
    RECOMMENDATION: "How likely are you to recommend the bank?",
    SATISFACTION: "How satisfied are you with the bank overall?",
}
_METRICS = {RECOMMENDATION: "nps", SATISFACTION: "csat"}

# Name of an item -> (question, metric of Bank CRM).
ITEMS = {
    f"{part}{number}": (
        _WORDED.get(f"{part}{number}", f"{label}: statement {number}"),
        _METRICS.get(f"{part}{number}", "driver"),
    )
    for part, (label, count) in _PARTS.items()
    for number in range(1, count + 1)
}
