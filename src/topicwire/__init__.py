"""Topicwire reads columns from any source and republishes them as topic feeds."""
