"""The monthly figures in SQL: one step after the other, each in a temporary table of its own."""
