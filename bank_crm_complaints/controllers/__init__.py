from . import ticket_new
from . import ticket_page
from . import ticket_portal
from . import ticket_track
