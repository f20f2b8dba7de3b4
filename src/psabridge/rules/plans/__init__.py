"""What will change, from which day, for how much money, and what waits for a person."""
