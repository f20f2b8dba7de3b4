"""Customers that appear in Autotask and have no tenant yet (behaviour section 6)."""
