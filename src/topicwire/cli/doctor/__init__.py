"""`topicwire doctor`: what it looks at, a module a part of the house."""
