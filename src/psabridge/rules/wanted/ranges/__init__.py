"""Items that accumulate over a month and start again (behaviour section 9, R17)."""
