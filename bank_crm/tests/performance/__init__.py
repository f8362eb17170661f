from . import test_scorecard
from . import test_money_totals
from . import test_money_board
from . import test_money_tour
