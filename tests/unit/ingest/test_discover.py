import pytest

from topicwire.ingest.discover import candidates

HOME = "https://press.example/blog/"


def page(head: str = "", body: str = "", base: str = "") -> str:
    return f"<html><head>{base}{head}</head><body>{body}</body></html>"


def urls(text: str, **given: object) -> list[str]:
    return [each.url for each in candidates(text, url=HOME, **given)]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param(
            page('<link rel="alternate" type="application/rss+xml" href="/feed">'),
            ["https://press.example/feed"],
            id="rss",
        ),
        pytest.param(
            page('<LINK REL="home ALTERNATE" TYPE="Application/Atom+XML; x" HREF="f.atom">'),
            ["https://press.example/blog/f.atom"],
            id="case, several relations, relative",
        ),
        pytest.param(
            page(
                '<link rel="alternate" type="application/feed+json" href="f.json">',
                base='<base href="https://cdn.example/x/">',
            ),
            ["https://cdn.example/x/f.json"],
            id="base",
        ),
        pytest.param(
            page(
                '<link rel="alternate" type="application/rss+xml" href="f.rss">',
                base='<base href="http://[foo">',
            ),
            ["https://press.example/blog/f.rss"],
            id="a base that is none",
        ),
        pytest.param(
            page(body='<link rel=alternate type=application/rss+xml href="/in-body">'),
            ["https://press.example/in-body"],
            id="in the body",
        ),
        pytest.param(page('<link rel="feed" href="/f">'), ["https://press.example/f"], id="feed"),
        pytest.param(
            page(body='<a href="/rss.xml">RSS</a><a href="/about">About</a>'),
            ["https://press.example/rss.xml"],
            id="a link that looks like one",
        ),
        pytest.param(
            page('<link rel="alternate" hreflang="de" href="/de/">'), [], id="a translation"
        ),
        pytest.param(
            page('<link rel="alternate" type="application/rss+xml" href="javascript:x">'),
            [],
            id="no address",
        ),
        pytest.param("", [], id="nothing"),
        pytest.param("<" * 10_000, [], id="garbage"),
    ],
)
def test_a_page_names_its_feeds(text: str, found: list[str]) -> None:
    """P45: by its head, wherever that stands and however it is written, then by its links."""
    assert urls(text) == found


def test_headers_come_first_and_each_feed_once() -> None:
    """P45, P46: Link headers, then the head, then links; nothing twice."""
    text = page(
        '<link rel=alternate type=application/rss+xml href="/rss">'
        '<link rel=alternate type=application/atom+xml href="/atom">',
        '<a href="/rss">RSS</a><a href="/feed/">Feed</a>',
    )

    assert urls(text, headers=['</h>; rel="alternate"; type="application/atom+xml"']) == [
        "https://press.example/h",
        "https://press.example/rss",
        "https://press.example/atom",
        "https://press.example/feed/",
    ]


def test_comments_are_no_feed_where_there_is_another() -> None:
    """P46: nobody who asks for a site means its comments, unless there is nothing else."""
    main = '<link rel=alternate type=application/rss+xml href="/feed">'
    comments = '<link rel=alternate type=application/rss+xml href="/comments/feed">'

    assert urls(page(comments + main)) == ["https://press.example/feed"]
    assert urls(page(comments)) == ["https://press.example/comments/feed"]


def test_few_are_tried_and_guesses_only_when_asked_for() -> None:
    """P46: at most five, and the usual addresses only on request."""
    many = "".join(f'<link rel=alternate type=application/rss+xml href="/{n}">' for n in range(9))

    assert len(urls(page(many))) == 5
    assert urls(page()) == []
    assert "https://press.example/rss.xml" in urls(page(), guess=True)
