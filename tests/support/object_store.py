"""A server with the interface of S3, moto's, on loopback; it notes what it is asked."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import requests

Answer = Callable[[str, str], "tuple[int, str] | None"]
# Everybody may read, as from a bucket that is a web site, and tests may write without credentials.
_POLICY = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": {
            "Effect": "Allow",
            "Principal": "*",
            "Action": ["s3:GetObject", "s3:PutObject"],
            "Resource": "arn:aws:s3:::news/*",
        },
    }
)
CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
    "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/SECRET",
    "AWS_REGION": "us-east-1",
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_CONFIG_FILE": "/dev/null",
    "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
}


class S3Server:
    """The server at ``url``, with the bucket ``news``."""

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self.requests: list[tuple[str, str]] = []
        """The method and the path of each request."""
        self.behave: Answer | None = None
        """The answer in place of the store's: a status and a code of S3; None leaves it to the store."""
        requests.put(f"{self.url}/news", timeout=10).raise_for_status()
        requests.put(f"{self.url}/news?policy", _POLICY, timeout=10).raise_for_status()

    def get(self, path: str) -> requests.Response:
        """Fetch an object as a client without credentials does."""
        return requests.get(f"{self.url}/news/{path}", timeout=10, headers={"Accept-Encoding": "gzip"})

    def put(self, path: str, data: bytes) -> None:
        requests.put(f"{self.url}/news/{path}", data, timeout=10).raise_for_status()

    def files(self) -> dict[str, bytes]:
        """The bytes of all objects, as the store has them."""
        from moto.backends import get_backend
        from moto.core import DEFAULT_ACCOUNT_ID

        bucket = get_backend("s3")[DEFAULT_ACCOUNT_ID]["aws"].buckets["news"]
        return {name: bucket.keys[name].value for name in list(bucket.keys)}


@contextmanager
def s3_server() -> Iterator[S3Server]:
    """A server without objects."""
    from moto.backends import get_backend
    from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
    from werkzeug.serving import make_server

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    get_backend("s3").reset()
    store = DomainDispatcherApplication(create_backend_app)

    def application(environment: dict[str, Any], start_response: Any) -> Any:
        method, path = environment["REQUEST_METHOD"], environment["PATH_INFO"]
        environment["moto.request"] = method
        running.requests.append((method, path))
        answer = running.behave(method, path) if running.behave else None
        if answer is None:
            return store(environment, start_response)
        environment["wsgi.input"].read(int(environment.get("CONTENT_LENGTH") or 0))
        status, code = answer
        start_response(f"{status} Refused", [("Content-Type", "application/xml")])
        return [f"<Error><Code>{code}</Code><Message>Told by S3.</Message></Error>".encode()]

    server = make_server("127.0.0.1", 0, application, threaded=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    # The first request is the constructor's.
    running = S3Server.__new__(S3Server)
    running.requests, running.behave = [], None
    thread.start()
    try:
        S3Server.__init__(running, server.server_port)
        yield running
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
