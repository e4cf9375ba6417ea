from topicwire.store.sources import in_turn, sliced


def test_hosts_take_turns() -> None:
    """F35: a host with many due sources does not hold up the others."""
    due = [
        ("a1", "https://a.example/1"),
        ("a2", "https://a.example/2"),
        ("a3", "https://A.example:443/3"),
        ("b1", "http://b.example/1"),
        ("c1", "samples/columns.xml"),
        ("b2", "http://b.example/2"),
    ]

    assert in_turn(due) == ["a1", "b1", "c1", "a2", "b2", "a3"]


def test_nothing_due_is_nothing() -> None:
    """No source gives no turn."""
    assert in_turn([]) == []


def test_slices_hold_every_key_once() -> None:
    """Cutting many keys into statements loses none and repeats none."""
    keys = [str(number) for number in range(2500)]

    slices = list(sliced(keys))

    assert [len(each) for each in slices] == [1000, 1000, 500]
    assert [key for each in slices for key in each] == keys
