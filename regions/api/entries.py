"""What is refused, one entry each: its place, a stable code, a sentence, what is allowed."""

from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError

from text.refusals import QueryRefused


def entries_of(refusal: ValidationError) -> list[dict[str, Any]]:
    """This will list the refusals; members of the body are named by JSON pointers (RFC 6901)."""
    in_query = isinstance(refusal, QueryRefused)
    keyed = (
        refusal.error_dict
        if hasattr(refusal, "error_dict")
        else {NON_FIELD_ERRORS: refusal.error_list}
    )
    return [
        place_of(name, in_query) | entry_of(single)
        for name, refusals in keyed.items()
        for single in refusals
    ]


def place_of(name: str, in_query: bool) -> dict[str, Any]:
    if name == NON_FIELD_ERRORS:
        return {}
    return {"param": name} if in_query else {"pointer": f"/{name}"}


def entry_of(refusal: ValidationError) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "code": refusal.code or "not_right",
        "detail": " ".join(refusal.messages),
    }
    if allowed := (refusal.params or {}).get("allowed"):
        entry["allowed"] = allowed.split(", ") if isinstance(allowed, str) else list(allowed)
    return entry
