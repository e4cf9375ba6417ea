"""ACT 1's hands: the only modules of ingest that touch store and world, one a kind of work."""
