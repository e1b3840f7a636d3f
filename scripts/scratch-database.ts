import { DataSource } from "typeorm";

/** Makes a database beside the one that `serverUrl` names, lets `use` work on it, and takes it away again. */
export async function withScratchDatabase<T>(
  serverUrl: string,
  prefix: string,
  use: (url: string) => Promise<T>,
): Promise<T> {
  const name = `${prefix}_${process.pid}`;
  const server = await new DataSource({ type: "mysql", url: serverUrl }).initialize();
  try {
    await server.query(`CREATE DATABASE ${name}`);
    const url = new URL(serverUrl);
    url.pathname = `/${name}`;
    const [{ version }] = await server.query("SELECT VERSION() AS version");
    const scheme = String(version).includes("MariaDB") ? "mariadb" : "mysql";
    return await use(url.href.replace(/^[a-z]+/, scheme));
  } finally {
    await server.query(`DROP DATABASE IF EXISTS ${name}`);
    await server.destroy();
  }
}
