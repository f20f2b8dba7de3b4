"""An explicit-state model of one contract line, over the bridge's own functions (docs/model.md)."""
