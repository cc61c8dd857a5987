# Deskhand and, as a second target, what stands at its edge: the way in to its page and the way out
# to the chat platforms. `docker compose build` makes both; nothing has to be passed to it.

FROM python:3.13-slim AS build
RUN pip install --no-cache-dir "uv>=0.13,<0.14"
ENV UV_COMPILE_BYTECODE=1 UV_LINK_MODE=copy UV_PYTHON_DOWNLOADS=never UV_PROJECT_ENVIRONMENT=/app/.venv
WORKDIR /src
COPY pyproject.toml uv.lock README.md LICENSE ./
# What changes seldom first: the libraries, then the product.
RUN --mount=type=cache,target=/root/.cache/uv uv sync --frozen --no-dev --no-install-project
COPY bot bot
COPY connectors connectors
COPY knowledge knowledge
COPY migrations migrations
# Anew each time: uv's cache knows the product by its version alone, and would bring back an older one.
RUN --mount=type=cache,target=/root/.cache/uv \
    uv sync --frozen --no-dev --no-editable --reinstall-package deskhand \
    && uv export --frozen --no-dev --quiet --format cyclonedx1.5 --output-file /libraries.cdx.json

FROM python:3.13-slim AS edge
LABEL org.opencontainers.image.title="Deskhand's edge" \
    org.opencontainers.image.description="The way in to Deskhand's page and the way out to the chat platforms" \
    org.opencontainers.image.licenses="Apache-2.0"
# Squid is the way out, Caddy the way in. Each runs in a container of its own.
RUN apt-get update \
    && apt-get install -y --no-install-recommends caddy squid-openssl \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --uid 10002 --no-create-home --shell /usr/sbin/nologin edge \
    && install -d -o edge -g edge /log /certificates
COPY deploy/Caddyfile deploy/squid.conf /etc/deskhand/
COPY deploy/hosts /etc/deskhand/hosts
COPY --chmod=755 deploy/way-out deploy/is-open /usr/local/bin/
RUN --mount=type=bind,source=deploy/inside.py,target=/inside.py python /inside.py > /inside.cdx.json
USER 10002:10002
VOLUME ["/log", "/certificates"]

FROM python:3.13-slim AS deskhand
LABEL org.opencontainers.image.title="Deskhand" \
    org.opencontainers.image.description="The small office's own front-desk agent" \
    org.opencontainers.image.licenses="Apache-2.0"
# Reads scanned pages.
RUN apt-get update \
    && apt-get install -y --no-install-recommends tesseract-ocr tesseract-ocr-deu \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin deskhand \
    && install -d -o deskhand -g deskhand /data /models /open
COPY --from=build /app /app
RUN --mount=type=bind,source=deploy/inside.py,target=/inside.py \
    --mount=type=bind,from=build,source=/libraries.cdx.json,target=/libraries.cdx.json \
    python /inside.py /libraries.cdx.json > /inside.cdx.json
ENV PATH=/app/.venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    HOME=/tmp DESKHAND_DATA_DIR=/data DESKHAND_HOST=0.0.0.0
USER 10001:10001
VOLUME /data
EXPOSE 8700
CMD ["deskhand", "run"]
