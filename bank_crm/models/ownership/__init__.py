from . import bank_assignment
from . import bank_branch
from . import res_users
from . import res_partner
from . import res_partner_scope
from . import base_partner_merge
