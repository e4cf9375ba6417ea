"""A real nginx on loopback: over the files of a site, or with whatever servers it is given."""

import base64
import http.client
import shutil
import signal
import ssl
import subprocess
from contextlib import closing
from pathlib import Path
from typing import Self

import pytest

PROGRAM = shutil.which("nginx", path="/usr/sbin:/usr/local/sbin:/usr/bin:/usr/local/bin")
_BROTLI = Path("/usr/lib/nginx/modules/ngx_http_brotli_static_module.so")

Answer = tuple[int, http.client.HTTPMessage, bytes]
needs_nginx = pytest.mark.skipif(PROGRAM is None, reason="nginx is not installed (nginx-light)")

_SETTINGS = """
{modules}
daemon off;
master_process off;
pid {folder}/pid;
error_log {folder}/error.log warn;
events {{ worker_connections 64; }}
http {{
    access_log {folder}/access.log;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
{servers}
}}
"""
_SITE = """
    server {{
        listen 127.0.0.1:{port};
        root {root};
        {brotli}
        include {root}/nginx.conf;
    }}
"""


class Nginx:
    """A running nginx over the site in a folder, as a context manager."""

    def __init__(self, folder: Path, root: Path, *, port: int) -> None:
        self.has_brotli = _BROTLI.is_file()
        brotli = "brotli_static on;" if self.has_brotli else ""
        self._set_up(folder, _SITE.format(port=port, root=root, brotli=brotli), port=port)

    def _set_up(self, folder: Path, servers: str, *, port: int) -> None:
        self._folder = folder
        self._port = port
        folder.mkdir()
        modules = f"load_module {_BROTLI};" if _BROTLI.is_file() else ""
        settings = _SETTINGS.format(modules=modules, folder=folder, servers=servers)
        (folder / "nginx.conf").write_text(settings, encoding="utf-8")

    def __enter__(self) -> Self:
        assert PROGRAM is not None
        arguments = (PROGRAM, "-p", str(self._folder), "-c", str(self._folder / "nginx.conf"))
        checked = subprocess.run((*arguments, "-t"), capture_output=True, text=True, check=False)
        assert checked.returncode == 0, checked.stderr
        self._process = subprocess.Popen(arguments, stderr=subprocess.DEVNULL)
        return self

    def __exit__(self, *failure: object) -> None:
        self._process.send_signal(signal.SIGTERM)
        self._process.wait(10)

    def kill_and_start(self) -> None:
        """Kill it, and start another in its place."""
        self._process.kill()
        self._process.wait(10)
        self.__enter__()

    def get(self, path: str, **headers: str) -> Answer:
        """Ask for a path; raises OSError while it does not listen yet."""
        return _ask(http.client.HTTPConnection("127.0.0.1", self._port, timeout=10), path, headers)

    def answers(self) -> bool:
        """Whether it listens already."""
        try:
            return bool(self.get("/"))
        except OSError:
            return False


class Proxy(Nginx):
    """A running nginx with servers of its own, secure at `port` and not at `plain`."""

    def __init__(self, folder: Path, servers: str, *, port: int, plain: int) -> None:
        self._plain = plain
        self._set_up(folder, servers, port=port)

    def get(self, path: str, **headers: str) -> Answer:
        """Ask for a path securely, whoever vouches for the certificate."""
        trusting = ssl.create_default_context()
        trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
        client = http.client.HTTPSConnection("127.0.0.1", self._port, timeout=10, context=trusting)
        return _ask(client, path, headers)

    def get_plain(self, path: str) -> Answer:
        """Ask for a path where it is not secure."""
        return _ask(http.client.HTTPConnection("127.0.0.1", self._plain, timeout=10), path, {})


def basic(token: str) -> str:
    """Return the Authorization of a reader who gives a token as the password."""
    return f"Basic {base64.b64encode(f'reader:{token}'.encode()).decode()}"


def _ask(client: http.client.HTTPConnection, path: str, headers: dict[str, str]) -> Answer:
    with closing(client):
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        client.request("GET", path, headers=named)
        response = client.getresponse()
        return response.status, response.headers, response.read()
