"""From an article's page to its text: what a worker does with a page.

The only user of trafilatura.
"""

from dataclasses import dataclass

from topicwire.errors import ParseError
from topicwire.ingest import charset, clean, quality, tongue
from topicwire.model.article import FullPage

LARGEST = 3_000_000  # bytes of a page
DEEPEST = 2_000  # elements open at once, above which a page is an attack on its parser


@dataclass(frozen=True, slots=True)
class PageJob:
    """An article's page to read; `title` and `teaser` are what its feed says of it.

    `robots` and `tdm` are the headers X-Robots-Tag and TDM-Reservation.
    """

    body: bytes
    content_type: str | None
    url: str
    title: str
    teaser: str
    lang: str | None = None
    robots: str | None = None
    tdm: str | None = None


def read_page(job: PageJob) -> FullPage:
    """Return the text of the article, or none and what stands in its place.

    Raises:
        ParseError: the page cannot be read at all.
    """
    if len(job.body) > LARGEST:
        raise ParseError(f"the page is larger than {LARGEST:,} bytes")
    page = charset.printable(charset.decoded(job.body, content_type=job.content_type))
    if clean.depth(page, most=DEEPEST) > DEEPEST:
        raise ParseError("the page nests its elements too deep to be read")
    html = clean.html(_extracted(page, job.url), base=job.url)
    text = clean.text(html)
    found = quality.flags(text, html=page, title=job.title, teaser=job.teaser)
    reserved = quality.is_reserved(page, robots=job.robots, tdm=job.tdm)
    said = (*found, *(("reserved",) * reserved))
    if found:
        return FullPage(flags=said)
    lang, confidence = tongue.spoken(text, declared=job.lang)
    return FullPage(text=text, html=html, lang=lang, lang_confidence=confidence, flags=said)


def _extracted(page: str, url: str) -> str:
    """Return the main part of a page as HTML, "" when none is found."""
    import trafilatura  # noqa: PLC0415 (a third of a second, which only who reads pages should pay)

    try:
        found = trafilatura.extract(
            page,
            url=url,
            output_format="html",
            fast=True,
            include_comments=False,
            include_tables=False,
            include_links=True,
            include_formatting=True,
        )
    except MemoryError:
        raise
    except Exception as error:  # what a hostile page leads its parser to is not known
        raise ParseError(f"the page cannot be read: {type(error).__name__}: {error}") from error
    return found or ""
