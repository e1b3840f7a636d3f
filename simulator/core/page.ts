import type { FastifyReply } from "fastify";

/** One column that fits a telephone and a frame, in the colours that the reader's system prefers. */
const style = `
:root{color-scheme:light dark;--accent:light-dark(#0b5cb8,#8cc2ff);--on-accent:light-dark(#fff,#06203f);--ground:light-dark(#eef2f7,#12161d);--paper:light-dark(#fff,#1c222c);--ink:light-dark(#17202e,#e8edf4);--soft:light-dark(#52607a,#a9b5c7);--edge:light-dark(#d5dbe6,#3a4556);--bad:light-dark(#a3241c,#ff9d94)}
*{box-sizing:border-box}
body{margin:0 auto;padding:1.5rem 1rem;max-width:28rem;font:1rem/1.5 system-ui,"Segoe UI",Roboto,sans-serif;color:var(--ink);background:var(--ground)}
header{display:flex;align-items:center;gap:.5rem;margin:0 .25rem .75rem;font-weight:700}
header::before{content:"";width:.9rem;height:.9rem;border-radius:.3rem;background:var(--accent)}
header small{margin-left:auto;padding:.1rem .6rem;border:1px solid var(--edge);border-radius:1rem;font-weight:500;color:var(--soft)}
main{padding:1.5rem;border:1px solid var(--edge);border-radius:1rem;background:var(--paper)}
h1{font-size:1.35rem;line-height:1.25;margin:0 0 1rem;overflow-wrap:anywhere}
p{margin:0 0 .9rem}
.amount{font-size:1.9rem;line-height:1.2;font-weight:700;font-variant-numeric:tabular-nums}
.soft{color:var(--soft)}
.status{display:inline-block;padding:.15rem .7rem;border:1px solid var(--edge);border-radius:1rem;font-weight:600}
dl{margin:0 0 1rem}dl>div{display:flex;gap:1rem;justify-content:space-between;padding:.5rem 0;border-bottom:1px solid var(--edge)}
dt{color:var(--soft)}dd{margin:0;text-align:right;overflow-wrap:anywhere}
label{display:block;margin:0 0 .9rem;font-weight:600}
input,select{display:block;width:100%;margin-top:.25rem;padding:.65rem .75rem;font:inherit;font-weight:400;border:1px solid light-dark(#8591a6,#6b7890);border-radius:.6rem;background:var(--paper);color:inherit}
button{display:block;width:100%;margin-top:.6rem;padding:.75rem 1rem;font:inherit;font-weight:600;border:1px solid var(--accent);border-radius:.7rem;background:transparent;color:var(--accent);cursor:pointer}
button:first-of-type{background:var(--accent);color:var(--on-accent)}
button:hover{filter:brightness(.94)}
:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
[role=alert]{padding:.6rem .8rem;border-left:4px solid var(--bad);border-radius:.4rem;background:color-mix(in srgb,var(--bad) 12%,transparent)}
img{display:block;width:13.75rem;max-width:100%;margin:0 auto 1rem;padding:.5rem;border-radius:.8rem;background:#fff;image-rendering:pixelated}
code{display:block;padding:.6rem .75rem;border-radius:.6rem;background:var(--ground);font-size:.85rem;overflow-wrap:anywhere}
footer{margin:.75rem .25rem 0;font-size:.85rem;color:var(--soft)}
@media print{header small,form,footer{display:none}main{border:0}}`;

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
        `<meta name="viewport" content="width=device-width, initial-scale=1"><title>Simulated ${provider}</title>` +
        `<style>${style}</style></head><body><header>${provider} <small>simulated</small></header>` +
        `<main><h1>${title}</h1>${content}</main>` +
        `<footer>No money moves here. The real page looks different.</footer></body></html>`,
    );
}

export function asHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
