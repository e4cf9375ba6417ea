"""Files of the catalogue as sources: the samples, and feeds that another program writes."""

import time
from pathlib import Path

from topicwire.errors import WebError
from topicwire.model.wire import Request, Response


class Files:
    """Answers requests for files below `root` as the web would, never for one outside it.

    `allowed` is the operator's word that files may be sources at all.
    """

    def __init__(self, root: Path, *, allowed: bool, max_bytes: int = 10_000_000) -> None:
        self._root = root
        self._allowed = allowed
        self._max_bytes = max_bytes

    def fetch(self, request: Request) -> Response:
        """Return the file that the request's URL names, relative to the root, with status 200."""
        began = time.monotonic()
        try:
            body = self._read(request.url)
        except WebError as error:
            return Response(request.key, request.url, None, error=str(error))
        return Response(request.key, request.url, 200, body=body, elapsed=time.monotonic() - began)

    def _read(self, relative: str) -> bytes:
        if not self._allowed:
            raise WebError("files as sources are off; set TOPICWIRE_ALLOW_FILES=true")
        try:
            path = (self._root / relative).resolve()
            if not path.is_relative_to(self._root.resolve()):
                raise WebError(f"the file {relative} is outside the catalogue; move it inside")
            if not path.is_file():  # a pipe, say, would never end
                raise WebError(f"the file {relative} does not exist below the catalogue")
            if path.stat().st_size > self._max_bytes:
                raise WebError(f"the file {relative} is larger than {self._max_bytes:,} bytes")
            return path.read_bytes()
        except (OSError, ValueError, RuntimeError) as error:  # a NUL in the path; a link to itself
            reason = getattr(error, "strerror", None) or str(error)
            raise WebError(f"the file {relative} cannot be read: {reason}") from error
