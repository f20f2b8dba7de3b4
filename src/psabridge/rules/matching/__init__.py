"""Which tenant a company could be: suggestions with reasons, never applied without being asked (R63)."""
