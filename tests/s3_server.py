"""A real S3 server on loopback for tests: moto's, as a process of its own from an environment of its own.

    with S3Server() as s3:                 # skips the test when the server is not installed
        s3.url, s3.access_key, s3.secret_key
        s3.make_bucket("b"); s3.keys("b"); s3.read("b", "key")
        s3.demand_keys()                   # from now on only its own keys are let in
"""

from __future__ import annotations

import os
import re
import socket
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path
from xml.etree import ElementTree

import pytest

PYTHON = Path(os.environ.get("WORKBENCH_S3_PYTHON") or Path(__file__).parents[1] / "build" / "venv-moto/bin/python")
_STARTS = 15.0
_NAMESPACE = re.compile(r"\{.*\}")


class S3Server:
    """The server while the block lasts."""

    access_key, secret_key = "testing-key-id", "testing-key"

    def __enter__(self):
        if not PYTHON.exists():
            pytest.skip("moto's server is not installed (scripts/setup.sh installs it into build/venv-moto)")
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        command = [str(PYTHON), "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            self._wait()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *error):
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(10)

    def stop(self):
        """End the server in the middle of a test."""
        self.__exit__()

    def _wait(self):
        deadline = time.monotonic() + _STARTS
        while time.monotonic() < deadline:
            try:
                self.ask("GET", "/moto-api/data.json")
                return
            except OSError:
                time.sleep(0.05)
        raise RuntimeError("moto's server did not start")

    def ask(self, method, path, body=None):
        """The body of an answer; the server takes any signature until ``demand_keys``."""
        headers = {"Content-Type": "text/plain", "Authorization": _signature("s3")}
        return _send(urllib.request.Request(self.url + path, body, headers, method=method))

    def reset(self):
        """No bucket, and no keys demanded."""
        self.access_key, self.secret_key = S3Server.access_key, S3Server.secret_key
        self.ask("POST", "/moto-api/reset-auth", b"inf")
        self.ask("POST", "/moto-api/reset")

    def make_bucket(self, name):
        """An empty bucket."""
        self.ask("PUT", f"/{name}")

    def put(self, bucket, key, content):
        """An object."""
        self.ask("PUT", f"/{bucket}/{urllib.parse.quote(key)}", content)

    def read(self, bucket, key):
        """An object's bytes."""
        return self.ask("GET", f"/{bucket}/{urllib.parse.quote(key)}")

    def keys(self, bucket):
        """Sizes of all objects by key."""
        root = ElementTree.fromstring(self.ask("GET", f"/{bucket}?list-type=2"))
        found = [{_NAMESPACE.sub("", part.tag): part.text for part in one} for one in root]
        return {one["Key"]: int(one["Size"]) for one in found if "Key" in one}

    def uploads(self, bucket):
        """Keys of multi-part uploads that were begun and not ended."""
        root = ElementTree.fromstring(self.ask("GET", f"/{bucket}?uploads"))
        return [element.text for element in root.iter() if _NAMESPACE.sub("", element.tag) == "Key"]

    def begin_upload(self, bucket, key):
        """Leave a multi-part upload begun, as a process that died does."""
        self.ask("POST", f"/{bucket}/{urllib.parse.quote(key)}?uploads")

    def demand_keys(self):
        """Let in nobody but whoever signs with the server's own keys, made now."""
        _query(self, "CreateUser", UserName="uploader")
        made = _query(self, "CreateAccessKey", UserName="uploader")
        self.access_key = _text(made, "AccessKeyId")
        self.secret_key = _text(made, "SecretAccessKey")
        policy = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}'
        _query(self, "PutUserPolicy", UserName="uploader", PolicyName="all", PolicyDocument=policy)
        self.ask("POST", "/moto-api/reset-auth", b"0")


def _query(server, action, **values):
    body = urllib.parse.urlencode({"Action": action, "Version": "2010-05-08", **values}).encode()
    headers = {"Authorization": _signature("iam"), "Content-Type": "application/x-www-form-urlencoded"}
    return _send(urllib.request.Request(server.url + "/", body, headers, method="POST")).decode()


def _signature(service):
    """Names the service asked; it is not verified."""
    scope = f"20200101/us-east-1/{service}/aws4_request"
    return f"AWS4-HMAC-SHA256 Credential=x/{scope}, SignedHeaders=host, Signature=x"


def _send(request):
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=10) as answer:
        return answer.read()


def _text(answer, name):
    return re.search(f"<{name}>(.*?)</{name}>", answer).group(1)
