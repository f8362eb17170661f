from . import bank_exchange_import_sheet
from . import bank_exchange_import_column
from . import bank_exchange_import
from . import bank_assignment_proposal
from . import bank_assignment_proposal_line
from . import bank_assignment_proposal_load
from . import bank_ownership_claim_answer
from . import bank_ownership_claim_new
