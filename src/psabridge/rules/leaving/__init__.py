"""Customers that leave: days without a live addition are counted, then tenants are disabled and deleted."""
