"""Act 2, store to store: judges entries against topics and places those that belong."""
