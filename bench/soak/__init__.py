"""A simulated month: `python -m bench.soak`."""
