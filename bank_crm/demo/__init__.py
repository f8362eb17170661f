"""The invented bank of the demonstration data.

``plan`` says what there is, without Odoo: the same for the same day. ``writers`` write a plan into a database.
``builder`` calls both; nothing here is imported on a server without demonstration data (see the model ``bank.demo``).
"""
