"""The outside world but for the database: catalogue files, the web, worker processes, locks."""
