"""Concepts in the catalogue: members with terms for every language, and for one alone."""

from pathlib import Path

import pytest

from topicwire.errors import CatalogueError
from topicwire.model.catalogue import Member
from topicwire.world.catalogue import assemble

HEAD = 'id = "nation"\ndescription = "Nations."\n'
MEMBER = HEAD + '[[member]]\nname = "Russia"\nterms = ["Russia"]\n'


def members(text: str) -> tuple[Member, ...]:
    (concept,) = assemble({"concepts/nation.toml": text}, Path("nowhere")).concepts
    return concept.members


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            MEMBER + '[member.in]\nfr = ["russe", "Russie"]\nde = "Russe"\n',
            (Member("Russia", ("Russia",), (("de", ("Russe",)), ("fr", ("russe", "Russie")))),),
            id="a table of the member",
        ),
        pytest.param(
            MEMBER + 'in = { fr = ["russe"] }\n[[member]]\nname = "India"\n[member.in]\nfr = ["Inde"]\n',
            (
                Member("Russia", ("Russia",), (("fr", ("russe",)),)),
                Member("India", (), (("fr", ("Inde",)),)),
            ),
            id="inline, and without terms for all",
        ),
        pytest.param(
            HEAD + 'terms = ["Mir"]\n[in]\nes = ["Luna", "Marte"]\nit = ["Luna"]\n',
            (
                Member("Mir", ("Mir",)),
                Member("Luna", (), (("es", ("Luna",)), ("it", ("Luna",)))),
                Member("Marte", (), (("es", ("Marte",)),)),
            ),
            id="of the concept, each a member",
        ),
    ],
)  # fmt: skip
def test_terms_come_with_their_language(text: str, expected: tuple[Member, ...]) -> None:
    """The languages in order; a term of several languages is one member."""
    assert expected == members(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(MEMBER + '[member.in]\nfrench = ["russe"]\n', "7:1: french is no language code; did you mean fr?", id="name"),
        pytest.param(MEMBER + '[member.in]\nfrensh = ["russe"]\n', "7:1: frensh is no language code; did you mean fr?", id="near miss"),
        pytest.param(MEMBER + '[member.in]\njp = ["x"]\n', "7:1: jp is no language code; did you mean ja?", id="country"),
        pytest.param(MEMBER + '[member.in]\nfra = ["x"]\n', "7:1: fra is no language code; did you mean fr?", id="three letters"),
        pytest.param(MEMBER + '[member.in]\nFR = ["x"]\n', "7:1: FR is written in small letters: fr", id="capitals"),
        pytest.param(MEMBER + '[member.in]\npt-BR = ["x"]\n', "7:1: pt-BR names more than a language; write pt, which holds for all its regions", id="region"),
        pytest.param(MEMBER + '[member.in]\nqqqq = ["x"]\n', "7:1: qqqq is no language code; write a code of ISO 639 such as en or fr", id="unknown"),
        pytest.param(MEMBER + "[member.in]\nfr = []\n", "7:1: fr is empty; write some terms there, or remove it", id="no terms"),
        pytest.param(MEMBER + "[member.in]\nfr = 3\n", "7:1: fr is 3; write a string or an array of strings", id="no strings"),
        pytest.param(MEMBER + "[member.in]\n", '6:1: in is empty; write terms by language there, such as fr = ["…"]', id="no language"),
        pytest.param(MEMBER + '[member.in]\nfr = ["Russia"]\n', "7:1: fr holds 'Russia', which counts in every language already; remove one", id="twice"),
        pytest.param(MEMBER + 'in = "fr"\n', "6:1: in is 'fr'; write a table under its own [in]", id="no table"),
        pytest.param(HEAD + "terms = []\n", "3:1: terms is empty; write some terms there, or remove it", id="empty list"),
        pytest.param(HEAD + '[[member]]\nname = "Russia"\n', "3:1: terms is missing; write the member's terms", id="no terms at all"),
    ],
)  # fmt: skip
def test_a_problem_is_placed(text: str, expected: str) -> None:
    """What is wrong with a language or its terms is named where it stands."""
    with pytest.raises(CatalogueError) as caught:
        assemble({"concepts/nation.toml": text}, Path("nowhere"))
    assert (f"concepts/nation.toml:{expected}",) == caught.value.problems


def test_a_language_of_three_letters_is_taken() -> None:
    """Where no code of two letters stands for it."""
    assert members(MEMBER + '[member.in]\ngsw = ["Russland"]\n')[0].terms_in == (("gsw", ("Russland",)),)  # fmt: skip
