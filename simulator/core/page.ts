import type { FastifyReply } from "fastify";

/** One column that fits a telephone, in the colours that the reader's system prefers. */
const style = `
:root{color-scheme:light dark;--accent:#0b66c3;--edge:color-mix(in srgb,currentColor 22%,transparent)}
body{font:1rem/1.5 system-ui,sans-serif;max-width:26rem;margin:2.5rem auto;padding:1.5rem;border:1px solid var(--edge);border-radius:1rem}
header{font-size:.8rem;letter-spacing:.04em;opacity:.7}
h1{font-size:1.4rem;line-height:1.25;margin:.25rem 0 1rem;overflow-wrap:anywhere}
label{display:block;margin:.75rem 0}
input,select{display:block;box-sizing:border-box;width:100%;margin-top:.25rem;padding:.6rem;font:inherit;border:1px solid var(--edge);border-radius:.5rem;background:transparent;color:inherit}
button{margin:.5rem .5rem 0 0;padding:.65rem 1.1rem;font:inherit;font-weight:600;border:0;border-radius:.5rem;background:var(--accent);color:#fff;cursor:pointer}
:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
[role=alert]{padding:.6rem .8rem;border-left:4px solid #c0392b;background:color-mix(in srgb,#c0392b 12%,transparent)}
img{max-width:100%;background:#fff}code{overflow-wrap:anywhere}
@media (max-width:30rem){body{margin:0;border:0}}`;

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
      `<!doctype html><html lang="en"><head><meta charset="utf-8"><link rel="icon" href="data:,">` +
        `<meta name="viewport" content="width=device-width"><title>Simulated ${provider}</title>` +
        `<style>${style}</style></head><body><header>Simulated ${provider}</header>` +
        `<main><h1>${title}</h1>${content}</main></body></html>`,
    );
}

export function asHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
