"""What reading needs and takes long to load; importing this loads it, for all workers at once."""

from topicwire.ingest import extract, read
from topicwire.ingest.tongue import spoken

__all__ = ["extract", "read"]

spoken("The tables of languages are loaded by the first text that is long enough.", declared=None)
