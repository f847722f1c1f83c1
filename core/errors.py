"""Every error the Workbench raises on purpose.

    WorkbenchError                  base: one sentence, what to do, translated once per boundary
    ├── InvalidInput                a value the user gave; names the field
    ├── NetworkError                no usable answer arrived
    │   ├── ConnectionFailed        no route, refused, dropped, TLS
    │   ├── TimedOut                nothing arrived in time
    │   └── UnexpectedAnswer        HTML from a proxy, truncated or malformed body
    ├── ServiceError                the service answered with an error (status, code, url)
    │   ├── AuthenticationFailed    401, or the token endpoint refused the client
    │   ├── PermissionDenied        403
    │   │   └── QuotaExhausted      403 with ACCESS_INSUFFICIENT_PROCESSING_UNITS; stops the queue
    │   ├── RequestRejected         400, 404, 405, 413, 415
    │   │   ├── NotThere            404 of a thing the service knows no more, or never did
    │   │   ├── AlreadyThere        409: a name or path is taken
    │   │   └── EvalscriptRejected  400 of the renderer; carries the line when known
    │   ├── RateLimited             429 after the allowed waiting
    │   └── ServiceUnavailable      5xx after the allowed retries
    ├── StorageError                the local disk
    │   ├── DiskFull
    │   └── DamagedFile             a cached or downloaded file that does not open
    ├── ScriptError                 the local evalscript runtime (line when known)
    │   ├── ScriptSyntaxError
    │   ├── ScriptRuntimeError
    │   └── ScriptLimitExceeded     memory budget
    │       └── ScriptOverTime      time budget
    └── LocalHubError               the local hub did not start or died

``Cancelled`` stands apart: it is not an error.
"""

from __future__ import annotations

import errno
from typing import Optional


class WorkbenchError(Exception):
    """An error with a sentence for the user and, if there is one, advice.

    Attributes:
        message: what happened and where, one sentence.
        advice: what to do about it, one sentence, or None.
    """

    def __init__(self, message: str, advice: Optional[str] = None) -> None:
        super().__init__(message)
        self.message = message
        self.advice = advice

    def __str__(self) -> str:
        return f"{self.message} {self.advice}" if self.advice else self.message


class InvalidInput(WorkbenchError, ValueError):
    """A value that can't be used; ``field`` names it as the order does."""

    def __init__(self, field: str, message: str, advice: Optional[str] = None) -> None:
        super().__init__(message, advice)
        self.field = field


class NetworkError(WorkbenchError):
    """No usable answer arrived. ``transient`` says whether sending it again may help."""

    transient: bool = True


class ConnectionFailed(NetworkError):
    """The host can't be reached, refused, or dropped the connection."""


class TimedOut(NetworkError):
    """The host did not answer in time."""


class UnexpectedAnswer(NetworkError):
    """The answer is not what the protocol promises."""


class ServiceError(WorkbenchError):
    """The service answered with an error.

    Attributes:
        status: HTTP status.
        code: the service's error code, such as ``COMMON_BAD_PAYLOAD``, or None.
        url: the address asked, without query.
    """

    def __init__(
        self,
        message: str,
        advice: Optional[str] = None,
        *,
        status: int = 0,
        code: Optional[str] = None,
        url: Optional[str] = None,
    ) -> None:
        super().__init__(message, advice)
        self.status = status
        self.code = code
        self.url = url


class AuthenticationFailed(ServiceError):
    """The client id, secret or token was refused."""


class PermissionDenied(ServiceError):
    """The account may not do this."""


class QuotaExhausted(PermissionDenied):
    """The account's processing units or requests are used up; nothing more will succeed."""


class RequestRejected(ServiceError):
    """The service refuses this request; sending it again can't help."""


class NotThere(RequestRejected):
    """The service does not have what the request is about; it may have been deleted meanwhile."""


class AlreadyThere(RequestRejected):
    """What should be made is there already."""


class EvalscriptRejected(RequestRejected):
    """The service could not run the evalscript; ``line`` is 1-based when known."""

    line: Optional[int] = None


class RateLimited(ServiceError):
    """Still too many requests after the allowed waiting."""


class ServiceUnavailable(ServiceError):
    """5xx after the allowed retries."""


class StorageError(WorkbenchError):
    """A file could not be read or written."""


class DiskFull(StorageError):
    """No space left where the file should go."""


def is_disk_full(error: OSError) -> bool:
    """True when the disk or the user's share of it is used up."""
    return error.errno in (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC))


class DamagedFile(StorageError):
    """A file exists but can't be read as what it should be."""


class ScriptError(WorkbenchError):
    """The evalscript failed in the local runtime; ``line`` is 1-based when known."""

    def __init__(self, message: str, line: Optional[int] = None, advice: Optional[str] = None) -> None:
        super().__init__(message, advice)
        self.line = line


class ScriptSyntaxError(ScriptError):
    """The evalscript does not parse."""


class ScriptRuntimeError(ScriptError):
    """The evalscript threw, or returned something of the wrong shape."""


class ScriptLimitExceeded(ScriptError):
    """The evalscript used more memory, or time, than its budget."""


class ScriptOverTime(ScriptLimitExceeded):
    """The evalscript did not end in time."""


class LocalHubError(WorkbenchError):
    """The local hub could not be started, or ended unasked."""


class Cancelled(Exception):
    """The user asked to stop. Not an error: nothing is reported, what is done is kept."""
