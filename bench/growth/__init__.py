"""What each step costs as the archive grows, with the same topics, sources and rate of arrival."""
