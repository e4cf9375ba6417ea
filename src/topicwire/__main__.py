"""`python -m topicwire` is the same as the `topicwire` command."""

from topicwire.cli.main import main

if __name__ == "__main__":
    main()
