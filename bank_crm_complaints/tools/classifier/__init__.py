"""Explainable classification of texts: which tokens speak for which category, learned by counting.

Pure Python, no ORM: :mod:`.tokens` cuts a text, :mod:`.scoring` weighs the tokens.
"""
