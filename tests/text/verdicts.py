"""What a parser makes of something: the value as text, or the code of its refusal."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError


def verdict(parse: Callable[..., date | Decimal], value: object, *args: Any, **options: Any) -> str:
    try:
        result = parse(value, *args, **options)
    except ValidationError as refusal:
        return str(refusal.code)
    return str(result) if isinstance(result, Decimal) else result.isoformat()
