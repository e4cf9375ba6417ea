"""Act 3 as the doors use it."""
