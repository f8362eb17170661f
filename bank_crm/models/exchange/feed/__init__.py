"""The work behind ``bank.exchange``: plain Python and set-based SQL, no models.

problems   what can be wrong with a row, as code and message
convert    one value of a row -> the value of a column, or a refusal
schema     one row -> a dictionary of converted values, or problems
digest     the fingerprint of a batch
references codes and external ids -> database ids, one query for each kind
rounding   amounts as monetary fields store them
staging    COPY into a temporary table, INSERT and UPDATE from there
shortcuts  core's stored computed fields, computed without records
*_feed     what becomes of the valid rows
closing_balances, derived_balances  balances out of postings
"""
