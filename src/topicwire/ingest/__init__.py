"""Act 1, wire to store: asks sources for their feeds and keeps what they say."""
