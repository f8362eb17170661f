from . import bank_points_simulation
from . import base_partner_merge
from . import base_partner_merge_earning
