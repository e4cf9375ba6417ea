"""`topicwire unit`: a systemd unit for this installation, its settings and its paths."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from topicwire.cli.door import Door, examples, pass_door
from topicwire.cli.terminal import complain

if TYPE_CHECKING:
    from topicwire.config import Settings

STATE = Path("/var/lib/topicwire")
HOMES = (Path("/home"), Path("/root"))
EXAMPLES = examples(
    "topicwire unit | sudo tee /etc/systemd/system/topicwire.service",
    "TOPICWIRE_BASE_URL=https://wire.example.org topicwire unit --user wire",
)
UNIT = """\
# Written by `topicwire unit`. Put it into /etc/systemd/system/topicwire.service, then:
#   systemctl daemon-reload && systemctl enable --now topicwire
[Unit]
Description=Topicwire, topic feeds from any source
Wants=network-online.target
After=network-online.target

[Service]
Type=notify
ExecStart={command}
{environment}
# More settings, one NAME=value a line; secrets belong there.
EnvironmentFile=-/etc/topicwire/environment
{user}
StateDirectory=topicwire
StateDirectoryMode=0700
WorkingDirectory=%S/topicwire
{writable}UMask=0077
Restart=on-failure
RestartSec=10
WatchdogSec=2min
TimeoutStopSec=1min

# It reads its program and its catalogue, writes its state, and speaks to the network.
CapabilityBoundingSet=
DevicePolicy=closed
LockPersonality=yes
MemoryDenyWriteExecute=yes
NoNewPrivileges=yes
PrivateDevices=yes
PrivateTmp=yes
PrivateUsers=yes
ProcSubset=pid
ProtectClock=yes
ProtectControlGroups=yes
ProtectHome={home}
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectProc=invisible
ProtectSystem=strict
RemoveIPC=yes
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
SystemCallArchitectures=native
SystemCallErrorNumber=EPERM
SystemCallFilter=@system-service
SystemCallFilter=~@privileged @resources
# Its parsers bound themselves in memory and time.
SystemCallFilter=setrlimit

[Install]
WantedBy=multi-user.target
"""


@click.command(epilog=EXAMPLES)
@click.option("--user", help="Run as this user; by default as one that is made for each start.")
@pass_door
def unit(door: Door, *, user: str | None) -> None:
    """Print a systemd unit that runs this installation for good.

    It names this program, this catalogue and the settings of this environment, except secrets. The
    database is in /var/lib/topicwire unless TOPICWIRE_DATABASE_URL names another place.
    """
    settings = door.settings()
    program = Path(sys.executable).parent / "topicwire"
    config = ("--config", str(door.config.absolute())) if door.config else ()
    written = UNIT.format(
        command=" ".join(_argument(each) for each in (str(program), *config, "run")),
        environment="\n".join(f"Environment={_quoted(each)}" for each in _environment(settings)),
        user=f"User={user}" if user else "DynamicUser=yes",
        writable="".join(f"ReadWritePaths={_quoted(str(each))}\n" for each in _writable(settings)),
        home="read-only" if user else "yes",
    )
    click.echo(written, nl=False)
    if user is None:
        for path in (program, settings.catalogue.absolute(), *_writable(settings)):
            if any(path.is_relative_to(home) for home in HOMES):
                complain(f"{path} is in a home, which a user made for each start may not enter")
                complain("name with --user whose it is, or install and keep it elsewhere")
                break


def _environment(settings: "Settings") -> Iterator[str]:
    """Yield the settings that the unit needs, as NAME=value: paths, and what is set here."""
    from topicwire.config import PREFIX, Settings, is_secret

    named = {"DATABASE_URL": f"sqlite:///{STATE}/topicwire.sqlite"}
    for name in Settings.model_fields:
        given = os.environ.get(PREFIX + name.upper())
        if given is not None and not is_secret(name):
            named[name.upper()] = given
    named["CATALOGUE"] = str(settings.catalogue.absolute())
    yield from (f"{PREFIX}{name}={value}" for name, value in named.items())


def _writable(settings: "Settings") -> Iterator[Path]:
    """Yield the folders besides its state that it writes to."""
    from topicwire.config import origin

    if origin("database_url") != "default":
        yield Path(settings.database_url.removeprefix("sqlite:///")).absolute().parent
    if settings.site is not None:
        yield settings.site.absolute()


def _quoted(value: str) -> str:
    r"""Return a value as a unit has it: `%` begins a specifier, `\` and `"` mean something."""
    escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%")
    return f'"{escaped}"' if escaped != value or " " in value else value


def _argument(value: str) -> str:
    return _quoted(value).replace("$", "$$")
