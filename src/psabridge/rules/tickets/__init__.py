"""When an alert becomes a ticket, and what becomes of the ticket. Pure (design section 7, R45, R47-R53)."""
