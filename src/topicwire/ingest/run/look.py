"""Looking: what a source answers now, without storing anything."""

from datetime import datetime

from topicwire.errors import WebError
from topicwire.ingest import politeness
from topicwire.ingest.read import ReadJob, read
from topicwire.model import Feed, FullText, Response, Source
from topicwire.world.files import Files
from topicwire.world.web import Web
from topicwire.world.workers import Workers


def look(
    source: Source, *, web: Web, files: Files, workers: Workers, now: datetime
) -> tuple[Response, Feed]:
    """Return what a source answers and the feed in it, without storing anything.

    Raises:
        WebError: no document came.
        ParseError: it is no feed that can be read.
    """
    request = politeness.first_request(source)
    (response,) = (files.fetch(request),) if source.is_file else web.fetch([request])
    if reason := politeness.refusal(response):
        raise WebError(f"{source.url}: {reason}")
    return response, workers.submit(read, read_job(response, source, now=now)).result()


def read_job(response: Response, source: Source, *, now: datetime) -> ReadJob:
    """Return what a worker needs to read the answer of a source."""
    return ReadJob(
        body=response.body,
        content_type=response.header("content-type"),
        url=response.url,
        site=source.site,
        now=now,
        links=tuple(value for name, value in response.headers if name == "link"),
        full_text=FullText.NEVER if source.is_file else source.full_text,
    )
