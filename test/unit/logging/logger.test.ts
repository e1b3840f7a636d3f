import { PassThrough } from "node:stream";
import { SqliteError } from "better-sqlite3";
import { createLogger } from "../../../src/logging/logger";

function logged(fields: object): string {
  const sink = new PassThrough();
  createLogger("info", sink).info(fields, "message");
  return String(sink.read());
}

it.each([
  [{ authorization: "canary" }],
  [{ headers: { authorization: "canary", cookie: "canary" } }],
  [{ request: { headers: { authorization: "canary" } } }],
  [{ payment: { cardToken: "canary" } }],
  [{ token: "canary", refreshToken: "canary" }],
])("blanks %j", (fields) => {
  expect(logged(fields)).not.toContain("canary");
});

it("tells of errors what is named, and nothing that hangs on them", () => {
  const cause = Object.assign(new Error("lost"), { query: "canary" });
  const fault = Object.assign(new Error("failed", { cause }), {
    code: "ER_LOCK",
    config: { password: "canary" },
    parameters: ["canary"],
  });
  const line = logged({ err: fault });
  expect(line).not.toContain("canary");
  expect(JSON.parse(line).err).toMatchObject({
    type: "Error",
    message: "failed",
    code: "ER_LOCK",
    stack: expect.stringContaining("logger.test"),
    cause: { message: "lost" },
  });
});

it("takes what better-sqlite3 throws for an error, with all that is named", () => {
  const fault = new SqliteError("no such table: x", "SQLITE_ERROR");
  expect(JSON.parse(logged({ err: fault })).err).toEqual({
    type: "SqliteError",
    message: "no such table: x",
    code: "SQLITE_ERROR",
    stack: expect.stringContaining("logger.test"),
  });
});
