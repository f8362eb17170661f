from . import bank_income_band
from . import bank_customer_event
from . import bank_financial_profile
from . import bank_identity_document
from . import res_partner
from . import res_partner_profile
from . import res_partner_related
from . import base_partner_merge
