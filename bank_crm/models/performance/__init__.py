from . import bank_scorecard_metric
from . import bank_scorecard_book
from . import res_users
