import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseEnv } from "node:util";
import { parse } from "yaml";
import { z } from "zod";
import { readConfig } from "../../../src/config";

/** What can be known of the deployment's files without an engine that runs containers. */
const root = resolve(__dirname, "../../..");
const textOf = (file: string) => readFileSync(join(root, file), "utf8");

const dependencies = z.record(z.string(), z.object({ condition: z.string() })).default({});
const serviceSchema = z.object({
  image: z.string(),
  build: z.string().optional(),
  command: z.array(z.string()).optional(),
  env_file: z.string().optional(),
  environment: z.record(z.string(), z.string()).default({}),
  volumes: z.array(z.string()).default([]),
  ports: z.array(z.string()).default([]),
  depends_on: dependencies,
  healthcheck: z.object({ test: z.array(z.string()) }).optional(),
  networks: z.object({ default: z.object({ aliases: z.array(z.string()) }) }).optional(),
  read_only: z.boolean().default(false),
  stop_grace_period: z.string().optional(),
});
const compose = z
  .object({
    services: z.record(z.string(), serviceSchema),
    volumes: z.record(z.string(), z.null()),
  })
  .parse(parse(textOf("compose.yaml"), { merge: true }));
const services = Object.entries(compose.services);

/** Instructions with their arguments, in stages. */
const stages = textOf("Dockerfile")
  .replaceAll(/^#.*\n/gm, "")
  .replaceAll("\\\n", " ")
  .split(/^(?=FROM )/m)
  .filter((stage) => stage.startsWith("FROM "))
  .map((stage) =>
    stage
      .trim()
      .split("\n")
      .map((line) => /^([A-Z]+)\s+(.*)$/.exec(line)?.slice(1) ?? [line])
      .map(([name = "", text = ""]) => ({ name, text })),
  );
const image = stages.at(-1) ?? [];
const inImage = (name: string) => image.find((each) => each.name === name)?.text ?? "";

let secrets: string;
beforeAll(() => {
  secrets = mkdtempSync(join(tmpdir(), "secrets-"));
  execFileSync(join(root, "deploy/make-secrets.sh"), [secrets]);
});
afterAll(() => rmSync(secrets, { recursive: true }));

const secretFile = (path: string) => join(secrets, path.replace(/^(\.\/)?deploy\/secrets\//, ""));
const isSecret = (path: string) => /^(\.\/)?deploy\/secrets\//.test(path);

/** What a service's process finds in its environment. */
function environmentOf(name: string): Record<string, string | undefined> {
  const { env_file, environment } = compose.services[name] ?? serviceSchema.parse({});
  const ofFile = env_file === undefined ? {} : parseEnv(readFileSync(secretFile(env_file), "utf8"));
  const ofImage = Object.fromEntries(
    inImage("ENV")
      .split(" ")
      .map((pair) => pair.split("=")),
  );
  return { ...ofImage, ...ofFile, ...environment };
}

describe("compose.yaml", () => {
  test.each(["gateway-1", "gateway-2"])(
    "has settings that %s starts with in production",
    (name) => {
      const environment = environmentOf(name);
      const config = readConfig(environment);
      expect(config.environment).toBe("production");
      const known = new Set(
        [...textOf(".env.example").matchAll(/^([A-Z_]+)=/gm)].map(([, it]) => it),
      );
      const ours = Object.keys(environment).filter((each) => each !== "NODE_EXTRA_CA_CERTS");
      expect(ours.filter((each) => !known.has(each))).toEqual([]);
    },
  );

  test("lets the simulator and the gateways, and the database and they, know the same secrets", () => {
    const [gateway, simulator, mysql] = ["gateway-1", "simulator", "mysql"].map(environmentOf);
    expect(simulator).toMatchObject({
      SIMULATOR_CLIENT_SECRET: gateway?.MERCADO_PAGO_CLIENT_SECRET,
      SIMULATOR_WEBHOOK_SECRET: gateway?.MERCADO_PAGO_WEBHOOK_SECRETS,
    });
    const database = new URL(gateway?.DATABASE_URL ?? "");
    expect(mysql).toMatchObject({
      MYSQL_USER: database.username,
      MYSQL_PASSWORD: database.password,
      MYSQL_DATABASE: database.pathname.slice(1),
    });
  });

  test("names hosts, files, volumes and commands that are there", () => {
    const hosts = new Set([
      ...Object.keys(compose.services),
      ...(compose.services.proxy?.networks?.default.aliases ?? []),
    ]);
    for (const [name, service] of services) {
      const urls = Object.values(environmentOf(name)).filter((value) =>
        /^\w+:\/\//.test(value ?? ""),
      );
      for (const url of urls) expect(hosts).toContain(new URL(url ?? "").hostname);
      for (const volume of service.volumes) {
        const [source = ""] = volume.split(":");
        const isThere = source.startsWith("./")
          ? existsSync(isSecret(source) ? secretFile(source) : join(root, source))
          : source in compose.volumes;
        expect([source, isThere]).toEqual([source, true]);
      }
      for (const [other, { condition }] of Object.entries(service.depends_on)) {
        const { healthcheck } = compose.services[other] ?? {};
        expect([other, condition, healthcheck !== undefined]).toEqual([
          other,
          "service_healthy",
          true,
        ]);
      }
      const file = service.command?.find((part) => part.startsWith("dist/"));
      if (file !== undefined) expect(existsSync(join(root, sourceOf(file)))).toBe(true);
    }
  });

  test("opens nothing to other machines", () => {
    const ports = services.flatMap(([, service]) => service.ports);
    expect(ports.filter((port) => !port.startsWith("127.0.0.1:"))).toEqual([]);
  });

  test("gives the gateways time to stop, and nothing to write to", () => {
    for (const name of ["gateway-1", "gateway-2"]) {
      const service = compose.services[name];
      const graceMs = readConfig(environmentOf(name)).shutdownGraceMs;
      expect(Number.parseInt(service?.stop_grace_period ?? "", 10) * 1000).toBeGreaterThan(graceMs);
      expect(service?.read_only).toBe(true);
    }
  });
});

test("deploy/Caddyfile leads to the services, under the names that the settings have", () => {
  const text = textOf("deploy/Caddyfile");
  const upstreams = [...text.matchAll(/\{\$(?:GATEWAYS|SIMULATOR):([^}]*)\}/g)].flatMap(
    ([, list = ""]) => list.split(" "),
  );
  const { PORT: port } = environmentOf("gateway-1");
  expect(upstreams).toEqual([`gateway-1:${port}`, `gateway-2:${port}`, "simulator:4010"]);
  const { PUBLIC_URL, MERCADO_PAGO_API_URL } = environmentOf("gateway-1");
  const [, tlsPort] = /\{\$TLS_PORT:(\d+)\}/.exec(text) ?? [];
  const sites = [...text.matchAll(/^https:\/\/([\w.]+):/gm)].map(
    ([, host]) => `https://${host}:${tlsPort}`,
  );
  expect(sites).toEqual([PUBLIC_URL, MERCADO_PAGO_API_URL]);
});

describe("Dockerfile", () => {
  test("builds on a Node.js that the gateway takes", () => {
    const [, needed] = /(\d+)/.exec(JSON.parse(textOf("package.json")).engines.node) ?? [];
    for (const [from] of stages) {
      const [, major] = /^node:(\d+)-/.exec(from?.text ?? "") ?? [];
      expect(Number(major)).toBeGreaterThanOrEqual(Number(needed));
    }
  });

  test("copies what is there, and what .dockerignore lets through", () => {
    const ignored = textOf(".dockerignore").split("\n");
    const copied = stages
      .flat()
      .filter(({ name, text }) => name === "COPY" && !text.startsWith("--from"))
      .flatMap(({ text }) => text.split(" ").slice(0, -1));
    for (const path of copied) {
      expect([path, existsSync(join(root, path)), ignored.includes(path)]).toEqual([
        path,
        true,
        false,
      ]);
    }
    expect(ignored).toEqual(expect.arrayContaining([".env", "deploy/secrets", "node_modules"]));
  });

  test("ends in an image without tools, that runs as a user without rights and tells how it is", () => {
    expect(inImage("USER")).toBe("node");
    expect(image.filter(({ name }) => name === "RUN")).toEqual([]);
    const installed = stages.find((stage) => stage[0]?.text.endsWith("AS dependencies"));
    expect(installed).toContainEqual({ name: "RUN", text: "npm ci --omit=dev" });
    expect(inImage("EXPOSE")).toBe(environmentOf("gateway-1").PORT);
    expect(inImage("HEALTHCHECK")).toContain("/healthz");
    const [node, file] = z.array(z.string()).parse(JSON.parse(inImage("CMD")));
    expect(node).toBe("node");
    expect(existsSync(join(root, sourceOf(file ?? "")))).toBe(true);
  });
});

test("deploy/gateway.service starts what the image starts, and gives it time to stop", () => {
  const lines = parseEnv(textOf("deploy/gateway.service").replaceAll(/^\[.*\]$/gm, ""));
  const { ExecStart = "", TimeoutStopSec, RestartPreventExitStatus } = lines;
  expect(ExecStart.split(" ").slice(1)).toEqual(JSON.parse(inImage("CMD")).slice(1));
  const { shutdownGraceMs } = readConfig(environmentOf("gateway-1"));
  expect(Number(TimeoutStopSec) * 1000).toBeGreaterThan(shutdownGraceMs);
  expect(RestartPreventExitStatus).toBe("78");
});

function sourceOf(built: string): string {
  return built.replace(/^dist\//, "").replace(/\.js$/, ".ts");
}
