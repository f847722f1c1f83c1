"""Requests that carry the signature of an S3 access key (AWS signature version 4), without any library."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
from dataclasses import dataclass, field
from typing import Dict, Mapping, Optional
from urllib.parse import parse_qsl, quote, unquote, urlsplit

UNSIGNED = "UNSIGNED-PAYLOAD"
_ALGORITHM = "AWS4-HMAC-SHA256"


@dataclass(frozen=True)
class S3Keys:
    """An access key. Only its id may be shown."""

    access_key: str
    secret_key: str = field(repr=False)
    session_key: str = field(default="", repr=False)


def signed_headers(
    url: str,
    keys: S3Keys,
    region: str,
    now: dt.datetime,
    extra: Optional[Mapping[str, str]] = None,
    payload_hash: str = UNSIGNED,
) -> Dict[str, str]:
    """The headers that let a GET of ``url`` in; other headers, such as a range, may be added unsigned.

    Args:
        url: of the object, with its path percent-encoded or not.
        keys: who asks.
        region: of the bucket.
        now: aware; the signature holds for fifteen minutes.
        extra: headers to be signed too, such as ``x-amz-request-payer``.
        payload_hash: of the body, hexadecimal.
    """
    parts = urlsplit(url)
    moment = f"{now.astimezone(dt.timezone.utc):%Y%m%dT%H%M%SZ}"
    sent = {name.lower(): value for name, value in (extra or {}).items()}
    sent.update({"x-amz-content-sha256": payload_hash, "x-amz-date": moment})
    if keys.session_key:
        sent["x-amz-security-token"] = keys.session_key
    signed = {**sent, "host": parts.netloc.rpartition("@")[2]}
    names = ";".join(sorted(signed))
    canonical = "\n".join([
        "GET",
        quote(unquote(parts.path) or "/", safe="/-_.~"),
        "&".join(f"{quote(k, safe='-_.~')}={quote(v, safe='-_.~')}"
                 for k, v in sorted(parse_qsl(parts.query, keep_blank_values=True))),
        *(f"{name}:{signed[name].strip()}" for name in sorted(signed)),
        "",
        names,
        payload_hash,
    ])
    scope = f"{moment[:8]}/{region}/s3/aws4_request"
    text = "\n".join([_ALGORITHM, moment, scope, hashlib.sha256(canonical.encode()).hexdigest()])
    signature = hmac.new(_key(keys.secret_key, moment[:8], region), text.encode(), hashlib.sha256).hexdigest()
    permit = f"{_ALGORITHM} Credential={keys.access_key}/{scope},SignedHeaders={names},Signature={signature}"
    return {**sent, "authorization": permit}


def _key(secret: str, day: str, region: str) -> bytes:
    found = ("AWS4" + secret).encode()
    for part in (day, region, "s3", "aws4_request"):
        found = hmac.new(found, part.encode(), hashlib.sha256).digest()
    return found
