"""What is particular to each kind of database: SQLite, and PostgreSQL."""
