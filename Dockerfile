# The desk in a container. `compose.yaml` beside this runs it with a volume and a secret for the token.
# First stage: the packages of the lock, by hash and ready-built only, so that the image holds no compiler.
FROM python:3.12-slim AS build

ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_NO_INPUT=1
RUN python -m venv /opt/venv
WORKDIR /srv/openoutcry
COPY requirements.txt ./
RUN /opt/venv/bin/pip install --require-hashes --no-deps --only-binary :all: -r requirements.txt
COPY . .
# Editable, as everywhere: the source stays where it is, the venv gets the command and the version.
RUN /opt/venv/bin/pip install --no-build-isolation --no-deps --no-index --editable . \
    && /opt/venv/bin/python -m compileall -q bot trading db scheduler sentiment

# Second stage: what runs.
FROM python:3.12-slim

RUN groupadd --gid 10001 openoutcry \
    && useradd --uid 10001 --gid openoutcry --no-create-home --shell /usr/sbin/nologin openoutcry \
    && install --directory --mode 0700 --owner openoutcry --group openoutcry /data
COPY --from=build /opt/venv /opt/venv
COPY --from=build /srv/openoutcry /srv/openoutcry

WORKDIR /srv/openoutcry
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    TMPDIR=/data \
    OPENOUTCRY_HOME=/data
USER openoutcry
VOLUME /data
# The order at the end needs up to 45 seconds: `docker stop --time 45`, or stop_grace_period in compose.
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --retries=3 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8080/healthz', timeout=4)"]
CMD ["python", "-m", "bot", "run"]
