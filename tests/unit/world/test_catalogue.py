from pathlib import Path

import pytest

from topicwire.errors import CatalogueError
from topicwire.model.catalogue import Concept, Example, Member, Republish, Source, Topic
from topicwire.world.catalogue import assemble, is_id

NOWHERE = Path("nowhere")
SOURCE = 'id = "press"\nurl = "https://press.example/feed"\n'
TOPIC = 'id = "seats"\ntitle = "Seats"\ndescription = "Who flies."\nquery = "seats"\n'
CONCEPT = 'id = "moon"\ndescription = "The Moon."\nterms = ["moon"]\n'


def problems(**files: str) -> tuple[str, ...]:
    """Return what is wrong with these files; a name such as `topics_seats` is topics/seats.toml."""
    texts = {f"{name.replace('_', '/')}.toml": text for name, text in files.items()}
    with pytest.raises(CatalogueError) as raised:
        assemble(texts, NOWHERE)
    return raised.value.problems


def test_a_source_may_say_no_more_than_its_id_and_url() -> None:
    """A source needs only an id and a url; the rest has defaults."""
    found = assemble({"sources/press.toml": SOURCE}, NOWHERE).sources
    assert (Source(id="press", url="https://press.example/feed", title=""),) == found


def test_a_source_may_say_everything() -> None:
    """Every key of a source reaches its value."""
    text = (
        SOURCE + 'title = "The Press"\nsite = "https://press.example/"\nrepublish = "full"\n'
        'interval = 0\npaused = true\ntags = ["a", "b"]\n'
    )
    expected = Source(
        id="press",
        url="https://press.example/feed",
        title="The Press",
        site="https://press.example/",
        republish=Republish.FULL,
        interval=0,
        paused=True,
        tags=("a", "b"),
    )
    assert (expected,) == assemble({"sources/press.toml": text}, NOWHERE).sources


def test_a_topic_may_say_everything() -> None:
    """Every key of a topic reaches its value, and `not_about` may be one string."""
    text = (
        TOPIC
        + 'about = ["a", "b"]\nnot_about = "c"\nmin_score = 1\nlimit = 7\nlanguage = "fr"\nshow_reason = false\n'
        "second_reader = true\nsecond_reader_budget = 0\n"
        'private = true\nformerly = ["chairs"]\nkeep_days = 90\n'
        '[[example]]\nexpect = true\ntitle = "t"\ntext = "x"\nlang = "de"\n'
        '[[example]]\nexpect = false\ntitle = "u"\n'
    )
    expected = Topic(
        id="seats",
        title="Seats",
        description="Who flies.",
        query="seats",
        about=("a", "b"),
        not_about=("c",),
        min_score=1.0,
        limit=7,
        language="fr",
        examples=(
            Example(expect=True, title="t", text="x", lang="de"),
            Example(expect=False, title="u", text=""),
        ),
        show_reason=False,
        second_reader=True,
        second_reader_budget=0,
        private=True,
        formerly=("chairs",),
        keep_days=90,
    )
    assert (expected,) == assemble({"topics/seats.toml": text}, NOWHERE).topics


def test_a_concept_has_plain_terms_and_named_members() -> None:
    """Each plain term is a member of its own; a named member has several terms."""
    text = CONCEPT + '[[member]]\nname = "Luna"\nterms = ["Luna", "=LUNA"]\n'
    expected = Concept(
        id="moon",
        description="The Moon.",
        members=(Member("moon", ("moon",)), Member("Luna", ("Luna", "=LUNA"))),
    )
    assert (expected,) == assemble({"concepts/moon.toml": text}, NOWHERE).concepts


def test_values_come_in_order_of_id() -> None:
    """The catalogue is ordered by id, whatever the order of the files."""
    files = {
        f"sources/{name}.toml": f'id = "{name}"\nurl = "https://{name}.example/"\n'
        for name in ("b", "c", "a")
    }
    found = assemble(files, NOWHERE).sources
    assert tuple(source.id for source in found) == ("a", "b", "c")


@pytest.mark.parametrize(
    ("addition", "expected"),
    [
        pytest.param(
            "min_score = 1.5\n",
            "topics/seats.toml:5:1: min_score is 1.5; write a number between 0 and 1",
            id="score out of range",
        ),
        pytest.param(
            "\n  limit = 0\n",
            "topics/seats.toml:6:3: limit is 0; write a whole number from 1 to 1000",
            id="limit out of range, indented",
        ),
        pytest.param(
            "limit = true\n",
            "topics/seats.toml:5:1: limit is true; write a whole number from 1 to 1000",
            id="a boolean is no number",
        ),
        pytest.param(
            'abuot = "x"\n',
            "topics/seats.toml:5:1: abuot is not known here; did you mean about?",
            id="unknown key with a near miss",
        ),
        pytest.param(
            "about = [1]\n",
            "topics/seats.toml:5:1: about is [1]; write a string or an array of strings",
            id="wrong type in an array",
        ),
        pytest.param(
            "second_reader_budget = -1\n",
            "topics/seats.toml:5:1: second_reader_budget is -1;"
            " write a whole number from 0 to 100000",
            id="a budget below nothing",
        ),
        pytest.param(
            'formerly = ["Old id"]\n',
            "topics/seats.toml: formerly names 'Old id', which is no topic's id; correct it",
            id="no former id",
        ),
        pytest.param(
            'formerly = ["seats"]\n',
            "topics/seats.toml: formerly names 'seats', which is the id of seats;"
            " remove it from formerly",
            id="an id that a topic has now",
        ),
        pytest.param(
            'language = "the french"\n',
            "topics/seats.toml:5:1: language is 'the french'; write a language code such as en or pt-BR",
            id="no language code",
        ),
        pytest.param(
            'about = """\nlimit = 0\n"""\nlimit = 0\n',
            "topics/seats.toml:8:1: limit is 0; write a whole number from 1 to 1000",
            id="a key written inside a long string is not taken for the key",
        ),
        pytest.param(
            '[[example]]\nexpect = true\ntitle = "a"\n[[example]]\ntitle = "b"\nexpect = "no"\n',
            "topics/seats.toml:10:1: expect is 'no'; write true or false",
            id="the second example",
        ),
        pytest.param(
            '[[example]]\ntitle = "a"\n',
            "topics/seats.toml:5:1: expect is missing; write true or false",
            id="a key missing in an example",
        ),
        pytest.param(
            "[[example]]\nexpect = true\n",
            "topics/seats.toml:5:1: text says nothing; write a title, a text or both",
            id="an empty example",
        ),
        pytest.param(
            '[[example]]\nexpect = true\ntitle = "a"\nlimit = 9\n',
            "topics/seats.toml:8:1: limit belongs above the first [[…]]; move it there",
            id="a topic's key below the examples",
        ),
        pytest.param(
            '[example]\nexpect = true\ntitle = "a"\n',
            "topics/seats.toml:5:1: example is {'expect': True, 'title': 'a'};"
            " write tables, each under its own [[example]]",
            id="single brackets",
        ),
    ],
)
def test_a_problem_names_file_position_and_key(addition: str, expected: str) -> None:
    """A wrong key is reported with its file, line, column, name, and what to write instead."""
    assert (expected,) == problems(topics_seats=TOPIC + addition)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        pytest.param("ftp://a.example/", "only http:// and https://", id="scheme"),
        pytest.param("https://me:pw@a.example/", "before the @", id="userinfo"),
        pytest.param("https:///feed", "names no host", id="no host"),
        pytest.param("https://a.example/a b", "%20", id="space"),
        pytest.param("https://a.example:99999/", "cannot be read", id="port"),
        pytest.param("https://[::1/", "cannot be read", id="broken IPv6"),
        pytest.param("mailto:me@a.example", "write an http:// or https://", id="mailto"),
        pytest.param("../secret.xml", "inside the catalogue's folder", id="leaves the root"),
        pytest.param("/etc/passwd", "inside the catalogue's folder", id="absolute path"),
        pytest.param("samples\\\\a.xml", "inside the catalogue's folder", id="backslash"),
        pytest.param("samples/none.xml", "no such file", id="file not there"),
        pytest.param("", "is empty", id="empty"),
        pytest.param("a\\u0000b", "control character", id="NUL"),
        pytest.param("https://a.example/\\n", "control character", id="line break"),
    ],
)
def test_a_bad_address_is_refused(url: str, expected: str) -> None:
    """S1, S20: a source's url is http(s) without a password, or a file inside the catalogue."""
    found = problems(sources_press=f'id = "press"\nurl = "{url}"\n')
    assert found[0].startswith("sources/press.toml:2:1: url ")
    assert expected in found[0]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        pytest.param('id = "press"\nurl = \n', "sources/press.toml:2:7: ", id="no value"),
        pytest.param('id = "press"\nurl = "x', "sources/press.toml:2:1: ", id="end of document"),
        pytest.param("id = 1\nid = 2\n", "sources/press.toml:2:7: ", id="the same key twice"),
    ],
)
def test_broken_toml_is_reported_where_it_breaks(text: str, place: str) -> None:
    """A file that is no TOML names the line and column where reading stopped."""
    assert problems(sources_press=text)[0].startswith(place + "this is not TOML: ")


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        pytest.param("", ("id", "url"), id="source"),
        pytest.param('id = "press"\n', ("url",), id="url"),
    ],
)
def test_a_missing_key_is_named(text: str, missing: tuple[str, ...]) -> None:
    """A key that must be there and is not is reported by name."""
    expected = tuple(
        f"sources/press.toml:1:1: {key} is missing; write a string in quotation marks"
        for key in missing
    )
    assert expected == problems(sources_press=text)


def test_all_problems_come_at_once() -> None:
    """Problems in several files are reported together."""
    found = problems(
        sources_press=SOURCE + "interval = -1\n",
        topics_seats=TOPIC + "limit = 0\nmin_score = 2\n",
        concepts_moon=CONCEPT + '[[member]]\nname = "moon"\nterms = "x"\n',
    )
    names = tuple(problem.split(":")[0] for problem in found)
    expected = ("sources/press.toml", "topics/seats.toml", "topics/seats.toml")
    assert (*expected, "concepts/moon.toml") == names
    assert found[-1].endswith("terms or members hold 'moon' twice; each must be distinct")


def test_an_id_must_be_the_name_of_its_file() -> None:
    """An id that is not its file's name is refused, for one of the two is a mistake."""
    expected = "sources/other.toml:1:1: id is 'press'; call it 'other' like its file, or rename"
    assert problems(sources_other=SOURCE)[0].startswith(expected)


def test_an_id_in_two_files_names_both() -> None:
    """The second file with an id names the first."""
    (found,) = problems(sources_press=SOURCE, sources_zoo=SOURCE)
    assert "sources/zoo.toml:1:1: id is 'press', as in sources/press.toml already" in found


def test_a_republish_outside_the_list_shows_the_list() -> None:
    """A word that is none of the choices is answered with the choices."""
    (found,) = problems(sources_press=SOURCE + 'republish = "all"\n')
    choices = '"feed", "title", "summary", "full"'
    assert f"sources/press.toml:3:1: republish is 'all'; write one of {choices}" == found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("a", True, id="one letter"),
        pytest.param("space-2-go", True, id="hyphens and digits"),
        pytest.param("a" * 64, True, id="64 characters"),
        pytest.param("a" * 65, False, id="65 characters"),
        pytest.param("Space", False, id="upper case"),
        pytest.param("-a", False, id="leading hyphen"),
        pytest.param("a--b", False, id="two hyphens"),
        pytest.param("../a", False, id="path"),
        pytest.param("a\n", False, id="line break"),
        pytest.param("é", False, id="accent"),
        pytest.param("", False, id="empty"),
    ],
)
def test_an_id_is_a_short_slug(text: str, expected: bool) -> None:  # noqa: FBT001 - the case's value
    """S20: an id holds only what is safe in a path, a header and a log line."""
    assert expected == is_id(text)
