"""The folder of a static site: what is new is staged first, then takes its place file by file."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Self

from topicwire.errors import BusyError, SiteError
from topicwire.model.report import SiteReport
from topicwire.world import manifest, staging
from topicwire.world.inside import inside, is_taken, size
from topicwire.world.lock import Lock
from topicwire.world.manifest import Manifest, Part
from topicwire.world.staging import Staging

LOCK = ".topicwire.lock"

_OWN = frozenset((staging.NAME, LOCK, manifest.NAME))
_AS_IT_WAS = "the site is as it was; mend that and build again"
_HALF_WAY = "mend that and build again, which finishes what was begun"

Pack = Callable[[str, bytes], Mapping[str, bytes]]


class Folder:
    """The site's folder, as a context manager that one process at a time may enter.

    Until `finish` is called the site stays as it is, and so it does when the process dies before.
    `pack` returns by suffix the packed forms of a file's bytes, which are kept beside it. With
    `doubts` nothing is taken for current. With `force` the folder may hold files of others when it
    is first built into, and those in the way are replaced.
    """

    def __init__(
        self, root: Path, *, pack: Pack, doubts: bool = False, force: bool = False
    ) -> None:
        self._root = root
        self._pack = pack
        self._stamp = ""
        self._doubts = doubts
        self._force = force
        self._lock = Lock(root / LOCK)
        self._staging = Staging(root)
        self._known = Manifest()
        self._ours: frozenset[str] = frozenset()
        self._parts: dict[str, Part] = {}
        self._staged: list[str] = []  # in the order in which they will take their places

    def __enter__(self) -> Self:
        """Take the folder, made when absent.

        Raises:
            BusyError: another process builds into it.
            SiteError: it cannot be written, or holds files of others.
        """
        with self._explained(_AS_IT_WAS):
            self._root.mkdir(parents=True, exist_ok=True)
            self._refuse_others()
        self._take()
        try:
            with self._explained(_AS_IT_WAS):
                self._remember()
                self._staging.clear()
        except BaseException:
            self._lock.__exit__()
            raise
        return self

    def __exit__(self, *failure: object) -> None:
        with suppress(OSError):  # the next build clears it
            self._staging.clear()
        self._lock.__exit__()

    def begin(self, stamp: str) -> None:
        """Say what all that follows is made with; what was made with anything else is in doubt."""
        self._stamp = stamp
        if self._doubts or self._known.stamp != stamp:
            self._known = self._known.doubted()

    def keep(self, part: str, mark: str) -> bool:
        """Leave the files of a part as they are if they show what `mark` says and are all there."""
        known = self._known.parts.get(part)
        if known is None or known.mark != mark or not self._are_whole(known.files):
            return False
        self._parts[part] = known
        return True

    def put(self, part: str, mark: str, files: Iterable[tuple[str, bytes]]) -> None:
        """Stage the files of a part, names and bytes, as far as they are not there already.

        They will take their places in the order in which they were put.

        Raises:
            SiteError: one cannot be written, or may not stand where its name leads.
        """
        known = self._known.parts.get(part, Part())
        sizes: dict[str, int] = {}
        for name, body in files:
            with self._explained(_AS_IT_WAS):
                sizes |= self._put(name, body, known)
        self._parts[part] = Part(mark, sizes)

    def finish(self) -> SiteReport:
        """Let what is staged take its place, then remove what is no longer the site's.

        Raises:
            SiteError: the folder cannot be written; another build finishes the job.
        """
        becomes = Manifest(self._stamp, self._parts)
        gone = sorted(self._ours - becomes.files)
        with self._explained(_HALF_WAY):
            if self._staged or gone:
                self._note(self._known.under_way_to(becomes))
                self._staging.move(self._staged)
                self._staging.remove(gone)
            self._note(becomes)
        kept = len(becomes.files) - len(self._staged)
        return SiteReport(tuple(self._staged), tuple(gone), kept)

    def _take(self) -> None:
        try:
            self._lock.__enter__()
        except BusyError as error:
            raise BusyError(
                f"process {self._lock.holder()} builds into {self._root} at this moment; "
                "wait for its end, then build again"
            ) from error

    def _refuse_others(self) -> None:
        found = {each.name for each in self._root.iterdir()}
        if not self._force and found - _OWN and manifest.NAME not in found:
            raise SiteError(
                f"{self._root} holds files, none of them of a site built before; "
                "name a new or an empty folder, or build among them with --force"
            )

    def _remember(self) -> None:
        where = self._root / manifest.NAME
        if size(where) is not None:
            self._known = manifest.read(where.read_bytes(), where=str(where))
        self._ours = self._known.files
        for name in self._ours:
            inside(self._root, name)

    def _are_whole(self, files: Mapping[str, int]) -> bool:
        return all(size(inside(self._root, name)) == known for name, known in files.items())

    def _put(self, name: str, body: bytes, known: Part) -> dict[str, int]:
        """Stage a file and its packed forms; return their sizes."""
        if known.mark and self._is_there(name, body):
            kept = {each: known.files[each] for each in known.files if _is_form(each, of=name)}
            if self._are_whole(kept):
                return kept
        forms = {name: body, **{name + end: form for end, form in self._pack(name, body).items()}}
        for each, content in forms.items():
            if not self._is_there(each, content):
                self._stage(each, content)
        return {each: len(content) for each, content in forms.items()}

    def _is_there(self, name: str, body: bytes) -> bool:
        path = inside(self._root, name)
        return name in self._ours and size(path) == len(body) and path.read_bytes() == body

    def _stage(self, name: str, body: bytes) -> None:
        place = inside(self._root, name)
        is_others = is_taken(place) and name not in self._ours
        if (is_others and not self._force) or (is_taken(place) and place.is_dir()):
            raise SiteError(f"{place} is not the site's, but in its way; move it away")
        self._staging.write(name, body)
        self._staged.append(name)

    def _note(self, noted: Manifest) -> None:
        content = manifest.written(noted)
        place = self._root / manifest.NAME
        if size(place) == len(content) and place.read_bytes() == content:
            return
        self._staging.write(manifest.NAME, content)
        self._staging.move((manifest.NAME,))

    @contextmanager
    def _explained(self, what_next: str) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            why = error.strerror or str(error)
            raise SiteError(
                f"the site in {self._root} cannot be written: {why}; {what_next}"
            ) from error


def _is_form(name: str, *, of: str) -> bool:
    """Whether a file is another's, or a packed form of it."""
    return name == of or (name.startswith(f"{of}.") and "/" not in name[len(of) :])
