"""What reading needs and takes long to load; importing this loads it, for all workers at once."""

from topicwire.ingest import extract, read, tongue

__all__ = ["extract", "read"]

tongue.load()
