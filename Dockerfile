# The site in one image: web server, worker and commands. Not yet built by an engine (docs/operation.md).

FROM python:3.11-slim-bookworm AS packages
COPY requirements.txt /tmp/requirements.txt
RUN python -m venv /opt/venv \
    && /opt/venv/bin/pip install --no-cache-dir --require-hashes --requirement /tmp/requirements.txt

FROM python:3.11-slim-bookworm
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    VAR=/srv/var \
    LOG_FORMAT=json \
    PORT=8000
RUN groupadd --gid 10001 stockcoop \
    && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /tmp --shell /usr/sbin/nologin stockcoop \
    && mkdir --mode=700 /backups /licence-keys \
    && chown 10001:10001 /backups /licence-keys
WORKDIR /srv/stockcoop
COPY --from=packages /opt/venv /opt/venv
COPY . .
# The settings want a key and a database to be named; collecting files uses neither.
RUN python -m compileall -q . \
    && SECRET_KEY=collecting-files-needs-no-secret-at-all DATABASE_URL=postgresql://nobody@127.0.0.1:1/none \
       python manage.py collectstatic --noinput
# All that is written goes to /tmp, so the rest may be mounted read-only.
USER 10001:10001
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s \
    CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8000/livez', timeout=4)"]
# gunicorn.conf.py says how it runs.
CMD ["gunicorn"]
