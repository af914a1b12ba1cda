"""A web server as a plain host is one: it compresses, lets browsers keep files, and counts what it sends."""

import contextlib
import gzip
import http.server
import mimetypes
from dataclasses import dataclass, field
from pathlib import Path

from tests.browser.server import listening

# Compressed already, so that hosts send them as they are.
PACKED = {".woff2", ".png", ".whl", ".zip"}
# Pages change, so a host lets browsers keep them for some minutes only; this is what a well-known free one says.
KEPT = "max-age=600"
TYPES = {".mjs": "text/javascript", ".js": "text/javascript", ".wasm": "application/wasm", ".whl": "application/zip"}


@dataclass
class Serving:
    """Where it serves, what it has sent, and what was asked of any other host."""

    address: str = ""
    sent: list[tuple[str, int]] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)


@contextlib.contextmanager
def serving(folders: list[tuple[str, Path]]):
    """Serve folders, each under its own prefix; the first one that fits and has the file is taken.

    It is a proxy too, which records what it is asked for and hands on nothing.
    """
    running, held = Serving(), {}

    def packed(path: Path) -> bytes:
        if path not in held:
            data = path.read_bytes()
            held[path] = data if path.suffix in PACKED else gzip.compress(data, 6, mtime=0)
        return held[path]

    def found(asked: str) -> Path | None:
        for prefix, folder in folders:
            if asked.startswith(prefix):
                path = folder / asked.removeprefix(prefix)
                path = path / "index.html" if path.is_dir() else path
                if path.is_file():
                    return path
        return None

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self):
            if not self.path.startswith("/"):
                return self.do_CONNECT()
            asked = self.path.split("?")[0]
            path = found(asked)
            if path is None:
                return self.answer(404, b"")
            tag = f'"{path.stat().st_mtime_ns:x}"'
            headers = {"ETag": tag, "Cache-Control": KEPT}
            if self.headers.get("If-None-Match") == tag:
                return self.answer(304, b"", headers)
            guessed = TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0]
            headers["Content-Type"] = guessed or "application/octet-stream"
            if path.suffix not in PACKED:
                headers["Content-Encoding"] = "gzip"
            running.sent.append((asked, len(packed(path))))
            return self.answer(200, packed(path), headers)

        def do_CONNECT(self):
            running.foreign.append(self.path)
            self.answer(403, b"")

        do_POST = do_HEAD = do_CONNECT

        def answer(self, status, body, headers=None):
            self.send_response(status)
            for name, value in {**(headers or {}), "Content-Length": len(body)}.items():
                self.send_header(name, str(value))
            # A browser that is closed waits for nothing.
            with contextlib.suppress(ConnectionError):
                self.end_headers()
                self.wfile.write(body)

        def log_message(self, *arguments):
            pass

    with listening(Handler) as running.address:
        yield running
