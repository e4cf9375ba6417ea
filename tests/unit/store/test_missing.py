from topicwire.store.missing import missing


def test_a_missing_name_offers_those_like_it() -> None:
    """A slip of the pen is answered with the name that was meant."""
    error = missing("source", "pres", ["press", "journal"])

    assert str(error) == (
        "There is no source 'pres'. Did you mean press? `topicwire source list` shows all of them."
    )


def test_a_missing_name_unlike_any_offers_none() -> None:
    """Where nothing is alike, only the way to the list is shown."""
    error = missing("topic", "xyz", ["space"])

    assert str(error) == "There is no topic 'xyz'. `topicwire topic list` shows all of them."
