import type { FastifyReply } from "fastify";

/** A page that a simulated provider shows to people: plain, and never kept by the browser. */
export function sendPage(
  reply: FastifyReply,
  provider: string,
  title: string,
  content: string,
): FastifyReply {
  return reply
    .type("text/html; charset=utf-8")
    .header("cache-control", "no-store")
    .send(
      `<!doctype html><html lang="en"><meta charset="utf-8"><link rel="icon" href="data:,">` +
        `<title>Simulated ${provider}</title><h1>${title}</h1>${content}</html>`,
    );
}

export function asHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
