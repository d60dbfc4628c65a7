"""The worker's sign of life: a key in Redis that soon expires."""

from functools import cache

import redis
from django.conf import settings

KEY = "aidtracker:worker-heartbeat"
SECONDS = 20


@cache
def broker() -> redis.Redis:
    """Connect to the broker as kombu does, with time-outs that keep a request short."""
    url = settings.REDIS_URL.replace("redis+socket://", "unix://").replace("virtual_host=", "db=")
    return redis.Redis.from_url(url, socket_connect_timeout=1, socket_timeout=1)


def beat_heart() -> None:
    """Say that a worker is alive; silence when the broker is away is all there is to notice."""
    try:
        broker().set(KEY, "1", ex=SECONDS)
    except redis.RedisError:
        broker().close()


def worker_is_alive() -> bool:
    return bool(broker().exists(KEY))
