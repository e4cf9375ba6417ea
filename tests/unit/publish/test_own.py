"""Signed links: whoever has not the token's digest can neither make one nor learn whose it is."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from topicwire.publish.own import (
    Answer,
    OwnReader,
    SignedAnswer,
    client,
    digest_of,
    signed_answer,
)

ADA = OwnReader(digest_of("ada's token"))
NO = Answer("seats", 7, is_on_topic=False)


def signed(reader: OwnReader, answer: Answer) -> SignedAnswer:
    found = signed_answer(reader.path(answer))
    assert found is not None
    return found


@given(
    topic=st.from_regex(r"[a-z0-9]+(-[a-z0-9]+){0,3}", fullmatch=True).filter(
        lambda text: len(text) <= 64
    ),
    entry=st.integers(1, 2**53),
    is_on_topic=st.booleans(),
    token=st.text(max_size=50),
)
def test_a_link_gives_back_the_answer_and_its_reader(
    topic: str,
    entry: int,
    is_on_topic: bool,  # noqa: FBT001 (hypothesis gives it by name)
    token: str,
) -> None:
    """Whatever is asked of whomever, the link says it, and its reader knows it again."""
    reader, answer = OwnReader(digest_of(token)), Answer(topic, entry, is_on_topic=is_on_topic)

    found = signed(reader, answer)

    assert (found.answer, found.reader) == (answer, reader.id)
    assert reader.has_signed(found)


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param({"answer": replace(NO, is_on_topic=True)}, id="answer"),
        pytest.param({"answer": replace(NO, entry_id=8)}, id="entry"),
        pytest.param({"answer": replace(NO, topic_id="crews")}, id="topic"),
        pytest.param({"signature": "0" * 32}, id="signature"),
        pytest.param({"reader": "0" * 12}, id="reader"),
    ],
)
def test_a_link_that_was_changed_is_signed_by_nobody(changed: dict[str, object]) -> None:
    """S27: each part of a link is covered by its signature."""
    assert not ADA.has_signed(replace(signed(ADA, NO), **changed))  # type: ignore[arg-type]


def test_a_link_of_another_reader_is_not_ours() -> None:
    """Two readers have different links to the same answer."""
    other = OwnReader(digest_of("bo's token"))

    assert other.path(NO) != ADA.path(NO)
    assert not other.has_signed(signed(ADA, NO))


def test_a_link_tells_neither_token_nor_digest() -> None:
    """S27: what stands in feeds and logs opens nothing."""
    path = ADA.path(NO)

    assert "token" not in path
    assert not any(ADA.digest[start : start + 8] in path for start in range(len(ADA.digest) - 8))


@pytest.mark.parametrize(
    "path",
    [
        pytest.param("/feedback/seats/7/no/", id="no signature"),
        pytest.param(f"{ADA.path(NO)}0", id="too long a signature"),
        pytest.param(ADA.path(NO).upper(), id="capitals"),
        pytest.param(ADA.path(NO).replace("/no/", "/maybe/"), id="another word"),
        pytest.param(ADA.path(NO).replace("/7/", "/07/"), id="a number written otherwise"),
        pytest.param(ADA.path(NO).replace("/7/", f"/{'9' * 30}/"), id="no entry's number"),
        pytest.param(ADA.path(NO).replace("/seats/", "/../"), id="dots"),
        pytest.param(ADA.path(NO) + "\n", id="line break at the end"),
    ],
)
def test_any_other_path_is_no_answer(path: str) -> None:
    """S28: only what a link can be is read at all."""
    assert signed_answer(path) is None


def test_a_program_is_kept_as_one_short_line() -> None:
    """S20: what a client says of itself is cleaned before it is kept and listed."""
    assert client("Reader/1\r\nEvil: \x00 yes") == "Reader/1 Evil: yes"
    assert len(client("x" * 1000)) == 200
