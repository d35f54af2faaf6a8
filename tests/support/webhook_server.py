"""A webhook on loopback: `with Webhook() as hook: … hook.url, hook.got`."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Webhook(ThreadingHTTPServer):
    """Keeps what is posted to it.

    Args:
        answers: the status of the first, second … answer; 200 after them. 302 sends on to `/elsewhere`.

    Attributes:
        url: with a secret in its path, as chats have it.
        got: the JSON of each request that was answered by 200.
        paths: of all requests.
    """

    SECRET = "T00/B00/s3cr3t"

    def __init__(self, *answers: int) -> None:
        self.answers = list(answers)
        self.got: list[dict] = []
        self.paths: list[str] = []
        super().__init__(("127.0.0.1", 0), _Handler)
        self.url = f"http://127.0.0.1:{self.server_port}/services/{self.SECRET}"

    def __enter__(self) -> Webhook:
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self.server_close()


class _Handler(BaseHTTPRequestHandler):
    server: Webhook

    def log_message(self, *_: object) -> None:
        """Nothing on stderr."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        status = self.server.answers.pop(0) if self.server.answers else 200
        self.server.paths.append(self.path)
        if status == 200:
            self.server.got.append(json.loads(body))
        self.send_response(status)
        if status == 302:
            self.send_header("Location", "/elsewhere")
        self.send_header("Content-Length", "0")
        self.end_headers()
