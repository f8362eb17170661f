from . import holding_portal
from . import html_editor
