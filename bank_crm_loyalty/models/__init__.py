from . import bank_customer_event
from . import bank_points_program
from . import bank_points_account
from . import bank_points_entry
from . import bank_points_allocation
from . import bank_points_account_api
from . import res_partner
from . import res_users
