"""Cancel that reaches a blocking socket.

``requests`` can't be interrupted while it waits. So one watching thread looks at the progress of every request under
way and shuts down the socket of a cancelled one, which wakes its reader at once. New connections, whose name look-up
and handshake have no socket yet to shut down, are made on a thread of their own that is left behind when cancelled.
Costs a request two dictionary operations.
"""

from __future__ import annotations

import http.client
import socket
import threading
import time
from contextlib import contextmanager
from typing import Any, Callable, Dict, Iterator, List, Optional

import urllib3.exceptions
from requests.adapters import HTTPAdapter
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from sentinel_workbench.core.errors import Cancelled
from sentinel_workbench.core.progress import POLL_S, Progress

LINGER_S = 1.0
"""How long the watching thread stays after the last request."""

_current = threading.local()


class _Flight:
    """One request under way and the socket it waits on."""

    def __init__(self, progress: Progress) -> None:
        self.progress = progress
        self.socket: Optional[Any] = None

    def interrupt(self) -> None:
        """Wake whoever reads from the socket. TLS is bypassed: its own shutdown would wait for the peer."""
        holder = self.socket
        plain = getattr(holder, "socket", holder)
        if isinstance(plain, socket.socket):
            try:
                socket.socket.shutdown(plain, socket.SHUT_RDWR)
            except OSError:
                return  # already closed, so nobody waits on it


class Watch:
    """Interrupts cancelled requests of one transport. Its thread lives only while requests are under way."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._flights: Dict[int, _Flight] = {}
        self._thread: Optional[threading.Thread] = None

    @contextmanager
    def flight(self, progress: Progress) -> Iterator[None]:
        """Watch what this thread sends inside the block."""
        flight = _Flight(progress)
        with self._lock:
            self._flights[id(flight)] = flight
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="workbench-http-watch", daemon=True)
                self._thread.start()
        _current.flight = flight
        try:
            yield
        finally:
            _current.flight = None
            with self._lock:
                del self._flights[id(flight)]

    def _run(self) -> None:
        last_busy = time.monotonic()
        while True:
            time.sleep(POLL_S)
            with self._lock:
                flights = list(self._flights.values())
                if flights:
                    last_busy = time.monotonic()
                elif time.monotonic() - last_busy > LINGER_S:
                    self._thread = None
                    return
            for flight in flights:
                if flight.progress.cancelled():
                    flight.interrupt()


def _connect(connection: Any, connect: Callable[[], None]) -> None:
    """Run ``connect`` so that Cancel need not wait for it."""
    flight: Optional[_Flight] = getattr(_current, "flight", None)
    if flight is None:
        connect()
        return
    done, abandoned = threading.Event(), threading.Event()
    failures: List[BaseException] = []

    def run() -> None:
        try:
            connect()
        except (OSError, ValueError, http.client.HTTPException, urllib3.exceptions.HTTPError) as error:
            failures.append(error)
        finally:
            done.set()
        if abandoned.is_set():
            connection.close()

    threading.Thread(target=run, name="workbench-http-connect", daemon=True).start()
    while not done.wait(POLL_S):
        if flight.progress.cancelled():
            abandoned.set()
            if done.is_set():
                connection.close()
            raise Cancelled()
    if failures:
        raise failures[0]
    if connection.sock is None:
        raise ConnectionError("the connection ended while it was made")
    flight.socket = connection.sock


class _Interruptible:
    """Mixed into urllib3's connections: tells the current flight which socket it waits on."""

    def connect(self) -> None:
        _connect(self, super().connect)  # type: ignore[misc]

    def getresponse(self, *args: Any, **kwargs: Any) -> Any:
        flight: Optional[_Flight] = getattr(_current, "flight", None)
        if flight is not None:
            flight.socket = self.sock  # type: ignore[attr-defined]
        return super().getresponse(*args, **kwargs)  # type: ignore[misc]


class _Connection(_Interruptible, HTTPConnectionPool.ConnectionCls):  # type: ignore
    pass


class _TlsConnection(_Interruptible, HTTPSConnectionPool.ConnectionCls):  # type: ignore
    pass


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection


class _TlsPool(HTTPSConnectionPool):
    ConnectionCls = _TlsConnection


class InterruptibleAdapter(HTTPAdapter):
    """``requests`` adapter whose connections can be interrupted."""

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"http": _Pool, "https": _TlsPool}

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> Any:
        manager = super().proxy_manager_for(proxy, **kwargs)
        if not proxy.lower().startswith("socks"):
            manager.pool_classes_by_scheme = {"http": _Pool, "https": _TlsPool}
        return manager
