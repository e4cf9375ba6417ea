from builders import NOON
from topicwire.watch.errands import set_aside


def test_an_errand_that_was_set_aside_is_told_with_what_mends_it() -> None:
    """Why, where that is known, and the command that has it tried again."""
    incident = set_aside("poll:shard-3-0", "LookupError, 5 times.", at=NOON)

    assert (incident.name, incident.cause) == ("poll:shard-3-0", "LookupError, 5 times.")
    assert "topicwire errand retry poll:shard-3-0" in incident.mend
