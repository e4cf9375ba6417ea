# syntax=docker/dockerfile:1
FROM python:3.13-slim AS build
WORKDIR /build
RUN python -m venv /venv
COPY requirements.lock .
RUN /venv/bin/pip install --no-cache-dir --require-hashes -r requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY src src
COPY db db
COPY feeds feeds
RUN /venv/bin/pip install --no-cache-dir --no-deps . && /venv/bin/pip uninstall --yes pip

FROM python:3.13-slim
RUN useradd --system --uid 10001 --create-home --home-dir /data topicwire \
    && install --directory --owner=topicwire --mode=0700 /backups
COPY --from=build /venv /venv
COPY --chown=root:root feeds /feeds
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    TOPICWIRE_DATABASE_URL=sqlite:////data/topicwire.sqlite \
    TOPICWIRE_CATALOGUE=/feeds \
    TOPICWIRE_LISTEN=0.0.0.0:8080 \
    TOPICWIRE_LOG=json
USER 10001
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s \
    CMD ["python", "-c", "from http.client import HTTPConnection as C; c = C('127.0.0.1', 8080, timeout=4); c.request('GET', '/readyz'); raise SystemExit(c.getresponse().status != 200)"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["topicwire"]
CMD ["run"]
