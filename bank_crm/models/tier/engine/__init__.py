"""Months of many customers under a tier policy, in temporary tables."""

from .ladder import Ladder
from .walk import Walk

__all__ = ["Ladder", "Walk"]
