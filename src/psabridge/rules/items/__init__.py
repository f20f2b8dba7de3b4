"""What the platform offers: names, labels, units, kinds."""
