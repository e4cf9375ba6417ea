"""The settings by which nginx answers from the site's files as our server would."""

from collections.abc import Iterable, Iterator
from textwrap import indent
from urllib.parse import unquote

from topicwire.model.document import Format
from topicwire.publish.compose import Site, topic_path
from topicwire.publish.headers import (
    ARCHIVE_CACHING,
    ASSET_CACHING,
    CACHING,
    MEDIA_TYPES,
    MOVED,
    NO_CACHING,
    OPML,
    PLAIN,
    Headers,
    escaped,
    link,
    of_document,
)
from topicwire.publish.places import FEEDS, FORMATS, Moves

_ID = "[a-z0-9-]+"
_PAGE = f"/topics/{_ID}/archive/[0-9]+"
_HEAD = """\
# Written by topicwire build. For a server block of yours whose root is this folder:
#     server { listen 80; server_name wire.example.org; root /srv/wire; include /srv/wire/nginx.conf; }
# Reload nginx when topics were removed or renamed. Where the modules are there, say
# `brotli_static on;` and `zstd_static on;` beside the include: the files are.
gzip_static on;
gzip_vary on;
etag on;
max_ranges 0;
absolute_redirect off;
error_page 404 410 /404.html;
"""


def settings(site: Site, moved: Moves, *, assets: dict[str, str]) -> bytes:
    """Return `nginx.conf`, to be included in a server block; the `assets` are types by name."""
    parts = (
        _HEAD,
        _below(site),
        *_fixed(assets),
        *_topics(site),
        *(_renamed(old, new, site) for old, new in moved.renamed),
        *(_gone(name) for name in moved.gone),
        "location / {\n    return 404;\n}\n",
    )
    return "".join(parts).encode()


def _below(site: Site) -> str:
    """Return what takes the path of the site's address from requests; the files have it not."""
    base = unquote(site.path(""))
    return f'rewrite "^{_literal(base)}(?:/(.*))?$" "/$1";\n' if base else ""


def _fixed(assets: dict[str, str]) -> Iterator[str]:
    page = of_document(MEDIA_TYPES[Format.HTML])
    yield _location("= /", "/index.html", page)
    yield _location("= /about", "/about.html", page)
    missing = of_document(MEDIA_TYPES[Format.HTML], caching=NO_CACHING)
    yield _location("= /404.html", "/404.html", missing, is_error=True)
    yield _location("= /topics.opml", "/topics.opml", of_document(OPML))
    yield _location("= /robots.txt", "/robots.txt", of_document(PLAIN, caching=NO_CACHING))
    for name, media_type in assets.items():
        headers = of_document(media_type, caching=ASSET_CACHING)
        yield _location(f"= /{name}", f"/{name}", headers)
        if name == "favicon.svg":  # browsers ask for the other unasked
            yield _location("= /favicon.ico", f"/{name}", headers)


def _topics(site: Site) -> Iterator[str]:
    kinds = ((f"/topics/{_ID}", site.hub, CACHING), (_PAGE, None, ARCHIVE_CACHING))
    for pattern, hub, caching in kinds:
        page = of_document(MEDIA_TYPES[Format.HTML], caching=caching)
        yield _location(f'~ "^{pattern}$"', "$uri.html", page)
        said = link(site.url("/"), hub).replace("/>;", "$uri>;", 1)
        for form in FEEDS:
            headers = of_document(MEDIA_TYPES[form], caching=caching, link=said)
            yield _location(f'~ "^{pattern}\\.{form}$"', "$uri", headers)


def _renamed(old: str, new: str, site: Site) -> str:
    """Return what leads a renamed topic's addresses on, one rule each: those nginx looks up."""
    said = "".join(f"    {_line(name, value)}\n" for name, value in MOVED)
    whole = (
        f"location = {topic_path(old, form)} {{\n{said}"
        f'    return 308 "{escaped(site.path(topic_path(new, form)))}";\n}}\n'
        for form in FORMATS
    )
    page = r"(/archive/[0-9]+(?:\.(?:atom|rss|json))?)"
    target = escaped(site.path(topic_path(new))) + "$1"
    inner = f'location ~ "^{topic_path(old)}{page}$" {{\n{said}    return 308 "{target}";\n}}\n'
    return "".join(whole) + _archive(old, inner + "return 404;\n")


def _gone(name: str) -> str:
    whole = (f"location = {topic_path(name, form)} {{\n    return 410;\n}}\n" for form in FORMATS)
    return "".join(whole) + _archive(name, "return 410;\n")


def _archive(topic_id: str, inner: str) -> str:
    return f"location ^~ {topic_path(topic_id)}/archive/ {{\n{indent(inner, '    ')}}}\n"


def _location(match: str, file: str, headers: Headers, *, is_error: bool = False) -> str:
    """Return a rule that sends a file with these headers, its type whatever the file's name."""
    always = " always" if is_error else ""
    lines = [
        *(["internal;"] if is_error else []),
        "types { }",
        *(_line(name, value, always) for name, value in headers),
        f"try_files {file} =404;",
    ]
    return f"location {match} {{\n{indent(_lines(lines), '    ')}}}\n"


def _line(name: str, value: str, always: str = "") -> str:
    if name == "Content-Type":
        return f"default_type '{value}';"
    quote = '"' if "'" in value else "'"
    return f"add_header {name} {quote}{value}{quote}{always};"


def _lines(lines: Iterable[str]) -> str:
    return "".join(f"{line}\n" for line in lines)


def _literal(text: str) -> str:
    return "".join(
        char if char.isalnum() or char in "/_-" else f"\\x{ord(char):02x}" for char in text
    )
