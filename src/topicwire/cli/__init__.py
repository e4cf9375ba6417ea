"""The admin CLI, one module a noun."""
