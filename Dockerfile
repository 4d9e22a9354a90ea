# Builds the screens, then keeps what runs: one process, no root, data in /data.
FROM node:24-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts
COPY . .
RUN npm run build && npm prune --omit=dev --ignore-scripts

FROM node:24-slim
WORKDIR /app
# Inside a container loopback is nobody's: what is published is decided outside.
ENV NODE_ENV=production \
    IOC_HTTP_HOST=0.0.0.0 \
    IOC_MQTT_HOST=0.0.0.0 \
    IOC_DATA_DIR=/data
COPY --from=build /app/*.ts /app/package.json /app/tsconfig.json /app/LICENSE /app/NOTICE ./
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/dist dist
COPY --from=build /app/contracts contracts
COPY --from=build /app/devices devices
COPY --from=build /app/store store
COPY --from=build /app/ingest ingest
COPY --from=build /app/operations operations
COPY --from=build /app/api api
COPY --from=build /app/simulators simulators
RUN install -d -o node -g node -m 0750 /data
USER node
VOLUME /data
EXPOSE 8080 1883
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.IOC_HTTP_PORT ?? 8080}/healthz`).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "--import", "tsx", "server.ts"]
