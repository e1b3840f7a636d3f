import type { FastifyInstance } from "fastify";
import { isObject, type JsonObject } from "../core/json-body";
import { asHtml, sendPage } from "../core/page";
import { fullScope } from "./accounts";
import type { Application } from "./model";
import { codeMs } from "./oauth";
import { siteOf } from "./sites";
import type { World } from "./world";

/**
 * The page on which a seller lets an application act in its name. The real one asks for a login first; here
 * the seller picks itself from a list.
 */
export function registerConsent(app: FastifyInstance, world: World): void {
  app.get("/authorization", (request, reply) => {
    const query = request.query as JsonObject;
    const asked = readRequest(world, query);
    return typeof asked === "string"
      ? sendPage(
          reply.code(400),
          "Mercado Pago",
          "This link is not valid",
          `<p id="fault">${asHtml(asked)}</p>`,
        )
      : sendPage(reply, "Mercado Pago", "Allow access?", consentForm(world, asked));
  });

  app.post("/authorization", (request, reply) => {
    const body = isObject(request.body) ? request.body : {};
    const asked = readRequest(world, body);
    const account = world.accounts.get(Number(body.user_id));
    if (typeof asked === "string" || account === undefined) {
      return sendPage(reply.code(400), "Mercado Pago", "This link is not valid", "");
    }
    const back = new URL(asked.redirectUri);
    if (body.answer === "agree") {
      const { code } = world.accounts.issueCode({
        userId: account.userId,
        clientId: asked.application.clientId,
        scope: fullScope,
        expiresAt: world.clock.now() + codeMs,
        redirectUri: asked.redirectUri,
        challenge: asked.challenge,
      });
      world.changed();
      back.searchParams.set("code", code);
    } else {
      // Choice: a refusal comes back as OAuth has it (RFC 6749, 4.1.2.1). The documents do not say.
      back.searchParams.set("error", "access_denied");
      back.searchParams.set("error_description", "The seller did not agree");
    }
    if (asked.state !== null) back.searchParams.set("state", asked.state);
    return reply.redirect(back.href, 303);
  });
}

interface ConsentRequest {
  application: Application;
  redirectUri: string;
  state: string | null;
  challenge: { value: string; method: "S256" | "plain" } | null;
}

/** What is asked for, or what is wrong with it. Nothing wrong is sent back to an address that may be wrong too. */
function readRequest(world: World, given: JsonObject): ConsentRequest | string {
  const text = (name: string): string | null => {
    const value = given[name];
    return typeof value === "string" && value !== "" ? value : null;
  };
  const application = world.accounts.applications.get(text("client_id") ?? "");
  if (application === undefined) return "No application has this client_id.";
  if (text("response_type") !== "code") return "response_type must be code.";
  const redirectUri = text("redirect_uri");
  if (redirectUri === null || !URL.canParse(redirectUri)) return "redirect_uri is not a URL.";
  if (application.redirectUri !== null && application.redirectUri !== redirectUri) {
    return "redirect_uri is not the one that the application has registered.";
  }
  const value = text("code_challenge");
  if (value === null && application.requiresPkce) return "code_challenge is a required parameter.";
  // The documents print Plain as well as plain.
  const method = text("code_challenge_method") ?? "plain";
  if (method !== "S256" && method.toLowerCase() !== "plain") {
    return "code_challenge_method must be S256 or plain.";
  }
  return {
    application,
    redirectUri,
    state: text("state"),
    challenge: value === null ? null : { value, method: method === "S256" ? "S256" : "plain" },
  };
}

function consentForm(world: World, asked: ConsentRequest): string {
  const sellers = [...world.accounts.accounts.values()].filter(
    ({ userId }) => userId !== asked.application.ownerId,
  );
  const options = sellers.map(({ userId, nickname, siteId }) => {
    const label = `${nickname} (${userId}, ${siteOf(siteId).country})`;
    return `<option value="${userId}">${asHtml(label)}</option>`;
  });
  const hidden = Object.entries({
    client_id: asked.application.clientId,
    response_type: "code",
    redirect_uri: asked.redirectUri,
    state: asked.state,
    code_challenge: asked.challenge?.value,
    code_challenge_method: asked.challenge?.method,
  }).map(([name, value]) =>
    value == null ? "" : `<input type="hidden" name="${name}" value="${asHtml(value)}">`,
  );
  return `<p>Application <b>${asked.application.clientId}</b> wants to:</p>
<ul><li>take payments in your name, and refund them</li><li>see what becomes of them</li><li>stay connected until you end it</li></ul>
<form method="post" action="/authorization">
${hidden.join("")}
<label>You are <select name="user_id">${options.join("")}</select></label>
<button name="answer" value="agree">Agree</button>
<button name="answer" value="deny">Deny</button>
</form>`;
}
