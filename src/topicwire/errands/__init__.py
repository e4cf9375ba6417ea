"""Errands: what the daemon does, whichever process does it, and what is told of it."""
