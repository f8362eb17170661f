from .customers import make_plan
