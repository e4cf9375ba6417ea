"""The sources on the command line: a module for each kind of verb."""
