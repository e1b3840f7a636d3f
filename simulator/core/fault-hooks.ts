import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { ContentEncoding, FaultEffect, Faults } from "./faults";
import { isObject } from "./json-body";

/** What the provider behind the faults is like. */
export interface FaultyProvider {
  accountOf(request: FastifyRequest): string | undefined;
  /** The body of a planned status whose plan names none. */
  injectedBody(status: number): unknown;
  /** The body of an error of its own. */
  serverErrorBody: unknown;
}

/**
 * Lets the planned faults strike in front of and behind the routes of one provider. The routes
 * themselves know nothing of faults, so a struck request does exactly what an untouched one does.
 */
export function installFaults(
  app: FastifyInstance,
  faults: Faults,
  provider: FaultyProvider,
): void {
  const afterwards = new WeakMap<FastifyRequest, FaultEffect>();

  app.addHook("onRequest", async (request, reply) => {
    if (faults.isEmpty || request.url.startsWith("/_control")) return undefined;
    const effect = faults.take({
      method: request.method,
      path: request.url.split("?", 1)[0] ?? request.url,
      account: provider.accountOf(request),
    });
    if (!effect) return undefined;
    switch (effect.kind) {
      case "latency":
        await delay(effect.ms);
        return undefined;
      case "status":
        return reply
          .code(effect.code)
          .headers(effect.headers ?? {})
          .send(effect.body ?? provider.injectedBody(effect.code));
      case "drop-before":
        reply.hijack();
        request.raw.socket.resetAndDestroy();
        return reply;
      case "hang":
        reply.hijack();
        return reply;
      default:
        afterwards.set(request, effect);
        return undefined;
    }
  });

  app.addHook("onSend", async (request, reply, payload) => {
    const effect = afterwards.get(request);
    if (!effect) return payload;
    return spoil(effect, request, reply, payload, provider);
  });
}

/** The work is done and recorded; only its answer is harmed. */
async function spoil(
  effect: FaultEffect,
  request: FastifyRequest,
  reply: FastifyReply,
  payload: unknown,
  provider: FaultyProvider,
): Promise<unknown> {
  switch (effect.kind) {
    case "effect-then-drop":
      request.raw.socket.resetAndDestroy();
      return unanswered();
    case "effect-then-hang":
      return unanswered();
    case "effect-then-latency":
      await delay(effect.ms);
      return payload;
    case "effect-then-500":
      reply.code(500).removeHeader("content-length");
      return JSON.stringify(provider.serverErrorBody);
    case "effect-then-status": {
      const body = effect.body ?? provider.injectedBody(effect.code);
      const isText = typeof body === "string";
      reply.code(effect.code).removeHeader("content-length");
      reply.type(isText ? "text/html" : "application/json").headers(effect.headers ?? {});
      return isText ? body : JSON.stringify(body);
    }
    case "effect-then-change":
      reply.removeHeader("content-length");
      return JSON.stringify(changed(JSON.parse(textOf(payload)), effect.changes));
    case "effect-then-compress": {
      reply.header("content-encoding", effect.encoding).removeHeader("content-length");
      return packers[effect.encoding](textOf(payload));
    }
    case "garbage":
      reply.code(200).removeHeader("content-length");
      return '{"id":"\u0000 not what was promised';
    case "truncate": {
      const whole = Buffer.from(textOf(payload));
      reply.raw.writeHead(reply.statusCode, {
        "content-type": "application/json; charset=utf-8",
        "content-length": whole.length,
      });
      reply.raw.write(whole.subarray(0, Math.floor(whole.length / 2)), () => {
        request.raw.socket.destroy();
      });
      return unanswered();
    }
    default:
      return payload;
  }
}

const packers: Record<ContentEncoding, (text: string) => Buffer> = {
  gzip: gzipSync,
  deflate: deflateSync,
  br: brotliCompressSync,
};

function textOf(payload: unknown): string {
  return typeof payload === "string" ? payload : "{}";
}

function changed(value: unknown, changes: unknown): unknown {
  if (!isObject(value) || !isObject(changes)) return changes;
  const members = Object.entries(changes).map(([name, member]) => [
    name,
    changed(value[name], member),
  ]);
  return { ...value, ...Object.fromEntries(members) };
}

/** Fastify waits for this for ever; the socket decides how the exchange ends. */
function unanswered(): Promise<never> {
  return new Promise(() => {});
}

function delay(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms).unref();
  });
}
