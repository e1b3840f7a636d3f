import { generate } from "lean-qr";
import { toPngBuffer } from "lean-qr/extras/node_export";
import { asHtml } from "../../core/page";
import type { World } from "../world";
import type { App } from "./answers";
import type { PointOfSale } from "./model";

/** The pictures of a printed code, behind the addresses that a point of sale is made with. */
export function registerPrintedCodes(app: App, world: World): void {
  const posOf = (id: string) => world.inPerson.pointsOfSale.get(Number(id));
  type Path = { Params: { id: string } };

  app.get<Path>("/demo/pos/:id/qr.png", (request, reply) => {
    const pos = posOf(request.params.id);
    if (!pos) return reply.code(404).send();
    const picture = toPngBuffer(generate(pos.qrCode), { scale: 8 });
    return reply.type("image/png").send(Buffer.from(picture));
  });
  app.get<Path>("/demo/pos/:id/poster.svg", (request, reply) => {
    const pos = posOf(request.params.id);
    if (!pos) return reply.code(404).send();
    return reply.type("image/svg+xml").send(poster(pos));
  });
  app.get<Path>("/demo/pos/:id/poster.pdf", (request, reply) => {
    const pos = posOf(request.params.id);
    if (!pos) return reply.code(404).send();
    return reply.type("application/pdf").send(posterDocument(pos));
  });
}

/** A code as a drawing inside a page. */
export function drawCode(text: string): string {
  const { size, path } = squaresOf(text);
  return `<svg viewBox="-2 -2 ${size + 4} ${size + 4}" role="img" aria-label="QR code"><path d="${path}"/></svg>`;
}

function poster(pos: PointOfSale): string {
  const { size, path } = squaresOf(pos.qrCode);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 420 594" font-family="sans-serif">
<rect width="420" height="594" fill="#00a7e1"/><rect x="50" y="110" width="320" height="320" rx="18" fill="#fff"/>
<text x="210" y="70" text-anchor="middle" font-size="34" font-weight="700" fill="#fff">Scan and pay</text>
<g transform="translate(70 130) scale(${280 / size})"><path d="${path}" fill="#0b2545"/></g>
<text x="210" y="485" text-anchor="middle" font-size="24" fill="#fff">${asHtml(pos.name ?? pos.externalId)}</text>
<text x="210" y="520" text-anchor="middle" font-size="14" fill="#d9f3fc">Simulated Mercado Pago</text></svg>`;
}

/** A page of A5 with the code, in the few objects that a PDF needs. */
function posterDocument(pos: PointOfSale): Buffer {
  const { size, dark } = squaresOf(pos.qrCode);
  const side = 280 / size;
  const squares = dark
    .map(([x, y]) => `${70 + x * side} ${440 - (y + 1) * side} ${side} ${side} re`)
    .join(" ");
  const title = (pos.name ?? pos.externalId).replace(/[^ -~]|[()\\]/g, "?");
  const drawing =
    `${squares} f BT /F 30 Tf 112 500 Td (Scan and pay) Tj ET ` +
    `BT /F 18 Tf 70 120 Td (${title}) Tj ET`;
  const objects = [
    "<</Type/Catalog/Pages 2 0 R>>",
    "<</Type/Pages/Kids[3 0 R]/Count 1>>",
    "<</Type/Page/Parent 2 0 R/MediaBox[0 0 420 595]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>",
    `<</Length ${drawing.length}>>stream\n${drawing}\nendstream`,
    "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
  ];
  let text = "%PDF-1.4\n";
  const places = objects.map((object, index) => {
    const place = text.length;
    text += `${index + 1} 0 obj${object}endobj\n`;
    return `${String(place).padStart(10, "0")} 00000 n \n`;
  });
  const end = `xref\n0 6\n0000000000 65535 f \n${places.join("")}trailer<</Size 6/Root 1 0 R>>\n`;
  return Buffer.from(`${text}${end}startxref\n${text.length}\n%%EOF`, "latin1");
}

/** The dark squares of a code, one by one and as the path of a drawing. */
function squaresOf(text: string) {
  const code = generate(text);
  const dark: (readonly [x: number, y: number])[] = [];
  for (let y = 0; y < code.size; y += 1) {
    for (let x = 0; x < code.size; x += 1) if (code.get(x, y)) dark.push([x, y]);
  }
  const path = dark.map(([x, y]) => `M${x} ${y}h1v1h-1z`).join("");
  return { size: code.size, dark, path };
}
