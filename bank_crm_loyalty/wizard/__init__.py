from . import bank_points_simulation
