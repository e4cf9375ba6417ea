from builders import a_concept, a_source
from stores import a_definition
from topicwire.model.catalogue import Republish
from topicwire.model.report import Change
from topicwire.store.differences import (
    Difference,
    Facets,
    Known,
    differences,
    source_facets,
    topic_facets,
)


def known(facets: Facets, *, is_listed: bool = True) -> Known:
    return Known(facets=facets, is_listed=is_listed, farewell="its 3 entries stay")


def test_what_is_as_wanted_is_no_difference() -> None:
    """Mirroring the same catalogue twice changes nothing."""
    facets = source_facets(a_source())

    assert differences("source", {"press": facets}, {"press": known(facets)}) == ()


def test_what_is_not_known_is_added() -> None:
    """A new source is added, and its address is shown."""
    found = differences("source", {"press": source_facets(a_source())}, {})

    change = Change("add", "source", "press", "https://press.example/feed")
    assert found == (Difference(change, is_known=False),)


def test_what_came_back_is_added_though_known() -> None:
    """A source that left the catalogue and comes back is added, with what differs from before."""
    before = source_facets(a_source(title="Old"))

    (found,) = differences(
        "source", {"press": source_facets(a_source())}, {"press": known(before, is_listed=False)}
    )

    assert (found.change.verb, found.is_known, found.changed) == ("add", True, frozenset({"title"}))


def test_a_change_names_the_fields_in_order() -> None:
    """A change says which fields differ, in the order of the file."""
    wanted = source_facets(a_source(title="New", republish=Republish.FULL))

    (found,) = differences("source", {"press": wanted}, {"press": known(source_facets(a_source()))})

    assert found.change == Change("change", "source", "press", "title, republish")


def test_what_is_no_longer_wanted_is_removed() -> None:
    """A source that left the catalogue is removed, and the change says what stays."""
    (found,) = differences("source", {}, {"press": known(source_facets(a_source()))})

    assert found.change == Change("remove", "source", "press", "its 3 entries stay")


def test_what_left_before_is_not_removed_again() -> None:
    """A source that is already gone is no difference."""
    gone = known(source_facets(a_source()), is_listed=False)

    assert differences("source", {}, {"press": gone}) == ()


def test_a_changed_concept_or_version_changes_the_topic() -> None:
    """A topic changes with the concepts it names and with the version of the judge."""
    before = known(topic_facets(a_definition()))
    wanted = topic_facets(a_definition(concepts=(a_concept(),), version="v2"))

    (found,) = differences("topic", {"seats": wanted}, {"seats": before})

    assert found.change == Change("change", "topic", "seats", "concepts, version")


def test_differences_come_by_id() -> None:
    """The plan is in order of id, whatever happens to each."""
    wanted = {name: source_facets(a_source(id=name)) for name in ("c", "a")}

    found = differences("source", wanted, {"b": known(source_facets(a_source(id="b")))})

    assert [(each.change.verb, each.change.id) for each in found] == [
        ("add", "a"),
        ("remove", "b"),
        ("add", "c"),
    ]
