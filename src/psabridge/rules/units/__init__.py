"""A change of units on its way: what a line shows, what may be written, what became of it (protocol)."""
