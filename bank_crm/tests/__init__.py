from . import branch
from . import customer
from . import shared
from . import ownership
from . import exchange
from . import demo
