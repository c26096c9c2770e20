# Three images from one file. The server runs TypeScript directly, so only the pages of the sandbox are built.
#   docker build -t ino-cds .                            the production service (the last stage)
#   docker build -t ino-cds-sandbox --target sandbox .   the sandbox: demo patients, FHIR server, order entry
#   docker build -t ino-cds-demo --target demo-data .    loads the demo patients into another FHIR server
# Releases pin the base by digest: --build-arg NODE_IMAGE=node:24-bookworm-slim@sha256:… (docs/operations.md, Image).
ARG NODE_IMAGE=node:24-bookworm-slim

FROM ${NODE_IMAGE} AS dependencies
WORKDIR /opt/ino-cds
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund
# npm leaves out of a bill what packages for development need too: here it must not know of any.
RUN npm pkg delete devDependencies \
 && npm sbom --sbom-format cyclonedx --sbom-type application > sbom.cdx.json

# What the service is made of: everything but the sandbox and the pages.
FROM ${NODE_IMAGE} AS source
WORKDIR /opt/ino-cds
COPY package.json LICENSE ./
COPY src ./src
COPY cards ./cards
COPY fhir-mappings ./fhir-mappings
RUN rm -r src/sandbox src/web

FROM ${NODE_IMAGE} AS sandbox
WORKDIR /opt/ino-cds
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY vite.config.ts LICENSE ./
COPY src ./src
COPY cards ./cards
COPY fhir-mappings ./fhir-mappings
RUN node_modules/.bin/vite build --logLevel warn && mkdir /data && chown node:node /data
ENV HOST=0.0.0.0 PORT=8080 DATA_DIR=/data
USER 1000:1000
VOLUME /data
EXPOSE 8080
CMD ["node", "src/main.ts", "sandbox"]

FROM ${NODE_IMAGE} AS runtime
LABEL org.opencontainers.image.title="ino-cds" \
      org.opencontainers.image.description="CDS Hooks service for inotuzumab ozogamicin orders" \
      org.opencontainers.image.licenses="Apache-2.0"
# Package managers are build tools: a running service needs none.
RUN rm -rf /usr/local/lib/node_modules /usr/local/bin/npm /usr/local/bin/npx /usr/local/bin/corepack /usr/local/bin/yarn* /opt/yarn* \
 && mkdir /data && chown node:node /data
ENV NODE_ENV=production HOST=0.0.0.0 PORT=8080 DATA_DIR=/data
WORKDIR /opt/ino-cds
COPY --from=dependencies /opt/ino-cds/node_modules ./node_modules
COPY --from=dependencies /opt/ino-cds/sbom.cdx.json ./
COPY --from=source /opt/ino-cds ./
USER 1000:1000

FROM runtime AS demo-data
COPY src/sandbox ./src/sandbox
CMD ["node", "src/main.ts", "demo-data", "http://localhost:8080/fhir"]

FROM runtime AS service
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s CMD ["node", "-e", "fetch('http://127.0.0.1:'+(process.env.PORT||8080)+'/health/ready?for=cards').then(r=>process.exit(r.ok?0:1),()=>process.exit(1))"]
CMD ["node", "--max-semi-space-size=4", "src/main.ts", "serve"]
