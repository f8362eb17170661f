"""Complaints in the shape of `bank.ticket.register_batch` and `record_response_batch` (see the integration guide)."""
from __future__ import annotations

from .places import REGIME, cause_place, product_place
from .pseudonyms import code_of, name_of
from .records import CHANNELS, RESPONSES

PREFIX = "CFPB-"
# The rule of the regime whose result the source reports: "Timely response?".
RULE = "response"
NO_NARRATIVE = "The authority published no narrative."

# The source knows days only. At noon UTC it is the same day in all of the United States.
_TIME = "T12:00:00Z"


class BranchWanted:
    """The branch under which the companies stand, as if each were a branch of one group."""

    code = "CFPB"
    name = "Companies of the CFPB extracts (invented names)"


def reference(complaint):
    """:return: key of the ticket in the bank: the complaint's number with a prefix"""
    return f"{PREFIX}{complaint.complaint_id}"


def company_branches(complaints):
    """:return: dictionary code -> invented name of each company"""
    return {code_of(company): name_of(company) for company in sorted({complaint.company for complaint in complaints})}


def registration_row(complaint, scrubber):
    """:return: a row of register_batch; the narrative stands at the beginning of the description, as it was written
    but for the names of companies"""
    return {
        "kind": "complaint",
        "subject": complaint.issue,
        "description": f"{scrubber.scrub(complaint.narrative) or NO_NARRATIVE}\n\n{_facts(complaint)}",
        "anonymous": True,
        "external_ref": reference(complaint),
        "channel_code": CHANNELS[complaint.submitted_via],
        "product_code": product_place(complaint.product, complaint.sub_product)[-1].code,
        "cause_code": cause_place(complaint.issue, complaint.sub_issue)[-1].code,
        "branch_code": code_of(complaint.company),
        "received_at": f"{complaint.received_on}{_TIME}",
        "forwarded_at": f"{complaint.sent_on}{_TIME}",
        "regime_codes": [REGIME],
    }


def response_row(complaint):
    """:return: a row of record_response_batch"""
    response = RESPONSES[complaint.response]
    row = {"external_ref": reference(complaint), "in_time": complaint.is_timely}
    if not response.outcome:
        return {**row, "in_progress": True, "rule_code": RULE}
    relief = {"relief": response.relief} if response.relief else {}
    return {**row, "outcome": response.outcome, **relief, "closed": True}


def _facts(complaint):
    facts = (
        ("Product", complaint.product),
        ("Sub-issue", complaint.sub_issue),
        ("State", complaint.state),
        ("ZIP code", complaint.zip_code),
        ("Tags", complaint.tags),
    )
    return "\n".join(f"{name}: {value}" for name, value in facts if value)
