"""The whole system under kills and faults; `python -m bench.chaos` says what it withstood."""
