"""How often one may ask: counted per token or person, and per address."""

import time
from typing import Any

from django.conf import settings
from django.core.cache import cache
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from accounts.api.authentication import token_of

MINUTE = 60


class MinuteThrottle(BaseThrottle):
    """Counts requests of the running minute in each web process; a guard, not an account."""

    def allow_request(self, request: Request, view: Any) -> bool:  # noqa: ARG002
        self.now = time.time()
        name, most = self.who(request)
        key = f"throttle:{name}:{int(self.now) // MINUTE}"
        cache.add(key, 0, MINUTE)
        try:
            return cache.incr(key) <= most
        except ValueError:
            # The minute ended between the two lines.
            return True

    def who(self, request: Request) -> tuple[str, int]:
        if token := token_of(request):
            return f"token:{token.pk}", settings.API_REQUESTS_A_MINUTE
        if request.user.is_authenticated:
            return f"person:{request.user.pk}", settings.API_REQUESTS_A_MINUTE
        return f"address:{self.get_ident(request)}", settings.API_ANONYMOUS_REQUESTS_A_MINUTE

    def wait(self) -> float:
        return MINUTE - self.now % MINUTE
