"""Traces for OpenTelemetry: the whole road of each column, where somebody wants to see it."""
