# In the order of the rooms: a room reads only from rooms before it.
from . import shared
from . import branch
from . import customer
from . import ownership
from . import finance
from . import tier
from . import performance
from . import exchange
