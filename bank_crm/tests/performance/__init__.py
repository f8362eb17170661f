from . import test_scorecard
from . import test_money_totals
from . import test_money_board
