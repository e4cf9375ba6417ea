"""`topicwire build`: the whole public site as static files."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from topicwire.cli.door import Door, examples, json_of, pass_door
from topicwire.cli.terminal import as_json, note, watched
from topicwire.words import counted

if TYPE_CHECKING:
    from topicwire.model.report import SiteReport


class _Folder(click.Path):
    """A folder that is named: an empty word is not the current one."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return its path."""
        if not value:
            self.fail("it names no folder; `.` is the current one.", param, ctx)
        return super().convert(value, param, ctx)


@click.command(
    epilog=examples("topicwire build /var/www/topics     # only what changed is written")
)
@click.argument("folder", metavar="DIR", type=_Folder(path_type=Path, file_okay=False))
@click.option(
    "--full", is_flag=True, help="Render every topic anew, also those that did not change."
)
@click.option("--force", is_flag=True, help="Build also among files of others; none is removed.")
@json_of("{written: [file], removed: [file], kept}")
@pass_door
def build(door: Door, folder: Path, *, full: bool, force: bool, wants_json: bool) -> None:
    """Write the public site into DIR, for any host of static files.

    A build writes only what changed, and shows all of it or nothing.
    """
    with door.app() as app, app.building(folder, full=full, force=force) as building:
        for _ in watched(building.stage(), "Building", len(building.topics)):
            pass
        report = building.finish()
    if wants_json:
        as_json({"written": report.written, "removed": report.removed, "kept": report.kept})
    else:
        note(_told(report, folder))


def _told(report: "SiteReport", folder: Path) -> str:
    written, removed = len(report.written), len(report.removed)
    if not written and not removed:
        return f"Nothing has changed: all {report.kept} files in {folder} are as they should be."
    files = counted(written, "file")
    return f"Wrote {files}, removed {removed}, kept {report.kept}; the site is in {folder}."
