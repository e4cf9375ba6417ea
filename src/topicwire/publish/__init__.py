"""Act 3, store to wire: composes a topic's placements and renders them as documents."""
