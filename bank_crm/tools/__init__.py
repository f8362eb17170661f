from . import identity_numbers
from . import sealing
from . import secrets
from . import text_masking
