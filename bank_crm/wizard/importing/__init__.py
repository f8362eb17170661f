"""From a file to rows of the exchange, and from refused rows to a file.

tables   bytes -> sheets of cells
columns  which key of a row a column stands for
rows     cells -> rows of the exchange
rejects  refused rows -> a file with the reasons
"""
