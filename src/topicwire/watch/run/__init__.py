"""Where watching meets the store: looking at everything, and what is told of it."""
