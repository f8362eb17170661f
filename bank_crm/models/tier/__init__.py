from . import bank_assignment_rule
from . import bank_benefit
from . import bank_tier
from . import bank_tier_history
from . import bank_product
from . import bank_run
from . import res_partner
