"""Metrics for Prometheus: what this process counted and what the store knows."""
