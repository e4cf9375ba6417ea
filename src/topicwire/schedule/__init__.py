"""The daemon's schedule: when each act works, beside which others, and what is told of it."""
