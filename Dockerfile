# The gateway, and the simulator under another command: docs/operations.md.
FROM node:24-trixie-slim AS build
WORKDIR /gateway
COPY package.json package-lock.json .npmrc ./
COPY tools tools
RUN npm ci
COPY . .
RUN npm run build

FROM node:24-trixie-slim AS dependencies
WORKDIR /gateway
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev

FROM node:24-trixie-slim
ENV NODE_ENV=production PORT=4000
WORKDIR /gateway
COPY --from=dependencies /gateway/node_modules node_modules
COPY --from=build /gateway/dist dist
COPY package.json ./
# Root owns the code, so that this user cannot write it.
USER node
EXPOSE 4000
HEALTHCHECK --interval=10s --timeout=3s --start-period=60s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/healthz`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "dist/src/main.js"]
