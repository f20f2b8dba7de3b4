"""From a number back to where it came from, and who changed it since."""
