"""The body of a request for pixels: JSON, or a form with the request and its evalscript as parts."""

from __future__ import annotations

from typing import Any, Mapping

from sentinel_workbench.localhub.answers import bad_payload
from sentinel_workbench.localhub.multipart import read_parts
from sentinel_workbench.localhub.payload import parse_json, read_text
from sentinel_workbench.localhub.records import HubError


def read_document(body: bytes, content_type: str) -> Mapping[str, Any]:
    """The request's JSON object, its evalscript taken from the part of that name in a form.

    Raises:
        HubError: neither JSON nor a form with a part ``request``.
    """
    kind = content_type.split(";")[0].strip().lower()
    if kind in ("", "application/json", "text/json") or kind.endswith("+json"):
        return parse_json(body)
    if kind != "multipart/form-data":
        raise HubError(
            415,
            "COMMON_UNSUPPORTED_MEDIA_TYPE",
            f"Content type '{kind[:60]}' is not supported. Use application/json or multipart/form-data.",
        )
    if not body.strip():
        raise bad_payload("Request body should be non-empty.")
    parts = read_parts(content_type, body)
    document = dict(parse_json(parts.get("request", b"")))
    if "evalscript" in parts:
        try:
            document["evalscript"] = parts["evalscript"].decode("utf-8")
        except UnicodeDecodeError as error:
            raise bad_payload("The part `evalscript` is not UTF-8 text.", "evalscript") from error
    return document


def read_evalscript(parent: Mapping[str, Any], path: str) -> str:
    """The evalscript's text, which may not be blank.

    Raises:
        HubError: there is none.
    """
    evalscript = read_text(parent, "evalscript", path)
    if not evalscript or not evalscript.strip():
        if parent.get("dataProduct") is not None:
            raise bad_payload("Data products are not served here; send an `evalscript`.", "dataProduct")
        raise bad_payload("`evalscript` must be set.", path)
    return evalscript
