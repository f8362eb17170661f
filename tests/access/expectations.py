"""Who may do what: the table that ``tests/test_access_matrix.py`` holds the product to.

Operations are letters: ``c`` create, ``r`` read, ``w`` write, ``d`` delete. ``"staff r, operations rwc"`` reads: every
role of the bank reads, operations also writes and creates.  Whatever is not written here is forbidden.
"""

from .points_world import POINTS_MODELS, POINTS_SETTINGS

# role of the matrix: who has what is written for the others, too
ROLES = {
    "relationship manager": {"staff", "rm"},
    "branch manager": {"staff", "rm", "manager"},
    "service agent": {"staff", "agent"},
    "compliance": {"staff", "compliance"},
    "auditor": {"staff", "auditor"},
    "operations": {"staff", "operations"},
    "bank admin": {"staff", "admin"},
    "satisfaction manager": {"staff", "satisfaction"},
    "loyalty manager": {"staff", "loyalty"},
    "plain employee": {"employee"},
    "portal user": {"portal"},
    "public": set(),
}

# Where a customer is, seen from the relationship manager and the manager of the branch North.
PLACES = {
    "own": "customer of the relationship manager, branch North",
    "backup": "customer of a colleague in South whom the relationship manager stands in for",
    "emergency": "customer of a colleague in South whom the relationship manager opened in an emergency",
    "same branch": "customer of a colleague, branch North",
    "sub-branch": "customer of a colleague, branch North VIP below North",
    "pool": "customer of branch North without a relationship manager",
    "other branch": "customer of a colleague, branch South",
    "nobody's": "customer without relationship manager and branch",
    "other company": "customer of another company",
}

HERE = set(PLACES) - {"other company"}
SEES = {
    "relationship manager": {"own", "backup", "emergency"},
    "branch manager": {"own", "same branch", "sub-branch", "pool"},
    "service agent": HERE,
    "compliance": HERE,
    "auditor": HERE,
    "operations": HERE,
    "bank admin": set(),
    "satisfaction manager": set(),  # but what customers were asked and answered, see EXCEPTIONS
    "loyalty manager": set(),  # but points, see EXCEPTIONS
    "plain employee": set(),
    "portal user": set(),
    "public": set(),
}

# Models that lead to customers: path to the customer, who may do what with the records of customers whom he sees.
CUSTOMER_MODELS = {
    "res.partner": ("id", "everybody r, rm rwc, operations rwc"),
    "bank.financial.profile": ("partner_id", "staff r, rm rw, operations rw"),
    "bank.identity.document": ("partner_id", "staff r, rm rwc, operations rwc"),
    "bank.customer.event": ("partner_id", "staff r"),
    "bank.assignment": ("partner_id", "staff r, rm rc, manager rwc, operations rwc"),
    "bank.tier.history": ("partner_id", "staff r"),
    "bank.tier.standing": ("partner_id", "staff r"),
    "bank.tier.override": ("partner_id", "staff r, rm rc, operations rc"),
    "bank.holding": ("owner_id", "staff r, operations rwc"),
    "bank.holding.party": ("partner_id", "staff r, operations rwcd"),
    "bank.balance": ("holding_id.owner_id", "staff r, operations rwc"),
    "bank.transaction": ("holding_id.owner_id", "staff r"),
    "bank.transaction.revision": ("transaction_id.holding_id.owner_id", "staff r"),
    "bank.customer.month": ("partner_id", "rm r, agent r, compliance r, auditor r, operations r"),
    "bank.figure.correction": ("partner_id", "compliance r, auditor r, operations r"),
    "bank.month.stale": ("partner_id", "auditor r, operations r"),
    "bank.group": ("head_id", "rm rwc, agent r, compliance r, auditor r, operations rwcd"),
    "bank.group.member": ("partner_id", "rm rwcd, agent r, compliance r, auditor r, operations rwcd"),
    "bank.group.month": ("group_id.head_id", "rm r, agent r, compliance r, auditor r, operations r"),
    "bank.consent": ("partner_id", "staff r, rm rc, agent rc"),
    "bank.privacy.request": ("partner_id", "rm rc, agent rc, compliance rwc, auditor r"),
    "bank.legal.hold": ("partner_id", "compliance rwc, auditor r"),
    "bank.reveal.log": ("partner_id", "compliance r, auditor r"),
    "bank.exchange.key": ("partner_id", "operations r, auditor r"),
    "bank.money.mover": ("partner_id", "rm r, compliance r, auditor r, operations r"),
    "bank.customer.value": ("partner_id", "staff r"),
    "bank.customer.value.history": ("partner_id", "staff r"),
    "bank.lifecycle.history": ("partner_id", "staff r"),
    "bank.lifecycle.override": ("partner_id", "staff r, manager rwc, operations rwc"),
    "bank.benefit.use": ("partner_id", "staff r"),
    "bank.benefit.year": ("partner_id", "staff r"),
}

# Models that hang on a ticket of the addon for complaints; ``ticket_world.py`` gives each place a record of each.
TICKET_MODELS = {
    "bank.ticket": ("partner_id", "rm rc, agent rwc, compliance rwc, operations rc, auditor r"),
    "bank.ticket.event": ("ticket_id.partner_id", "rm r, agent r, compliance r, operations r, auditor r"),
    "bank.ticket.delivery": ("ticket_id.partner_id", "rm r, agent r, compliance r, operations r, auditor r"),
}
TICKET_MODELS |= {
    "bank.ticket.task": ("ticket_id.partner_id", "staff rw, agent rwc, compliance rwc"),
    "bank.ticket.escalation": ("ticket_id.partner_id", "rm r, agent r, compliance r, auditor r"),
    "bank.ticket.clock.report": ("ticket_id.partner_id", "rm r, agent r, compliance r, auditor r"),
    "bank.ticket.report": ("ticket_id.partner_id", "rm r, agent r, compliance r, auditor r"),
    "bank.ticket.progress": ("ticket_id.partner_id", "rm r, agent r, compliance r, operations r, auditor r"),
}
TICKET_MODELS |= {
    "bank.ticket.clock": ("ticket_id.partner_id", "rm r, agent r, compliance r, operations r, auditor r"),
    "bank.ticket.clock.extension": ("ticket_id.partner_id", "rm r, agent r, compliance r, operations r, auditor r"),
    "bank.ticket.pause": ("ticket_id.partner_id", "rm r, agent r, compliance r, operations r, auditor r"),
}
TICKET_MODELS |= {
    "bank.ticket.party": ("ticket_id.partner_id", "rm rc, agent rwcd, compliance rwcd, operations rc, auditor r"),
    "bank.ticket.acceptance": ("ticket_id.partner_id", "rm r, agent r, compliance r, operations r, auditor r"),
    "bank.ticket.closure": ("ticket_id.partner_id", "rm r, agent r, compliance r, operations r, auditor r"),
    "bank.ticket.merge": ("target_id.partner_id", "rm r, agent r, compliance r, operations r, auditor r"),
    "bank.ticket.access.log": ("ticket_id.partner_id", "compliance r, auditor r"),
}
TICKET_MODELS |= {
    # drafts may be deleted, what was sent is sealed
    "bank.ticket.letter": ("ticket_id.partner_id", "rm r, agent rwcd, compliance rwcd, operations r, auditor r"),
    "bank.ticket.letter.point": (
        "letter_id.ticket_id.partner_id",
        "rm r, agent rwcd, compliance rwcd, operations r, auditor r",
    ),
}
CUSTOMER_MODELS |= TICKET_MODELS

# Models that hang on an answer to a survey; ``survey_world.py`` gives each place a record of each.
SURVEY_MODELS = {
    "bank.survey.invitation": ("partner_id", "staff r"),
    "bank.survey.score": ("partner_id", "staff r"),
    "bank.survey.contact.state": ("partner_id", "satisfaction r, compliance r, auditor r"),
    "bank.survey.followup": ("partner_id", "rm rw, agent rw, satisfaction rw, compliance r, auditor r"),
    "bank.survey.followup.attempt": (
        "followup_id.partner_id",
        "rm r, agent r, satisfaction r, compliance r, auditor r",
    ),
    "bank.survey.followup.report": ("followup_id.partner_id", "rm r, satisfaction r, compliance r, auditor r"),
    "bank.survey.reopening": ("user_input_id.partner_id", "satisfaction r, compliance r, auditor r"),
    # answers in full: whoever looks after a customer sees scores
    "survey.user_input": ("partner_id", "satisfaction r, compliance r, auditor r"),
}
CUSTOMER_MODELS |= SURVEY_MODELS
CUSTOMER_MODELS |= POINTS_MODELS

# Models of Odoo among them.
NOT_OURS = {"res.partner", "survey.user_input"}

# A relationship manager takes on customers for himself only: the assignment of a colleague is not his to make.
# An emergency is for reading.
EXCEPTIONS = {
    **{
        (model, "relationship manager", letter): {"own", "backup"}
        for model in ("res.partner", "bank.financial.profile", "bank.identity.document", "bank.consent")
        for letter in "cw"
    },
    **{
        (model, "relationship manager", letter): {"own", "backup"}
        for model in ("bank.group", "bank.group.member")
        for letter in "cwd"
    },
    ("bank.privacy.request", "relationship manager", "c"): {"own", "backup"},
    ("bank.tier.override", "relationship manager", "c"): {"own", "backup"},
    ("bank.ticket", "relationship manager", "c"): {"own", "backup"},
    ("bank.ticket.party", "relationship manager", "c"): {"own", "backup"},
    # whoever is neither agent nor compliance changes the tasks that he or his department has to do
    **{
        ("bank.ticket.task", role, "w"): {"nowhere"}
        for role in ("relationship manager", "branch manager", "auditor", "operations")
    },
    ("bank.assignment", "relationship manager", "c"): {"own", "backup"},
    # who runs the programmes sees whom they ask and what they answer
    **{(model, "satisfaction manager", "r"): HERE for model in SURVEY_MODELS},
    ("bank.survey.followup", "satisfaction manager", "w"): HERE,
    **{(model, "loyalty manager", "r"): HERE for model in POINTS_MODELS},
    ("bank.points.finding", "loyalty manager", "w"): HERE,
    ("bank.survey.followup", "relationship manager", "w"): {"own", "backup"},
    ("bank.survey.followup", "service agent", "w"): {"nowhere"},  # agents work on their own ones
}

# Models without customers.
OTHER_MODELS = {
    "bank.branch": "staff r, admin rwcd",
    "bank.branch.service": "staff r, admin rwcd",
    "bank.income.band": "staff r, admin rwcd",
    "bank.product": "staff r, admin rwcd",
    "bank.product.family": "staff r, admin rwcd",
    "bank.tier": "staff r, admin rwcd",
    "bank.benefit": "staff r, admin rwcd",
    "bank.value.policy": "staff r, admin rwcd",
    "bank.rfm.segment": "staff r, admin rwcd",
    "bank.lifecycle.rule": "staff r, admin rwcd",
    "bank.tier.policy": "staff r, admin rwcd",
    "bank.tier.policy.level": "staff r, admin rwcd",
    "bank.tier.policy.weight": "staff r, admin rwcd",
    "bank.tier.simulation": "admin rwcd, compliance rwcd, operations rwcd, auditor rwcd",
    "bank.tier.simulation.line": "admin r, compliance r, operations r, auditor r",
    "bank.run": "operations r, admin r, auditor r",
    "bank.exchange.batch": "operations r, admin r, auditor r",
    "bank.exchange.error": "operations r, admin r, auditor r",
    "bank.consent.text": "staff r, compliance rwcd, admin rwcd",
    "bank.scorecard.metric": "staff r, admin rwcd",
    # of one's own book or branches only, see bank_crm/tests/performance/test_money_board.py
    "bank.money.total": "rm r, compliance r, auditor r, operations r",
    "bank.money.move": "rm r, compliance r, auditor r, operations r",
    "bank.money.concentration": "rm r, compliance r, auditor r, operations r",
    "bank.money.maturity": "rm r, compliance r, auditor r, operations r",
    "bank.money.month": "operations r, auditor r, admin r",
    "bank.contact.policy": "staff r, admin rwcd",
    "bank.retention.rule": "compliance rwcd, admin rwcd, auditor r",
    "bank.ticket.team": "staff r, admin rwcd",
    "bank.ticket.stage": "staff r, admin rwcd",
    "bank.ticket.regime": "staff r, admin rwcd",
    "bank.ticket.clock.rule": "staff r, admin rwcd",
    "bank.ticket.clock.extension.rule": "staff r, admin rwcd",
    "bank.ticket.workday": "staff r, admin rwcd",
    "bank.ticket.escalation.level": "staff r, admin rwcd",
    "bank.ticket.letter.kind": "staff r, portal r, admin rwcd",
    "bank.ticket.letter.clause": "staff r, admin rwcd",
    "bank.ticket.letter.template": "staff r, admin rwcd",
    "bank.ticket.response": "staff r, admin rwcd",
    "bank.ticket.member": "staff r, admin rwcd",
    "bank.ticket.service": "staff r, portal r, admin rwcd",
    "bank.ticket.service.step": "staff r, admin rwcd",
    "bank.ticket.taxon": "staff r, admin rwcd",
    "bank.ticket.taxon.map": "staff r, admin rwcd",
    "bank.ticket.taxon.gap": "staff r",
    "bank.ticket.taxon.evidence": "compliance r, auditor r",
    "bank.ticket.attempt": "admin r, auditor r",
    "bank.ticket.quarantine": "agent r, compliance r, auditor r",
    "bank.ticket.webhook": "admin rwcd, operations r, compliance r, auditor r",
    "bank.ticket.webhook.delivery": "admin r, operations r, compliance r, auditor r",
    "bank.survey.program": "staff r, satisfaction rwcd, admin rwcd",
    "bank.survey.program.channel": "staff r, satisfaction rwcd, admin rwcd",
    "bank.survey.analysis": "satisfaction rwc, compliance rwc, auditor rwc",
    "bank.survey.analysis.line": "satisfaction r, compliance r, auditor r",
    "bank.survey.cause": "staff r, satisfaction rwcd, admin rwcd",
    "bank.survey.contact.request": "satisfaction rwd",
    "bank.survey.followup.cancel": "rm rwc, agent rwc, satisfaction rwc",
    "bank.survey.followup.close": "rm rwc, agent rwc, satisfaction rwc",
    "bank.survey.followup.contact": "rm rwc, agent rwc, satisfaction rwc",
    "bank.survey.followup.reassign": "rm rwc, agent rwc, satisfaction rwc",
    "bank.survey.followup.rule": "rm r, agent r, satisfaction rwcd, admin rwcd, compliance r, auditor r",
    "bank.survey.followup.step": "rm r, agent r, satisfaction rwcd, admin rwcd, compliance r, auditor r",
    "bank.survey.improvement": "satisfaction rwcd, manager r, compliance r, auditor r",
    "bank.survey.message": "staff r, satisfaction rwcd, admin rwcd",
    "bank.survey.message.preview": "satisfaction rwcd, admin rwcd",
    "bank.survey.point": "staff r, satisfaction rwcd, admin rwcd",
    "bank.survey.reopen": "satisfaction rwc",
    "bank.survey.review": "satisfaction rwc",
    "bank.survey.simulation": "satisfaction rwc, admin rwc",
    "bank.survey.simulation.line": "satisfaction r, admin r",
    "bank.survey.stat": "staff r",  # groups only, see test_stat.py
    "bank.survey.topic": "staff r, satisfaction rwcd, admin rwcd",
    "bank.survey.contact.rule": "satisfaction rwcd, admin rwcd, compliance r, auditor r",
    "bank.survey.wave": "satisfaction rwcd, compliance r, auditor r, admin r",
    "bank.survey.stratum": "satisfaction rwcd, compliance r, auditor r, admin r",
    # opened to those who take part in them
    "bank.handover": "rm rwcd, operations rwcd, compliance r, auditor r",
    "bank.handover.line": "rm rwcd, operations rwcd, compliance r, auditor r",
    "bank.ownership.claim": "rm r, manager rw, operations rw, compliance r, auditor r",
    "bank.ownership.conflict": "rm r, operations r, compliance r, auditor r",
    "bank.assignment.rule": "manager r, auditor r, operations rwcd, admin rwcd",
    "bank.merge.request": "rm rc, operations rwc, compliance rwc, auditor r",
    "bank.access.grant": "rm r, compliance r, auditor r",
    # wizards: everybody sees his own records only
    "bank.ticket.response.insert": "agent rwcd, compliance rwcd",
    "bank.ticket.convert": "agent rwcd, compliance rwcd",
    "bank.ticket.identify": "agent rwcd, compliance rwcd",
    "bank.ticket.receipt.correction": "agent rwcd, compliance rwcd",
    "bank.ticket.reaction": "agent rwcd, compliance rwcd",
    "bank.ticket.reopen": "agent rwcd, compliance rwcd",
    "bank.ticket.withdraw": "agent rwcd, compliance rwcd",
    "bank.ticket.forward": "agent rwcd, compliance rwcd",
    "bank.ticket.merge.new": "agent rwcd, compliance rwcd",
    "bank.ticket.merge.undo": "agent rwcd, compliance rwcd",
    "bank.ticket.duplicate.mark": "agent rwcd, compliance rwcd",
    "bank.ticket.split": "agent rwcd, compliance rwcd",
    "bank.ticket.hold": "agent rwcd, compliance rwcd",
    "bank.ticket.fact": "agent rwcd, compliance rwcd",
    "bank.ticket.clock.extend": "agent rwcd, compliance rwcd",
    "bank.ticket.clock.correct": "compliance rwcd",
    "bank.ticket.intake": "rm rwcd, agent rwcd, compliance rwcd, operations rwcd",
    "bank.access.request": "rm rwcd",
    "bank.ownership.claim.new": "rm rwcd",
    "bank.ownership.claim.answer": "rm rwcd, operations rwcd",
    "bank.duplicate.check": "staff rw",
    "bank.duplicate.check.line": "staff r",
    "bank.month.explanation": "rm rwc, agent rwc, compliance rwc, auditor rwc, operations rwc",
    "bank.month.explanation.line": "rm r, agent r, compliance r, auditor r, operations r",
    "bank.run.request": "operations rwc, admin rwc",
    "bank.reveal": "privacy rc",  # a right beside the roles
    "bank.key.rotation": "admin rc",
    "bank.key.rotation.line": "admin rc",
    "bank.assignment.proposal": "manager rwcd, operations rwcd",
    "bank.assignment.proposal.line": "manager r, operations r",
    "bank.assignment.proposal.load": "manager r, operations r",
    "bank.benefit.use.new": "rm rwcd, agent rwcd, operations rwcd",
    "bank.statement.request": "staff rwc",
    "bank.exchange.import": "operations rwcd",
    "bank.exchange.import.column": "operations rwcd",
    "bank.exchange.import.sheet": "operations rwcd",
}
OTHER_MODELS |= POINTS_SETTINGS


def allowed(text, role):
    """Return the letters that ``text`` gives to ``role``."""
    letters = set()
    for part in text.split(","):
        who, what = part.split()
        if who == "everybody" or who in ROLES[role]:
            letters |= set(what)
    return letters
