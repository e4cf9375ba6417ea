"""robots.txt, asked for once a day and origin, before the first page of it."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from http import HTTPStatus
from urllib.parse import urlsplit

from topicwire.ingest import robots
from topicwire.ingest.robots import Rules
from topicwire.model.article import RobotsFile
from topicwire.model.wire import Request, Response
from topicwire.store.store import Store
from topicwire.world.web import Web

FRESH = timedelta(hours=24)
RETRY = timedelta(hours=1)  # after an origin failed to say
STALE = timedelta(hours=48)  # how long an earlier answer counts while it fails to say


def origin(url: str) -> str:
    """Return the origin of a page: scheme, host and port."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def rules(store: Store, web: Web, urls: Iterable[str], *, now: datetime) -> dict[str, Rules]:
    """Return by origin what may be read of the pages at these addresses."""
    origins = {origin(url) for url in urls}
    kept = store.robots(origins)
    stale = [each for each in origins if each not in kept or _is_stale(kept[each], now)]
    requests = [_request(each, kept.get(each)) for each in sorted(stale)]
    new = [_file(each, kept.get(each.key), now=now) for each in web.fetch(requests)]
    store.keep_robots(new)
    files = kept | {each.origin: each for each in new}
    return {name: robots.rules(file.http_status, file.body) for name, file in files.items()}


def _is_stale(file: RobotsFile, now: datetime) -> bool:
    return now - file.fetched >= (FRESH if _says(file.http_status) else RETRY)


def _says(status: int | None) -> bool:
    return status is not None and status < HTTPStatus.INTERNAL_SERVER_ERROR


def _request(name: str, kept: RobotsFile | None) -> Request:
    validators = (
        ("If-None-Match", kept.etag if kept else None),
        ("If-Modified-Since", kept.last_modified if kept else None),
    )
    headers = tuple((name, value) for name, value in validators if value)
    return Request(key=name, url=f"{name}/robots.txt", headers=headers)


def _file(response: Response, kept: RobotsFile | None, *, now: datetime) -> RobotsFile:
    """Return what is to be kept: for a day while a site fails to say, what it said before."""
    if kept is not None and response.status == HTTPStatus.NOT_MODIFIED:
        return replace(kept, fetched=now)
    if _says(response.status) or kept is None or now - kept.fetched >= STALE:
        return RobotsFile(
            origin=response.key,
            fetched=now,
            http_status=response.status,
            etag=response.header("etag"),
            last_modified=response.header("last-modified"),
            body=response.body[: robots.LARGEST],
        )
    return kept
