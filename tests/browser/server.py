"""A small web server for the tests: compresses, mounts the site under a path, and counts what it sends."""

import contextlib
import gzip
import http.server
import mimetypes
import threading
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path


@dataclass
class Server:
    """Where the site is served, and what has been sent: (path, bytes) for each answer."""

    address: str
    sent: list[tuple[str, int]] = field(default_factory=list)
    # Files that do not come, by name: "missing", or "cut" in the middle.
    failing: dict[str, str] = field(default_factory=dict)


@cache
def compressed(path: Path) -> bytes:
    """A file as a host sends it: text compressed, fonts and pictures as they are."""
    data = path.read_bytes()
    return data if path.suffix in (".woff2", ".png") else gzip.compress(data, 6, mtime=0)


@contextlib.contextmanager
def serving(site: Path, mount: str, headers: dict[str, str] | None = None):
    """Serve a folder on a free port of this machine, each file with these headers besides its own."""

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self):
            asked = self.path.split("?")[0]
            path = site / asked.removeprefix(mount).lstrip("/")
            if path.is_dir():
                path /= "index.html"
            fails = running.failing.get(path.name)
            if not asked.startswith(mount + "/") or not path.is_file() or fails == "missing":
                self.send_response(404)
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            body = compressed(path)
            self.send_response(200)
            self.send_header("Content-Type", mimetypes.guess_type(path.name)[0] or "application/octet-stream")
            self.send_header("Content-Length", str(len(body)))
            for name, value in (headers or {}).items():
                self.send_header(name, value)
            if path.suffix not in (".woff2", ".png"):
                self.send_header("Content-Encoding", "gzip")
            self.end_headers()
            if fails == "cut":
                self.wfile.write(body[: len(body) // 2])
                self.close_connection = True
                return
            self.wfile.write(body)
            running.sent.append((asked.removeprefix(mount + "/"), len(body)))

        def log_message(self, *arguments):
            pass

    with listening(Handler) as address:
        running = Server(f"{address}{mount}")
        yield running


@contextlib.contextmanager
def listening(handler: type[http.server.BaseHTTPRequestHandler]):
    """Answer on a free port of this machine; the address is given."""
    made = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    made.daemon_threads = True
    thread = threading.Thread(target=made.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{made.server_port}"
    finally:
        made.shutdown()
        made.server_close()
        thread.join()
