"""The database: what happened. The only user of SQLAlchemy."""
