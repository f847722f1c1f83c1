"""The service's error answers as our errors (process-api, 8; auth-and-limits, 2). Accepts every shape on record."""

from __future__ import annotations

import re
from typing import Any, Mapping, Optional, Type
from urllib.parse import urlsplit

from sentinel_workbench.core.errors import (
    AlreadyThere,
    AuthenticationFailed,
    EvalscriptRejected,
    NotThere,
    PermissionDenied,
    QuotaExhausted,
    RateLimited,
    RequestRejected,
    ServiceError,
    ServiceUnavailable,
    WorkbenchError,
)
from sentinel_workbench.core.http.complaints import LONGEST_MESSAGE, Complaint, read_complaint, redirected, shown_url
from sentinel_workbench.core.http.transport import HttpResponse

_SCRIPT_LINE = re.compile(r"(?:evalscript\.js|undefined):(\d+)")
_TOLD_LINE = re.compile(r"the evalscript at line (\d+)")
_OF_SCRIPT = re.compile(
    r"Failed to evaluate script|^Invalid script|must return|has no band '|^Dataset with id|"
    r"missing from function setup|only use one product type"
)


def script_line(message: str) -> Optional[int]:
    """The 1-based line of the evalscript a message points at."""
    match = _SCRIPT_LINE.search(message)
    return int(match.group(1)) if match else None


def told_script_line(sentence: str) -> Optional[int]:
    """The 1-based line that the sentence of an ``EvalscriptRejected`` names, or None."""
    match = _TOLD_LINE.search(sentence)
    return int(match.group(1)) if match else None


def _evalscript_error(complaint: Complaint, status: int, url: str) -> EvalscriptRejected:
    line = script_line(complaint.message)
    text = re.sub(r"^Failed to evaluate script!\s*", "", complaint.message)
    text = re.sub(r"^(evalscript\.js|undefined):\d+:?\s*", "", text).split("\n")[0].strip()
    where = f" at line {line}" if line else ""
    error = EvalscriptRejected(
        f"The service could not run the evalscript{where}: {text.rstrip('.')[:LONGEST_MESSAGE]}.",
        "Correct the evalscript.",
        status=status,
        code=complaint.code,
        url=url,
    )
    error.line = line
    return error


def _is_of_script(complaint: Complaint, status: int) -> bool:
    return status == 400 and (
        str(complaint.code or "").startswith("RENDERER_") or bool(_OF_SCRIPT.search(complaint.message))
    )


def _rejection(status: int, host: str, url: str, says: str) -> Mapping[str, Any]:
    """Class, message and advice of the statuses that are not the script's."""
    said = f": {says.rstrip('.')}." if says else "."
    unauthorized = "Check the client id and secret, and that token URL and base URL belong to the same service."
    table: Mapping[int, Any] = {
        401: (AuthenticationFailed, f"{host} did not accept the token{said}", unauthorized),
        403: (PermissionDenied, f"{host} does not allow this{said}", "Check what your account's plan includes."),
        404: (RequestRejected, f"{url} was not found{said}", "Check the base URL of the connection."),
        409: (AlreadyThere, f"{host} has this already{said}", "Refresh the list, or choose another name or path."),
        405: (RequestRejected, f"{url} does not take this kind of request{said}", "Check the base URL."),
        413: (RequestRejected, f"The request is too large for {host}{said}", "Use a simpler area or a shorter script."),
        429: (
            RateLimited,
            f"{host} still has too many requests after long waiting{said}",
            "Try later, or lower the requests a minute of the connection.",
        ),
    }
    if status in table:
        kind, message, advice = table[status]
    elif status >= 500:
        kind = ServiceUnavailable
        message, advice = f"{host} failed several times (HTTP {status}){said}", "Try again later."
    else:
        kind = RequestRejected
        message, advice = f"{host} refused the request (HTTP {status}){said}", "Correct the order."
    return {"kind": kind, "message": message, "advice": advice}


def error_from_response(response: HttpResponse, url: str) -> WorkbenchError:
    """Our error for an answer that is not 2xx.

    Args:
        response: status, headers and body.
        url: what was asked; shown without its query.
    """
    complaint, shown = read_complaint(response.content), shown_url(url)
    host = urlsplit(shown).netloc
    if 300 <= response.status < 400:
        return redirected(shown, response.headers.get("location", "another page"))
    if _is_of_script(complaint, response.status):
        return _evalscript_error(complaint, response.status, shown)
    if complaint.code == "ACCESS_INSUFFICIENT_PROCESSING_UNITS":
        return QuotaExhausted(
            f"The processing units or requests of your account at {host} are used up.",
            "They are renewed on the first day of the month; finished images are kept.",
            status=response.status,
            code=complaint.code,
            url=shown,
        )
    if response.status == 404 and complaint.code == "COMMON_NOT_FOUND":
        says = " ".join(complaint.message.split())[:LONGEST_MESSAGE].rstrip(".") or f"{shown} is not there"
        advice = "It may have been deleted meanwhile; refresh the list."
        return NotThere(f"{says}.", advice, status=404, code=complaint.code, url=shown)
    found = _rejection(response.status, host, shown, " ".join(complaint.message.split())[:LONGEST_MESSAGE])
    kind: Type[ServiceError] = found["kind"]
    return kind(found["message"], found["advice"], status=response.status, code=complaint.code, url=shown)
