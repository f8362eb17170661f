from . import bank_branch_service
from . import bank_branch
from . import res_users
