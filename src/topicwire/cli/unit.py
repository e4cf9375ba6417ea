"""`topicwire unit`: a systemd unit for this installation, its settings and its paths."""

import os
import shlex
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
PATHS = frozenset({"catalogue", "site"})  # settings that name a place
HOMES = (Path("/home"), Path("/root"))
EXAMPLES = examples(
    "topicwire unit | sudo tee /etc/systemd/system/topicwire.service",
    "TOPICWIRE_BASE_URL=https://wire.example.org topicwire unit --user www-data",
)
# How the command line is told what only the service knows: the address of the database.
AS_SERVICE = (
    "sudo systemd-run --quiet --pipe --wait --uid={user} "
    "--property=EnvironmentFile=/etc/topicwire/environment"
)
UNIT = """\
# Written by `topicwire unit`. As root, once, unless there is such a user:
#   useradd --system --home-dir {state} {user}
# Put this into /etc/systemd/system/{name}.service, then:
#   systemctl daemon-reload && systemctl enable --now {name}
# The command line, on the same database:
#   {asking} env {shell} {program} status
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
User={user}
StateDirectory=topicwire
StateDirectoryMode=0700
WorkingDirectory=%S/topicwire
{writable}UMask={mask}
Restart=on-failure
RestartSec=10
WatchdogSec=2min
# It ends its processes itself: what they read when it is stopped is no failure of its source.
KillMode=mixed
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
@click.option("--user", default="topicwire", show_default=True, help="The user that it runs as.")
@click.option(
    "--role",
    type=click.Choice(["run", "schedule", "work", "serve"]),
    default="run",
    show_default=True,
    help="The command that it runs: everything, or a role of many processes on PostgreSQL.",
)
@pass_door
def unit(door: Door, *, user: str, role: str) -> None:
    """Print a systemd unit that runs this installation for good.

    It names this program, this catalogue and the settings of this environment, except secrets. The
    database is in /var/lib/topicwire unless a setting names another place.
    """
    settings = door.settings()
    program = Path(sys.executable).parent / "topicwire"
    config = ("--config", str(door.config.absolute())) if door.config else ()
    named = dict(_environment(settings, door.config))
    writable = tuple(_writable(settings, door.config))
    paths = (program, settings.catalogue.absolute(), *writable)
    is_hidden = settings.is_shared and "TOPICWIRE_DATABASE_URL" not in named and door.config is None
    written = UNIT.format(
        user=user,
        name="topicwire" if role == "run" else f"topicwire-{role}",
        state=STATE,
        asking=AS_SERVICE.format(user=user) if is_hidden else f"sudo -u {user}",
        program=shlex.join((str(program), *config)),
        shell=shlex.join(f"{name}={value}" for name, value in named.items()),
        command=" ".join(_argument(each) for each in (str(program), *config, role)),
        environment="\n".join(f"Environment={_quoted(f'{n}={v}')}" for n, v in named.items()),
        writable="".join(f"ReadWritePaths={_quoted(str(each))}\n" for each in writable),
        mask="0022" if settings.site else "0077",  # a web server reads the site
        home="read-only" if any(map(_is_in_a_home, paths)) else "yes",
    )
    click.echo(written, nl=False)
    if is_hidden:
        complain(
            "the database's address holds a password: write it into /etc/topicwire/environment"
        )
    for path in filter(_is_in_a_home, paths):
        complain(f"{path} is in a home: see that {user} may enter it, or keep it elsewhere")


def _is_in_a_home(path: Path) -> bool:
    return any(path.is_relative_to(home) for home in HOMES)


def _environment(settings: "Settings", config: Path | None) -> Iterator[tuple[str, str]]:
    """Yield name and value of the settings that the unit needs: paths, and what is set here."""
    from topicwire.config import PREFIX, Settings, is_secret, origin

    if origin("database_url", config) == "default":
        yield f"{PREFIX}DATABASE_URL", f"sqlite:///{STATE}/topicwire.sqlite"
    if origin("catalogue", config) == "default":
        yield f"{PREFIX}CATALOGUE", str(settings.catalogue.absolute())
    for name in Settings.model_fields:
        value = os.environ.get(PREFIX + name.upper(), "")
        if origin(name, config) == "environment" and not is_secret(name, value):
            yield (
                PREFIX + name.upper(),
                str(Path(value).absolute()) if name in PATHS and value else value,
            )


def _writable(settings: "Settings", config: Path | None) -> Iterator[Path]:
    """Yield the folders besides its state that it writes to."""
    from topicwire.config import origin
    from topicwire.store.dialects.named import file_named

    if origin("database_url", config) != "default" and not settings.is_shared:
        yield file_named(settings.database_url).path.parent
    if settings.site is not None:
        yield settings.site.absolute()


def _quoted(value: str) -> str:
    r"""Return a value as a unit has it: `%` begins a specifier, `\` and `"` mean something."""
    escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%")
    return f'"{escaped}"' if escaped != value or " " in value else value


def _argument(value: str) -> str:
    return _quoted(value).replace("$", "$$")
