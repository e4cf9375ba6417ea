"""What processes on one PostgreSQL share beside the store: errands, the lead, and hosts' turns."""
