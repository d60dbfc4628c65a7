# The program without its embedded servers: web, worker, beat and migrations are all this image.
FROM python:3.11-slim-bookworm AS packages
WORKDIR /program
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
COPY requirements.txt ./
RUN python -m venv /venv \
    && /venv/bin/pip install --require-hashes --no-deps -r requirements.txt

FROM python:3.11-slim-bookworm
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    DJANGO_SETTINGS_MODULE=aidtracker.settings \
    VAR_DIR=/var/lib/aidtracker \
    STATIC_ROOT=/program/static-files
WORKDIR /program
# A number, so that an orchestrator can see that it is not root.
RUN useradd --uid 10001 --create-home --home-dir /var/lib/aidtracker aidtracker
COPY --from=packages /venv /venv
COPY . .
# Compressed here, where the seconds do not matter; needs neither key nor servers.
RUN python -m compileall -q . \
    && SECRET_KEY=only-while-the-image-is-built DATABASE_URL=postgresql://nobody@nowhere/nothing \
       REDIS_URL=redis://nowhere python manage.py collectstatic --noinput --verbosity 0 \
    && python -m whitenoise.compress --quiet /program/static-files
USER 10001
VOLUME /var/lib/aidtracker
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/healthz', timeout=2)"]
CMD ["granian", "--interface=wsgi", "--no-ws", "--host=0.0.0.0", "--port=8000", "--workers=2", "--blocking-threads=2", "--respawn-failed-workers", "--log-level=warning", "aidtracker.wsgi:application"]
