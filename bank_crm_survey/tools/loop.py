from typing import NamedTuple


class LoopAnswer(NamedTuple):
    """What rules of follow-ups look at of one finished answer; ids are of the database, None where there is none."""

    id: int
    program_id: int
    company_id: int
    invitation_id: int
    partner_id: int
    branch_id: int
    manager_id: int  # when the customer was asked
    owner_id: int  # the relationship manager of today
    home_branch_id: int  # the branch of today
    tier_id: int
    answered_at: object  # naive UTC datetime
    is_confidential: bool
    score: int
    bucket: str
    is_manager_low: bool  # a low score of a question about the relationship manager
    words: str
