"""A real nginx on loopback that sends the files of a folder by the settings in it."""

import http.client
import shutil
import signal
import subprocess
from contextlib import closing
from pathlib import Path
from typing import Self

import pytest

PROGRAM = shutil.which("nginx", path="/usr/sbin:/usr/local/sbin:/usr/bin:/usr/local/bin")
_BROTLI = Path("/usr/lib/nginx/modules/ngx_http_brotli_static_module.so")

needs_nginx = pytest.mark.skipif(PROGRAM is None, reason="nginx is not installed (nginx-light)")

_SETTINGS = """
{modules}
daemon off;
master_process off;
pid {folder}/pid;
error_log {folder}/error.log warn;
events {{ worker_connections 64; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    server {{
        listen 127.0.0.1:{port};
        root {root};
        {brotli}
        include {root}/nginx.conf;
    }}
}}
"""


class Nginx:
    """A running nginx over the site in a folder, as a context manager."""

    def __init__(self, folder: Path, root: Path, *, port: int) -> None:
        self._folder = folder
        self._port = port
        self.has_brotli = _BROTLI.is_file()
        folder.mkdir()
        settings = _SETTINGS.format(
            modules=f"load_module {_BROTLI};" if self.has_brotli else "",
            brotli="brotli_static on;" if self.has_brotli else "",
            folder=folder,
            root=root,
            port=port,
        )
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

    def get(self, path: str, **headers: str) -> tuple[int, http.client.HTTPMessage, bytes]:
        """Ask for a path; raises OSError while it does not listen yet."""
        with closing(http.client.HTTPConnection("127.0.0.1", self._port, timeout=10)) as client:
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            client.request("GET", path, headers=named)
            response = client.getresponse()
            return response.status, response.headers, response.read()
