from . import branch
from . import customer
from . import shared
from . import exchange
from . import demo
