from . import sealing
