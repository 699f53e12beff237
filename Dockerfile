# One image for web, worker and beat; docker-compose.yml says which command each runs. What it is
# built on is named by version and held by digest: raise both together.

FROM node:24.19.0-bookworm-slim@sha256:a9f5f7c91a432850b2a8a7797adf5eadb6c733ceed61167806cee7ea7fbc29df AS styles
WORKDIR /src
COPY package.json package-lock.json .npmrc ./
RUN npm ci --silent --omit=dev
COPY scheduler/pages scheduler/pages
RUN npm run --silent build

FROM python:3.11.16-slim@sha256:9c900dea9e8fb7e16277c179b555cc72d29a352dbc33cff48ad5a0412fd5bfc7 AS packages
WORKDIR /src
RUN apt-get update && apt-get install --yes --no-install-recommends gcc libc6-dev \
    && rm -rf /var/lib/apt/lists/*
COPY requirements.txt ./
RUN python -m venv /venv && /venv/bin/pip install --no-cache-dir --require-hashes -r requirements.txt

# The catalogs are compiled with the locked polib, which the running product doesn't need.
FROM packages AS catalogs
COPY requirements-run.txt ./
RUN awk '/^[a-z]/ {keep = /^polib==/} keep' requirements-run.txt > polib.txt \
    && python -m venv /tools && /tools/bin/pip install --no-cache-dir --require-hashes -r polib.txt
COPY scheduler/locale scheduler/locale
RUN find scheduler/locale -name '*.po' -exec /tools/bin/python -c \
    'import sys, polib; polib.pofile(sys.argv[1]).save_as_mofile(sys.argv[1][:-2] + "mo")' {} \;

FROM python:3.11.16-slim@sha256:9c900dea9e8fb7e16277c179b555cc72d29a352dbc33cff48ad5a0412fd5bfc7
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    HOST=0.0.0.0 PORT=8000 DATA_DIR=/data
RUN useradd --system --uid 10001 --no-create-home scheduler && install -d -o scheduler /data
WORKDIR /app
COPY --from=packages /venv /venv
COPY manage.py pyproject.toml ./
COPY api api
COPY tasks tasks
COPY templates templates
COPY scheduler scheduler
COPY --from=styles /src/scheduler/pages/static scheduler/pages/static
COPY --from=catalogs /src/scheduler/locale scheduler/locale
# Collecting needs the settings, and they insist on values; these never leave this step.
RUN SECRET_KEY=build LINK_KEYS=build-build-build-build-build-build PUBLIC_URL=https://build.invalid \
    DATABASE_URL=postgresql://build.invalid/build REDIS_URL=redis://build.invalid/0 \
    TWILIO_ACCOUNT_SID=off EMAIL_URL=off \
    python manage.py collectstatic --no-input
USER scheduler
EXPOSE 8000
CMD ["python", "-m", "scheduler.server.commands", "web"]
