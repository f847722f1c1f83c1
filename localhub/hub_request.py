"""A request to the hub as its handlers see it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Callable, Mapping


@dataclass(frozen=True)
class HubRequest:
    """A request as it came in.

    Attributes:
        method: upper case.
        path: without query, percent-decoded.
        query: last value of each parameter.
        headers: names in lower case.
        body: all of it.
        base_url: how the client addressed the hub, such as ``http://127.0.0.1:8765``.
        abandoned: asks whether the client has closed its connection.
    """

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    base_url: str = "http://127.0.0.1"
    abandoned: Callable[[], bool] = lambda: False

    def header(self, name: str) -> str:
        """The header's value, empty when absent."""
        return self.headers.get(name, "")
