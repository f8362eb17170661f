from . import test_complaint_bridge
