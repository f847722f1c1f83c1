"""What went wrong on the network, in a sentence, from the exceptions of ``requests``."""

from __future__ import annotations

import errno
import socket
from typing import Iterator, Optional
from urllib.parse import urlsplit

import requests
import urllib3.exceptions

from sentinel_workbench.core.errors import ConnectionFailed, InvalidInput, TimedOut, UnexpectedAnswer, WorkbenchError

_NO_ROUTE = (errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN)


def _chain(error: BaseException) -> Iterator[BaseException]:
    """``error`` and everything it wraps, however urllib3 and requests wrapped it."""
    queue, seen = [error], set()
    while queue:
        current = queue.pop(0)
        if id(current) in seen:
            continue
        seen.add(id(current))
        yield current
        inner = [current.__cause__, current.__context__, getattr(current, "reason", None), *current.args]
        queue.extend(item for item in inner if isinstance(item, BaseException))


def _is_name_failure(error: BaseException) -> bool:
    return any(isinstance(item, socket.gaierror) or "NameResolution" in type(item).__name__ for item in _chain(error))


def _has_errno(error: BaseException, *numbers: int) -> bool:
    return any(isinstance(item, OSError) and item.errno in numbers for item in _chain(error))


def _proxy_failure(host: str, proxy: str, error: BaseException) -> ConnectionFailed:
    texts = " ".join(str(item) for item in _chain(error))
    if "407" in texts:
        failure = ConnectionFailed(
            f"The proxy {proxy} asks for a user name and password before it lets {host} through.",
            "Enter them in QGIS under Settings > Options > Network.",
        )
        failure.transient = False
        return failure
    failure = ConnectionFailed(
        f"The proxy {proxy} did not connect to {host}.",
        "Check the proxy in QGIS under Settings > Options > Network.",
    )
    failure.transient = "503" in texts or "502" in texts
    return failure


def _certificate_failure(host: str) -> ConnectionFailed:
    failure = ConnectionFailed(
        f"The certificate of {host} could not be verified.",
        "Behind a company proxy, add its certificate authority in QGIS under Settings > Options > Authentication.",
    )
    failure.transient = False
    return failure


def _connection_failure(url: str, host: str, error: BaseException) -> ConnectionFailed:
    if _is_name_failure(error):
        return ConnectionFailed(
            f"The host {host} of {url} was not found.", "Check the spelling of the URL and the network connection."
        )
    if _has_errno(error, errno.ECONNREFUSED):
        return ConnectionFailed(
            f"Nothing answers at {host} ({url}): the connection was refused.",
            "Check the URL and its port, and whether the service is running.",
        )
    if _has_errno(error, *_NO_ROUTE):
        return ConnectionFailed(f"There is no network route to {host} ({url}).", "Check the network connection.")
    return ConnectionFailed(f"{host} dropped the connection ({url}).", "Check the network connection and try again.")


def _is_certificate_failure(error: BaseException) -> bool:
    return any(
        "CERTIFICATE_VERIFY_FAILED" in str(item) or "certificate" in type(item).__name__.lower()
        for item in _chain(error)
    )


def _is_timeout(error: BaseException) -> bool:
    kinds = (requests.Timeout, urllib3.exceptions.TimeoutError, socket.timeout)
    misnamed = urllib3.exceptions.NewConnectionError  # a timeout by its class, whatever went wrong
    return any(isinstance(item, kinds) and not isinstance(item, misnamed) for item in _chain(error)) or _has_errno(
        error, errno.ETIMEDOUT
    )


def network_error(url: str, error: BaseException, proxy: Optional[str] = None) -> WorkbenchError:
    """The Workbench's error for an exception of ``requests``.

    Args:
        url: what was asked; its query is not shown.
        error: as raised.
        proxy: host and port of the proxy that was used, without its login.
    """
    parts = urlsplit(url)
    host, shown = parts.netloc.rpartition("@")[2], f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"
    if isinstance(error, requests.exceptions.InvalidSchema) and "SOCKS" in str(error):
        return InvalidInput("proxy", "SOCKS proxies can't be used here.", "Use an HTTP proxy.")
    if isinstance(error, requests.exceptions.InvalidProxyURL):
        return InvalidInput("proxy", "The proxy's URL is not valid.", "Correct it in QGIS's network settings.")
    if isinstance(
        error,
        (
            requests.exceptions.InvalidURL,
            requests.exceptions.MissingSchema,
            requests.exceptions.InvalidSchema,
            UnicodeError,
        ),
    ):
        return InvalidInput("url", f"'{shown}' is not a valid URL.", "It begins with https:// and names a host.")
    if proxy and any(
        isinstance(item, (requests.exceptions.ProxyError, urllib3.exceptions.ProxyError)) for item in _chain(error)
    ):
        return _proxy_failure(host, proxy, error)
    if _is_certificate_failure(error):
        return _certificate_failure(host)
    if _is_timeout(error):
        return TimedOut(f"{host} did not answer in time ({shown}).", "Check the network connection or try again later.")
    if isinstance(error, (requests.exceptions.ChunkedEncodingError, requests.exceptions.ContentDecodingError)):
        return UnexpectedAnswer(
            f"The answer of {host} broke off or is damaged ({shown}).", "Check the network connection and try again."
        )
    return _connection_failure(shown, host, error)
