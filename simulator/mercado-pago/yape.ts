import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { accountOfPage, allowBrowsers } from "./browsers";
import { mintCardToken } from "./card-tokens";
import { ApiError, refusal } from "./errors";
import type { CardOutcome } from "./test-cards";
import type { World } from "./world";

const request = z.object({
  phoneNumber: z.union([z.string(), z.number()]).transform(String),
  otp: z.union([z.string(), z.number()]).transform(String),
});

/** What becomes of a payment, by the payer's telephone (Mercado Pago docs: Yape, test). */
const rejections: Readonly<Record<string, string>> = {
  "111111112": "cc_rejected_call_for_authorize",
  "111111113": "cc_amount_rate_limit_exceeded",
  "111111114": "cc_unsupported_unsupported",
  "111111115": "cc_rejected_card_type_not_allowed",
  "111111116": "cc_rejected_max_attempts",
  "111111117": "cc_rejected_bad_filled_security_code",
  "111111118": "cc_rejected_form_error",
};

export function yapeOutcome(phone: string): CardOutcome {
  const detail = rejections[phone];
  return detail === undefined
    ? { status: "approved", detail: "accredited" }
    : { status: "rejected", detail };
}

/** The token that a page makes of a telephone and the code in the payer's app. Browsers call this one. */
export function registerYape(app: FastifyInstance, world: World): void {
  app.options("/platforms/pci/yape/v1/payment", (_request, reply) =>
    allowBrowsers(reply).header("access-control-allow-headers", "*").code(204).send(),
  );

  app.post("/platforms/pci/yape/v1/payment", (sent, reply) => {
    const account = accountOfPage(world, sent, reply);
    if (account.siteId !== "MPE") throw refusal(3028, "Yape is Peru's");
    const read = request.safeParse(sent.body);
    if (!read.success) throw refusal(1, "phoneNumber and otp are required");
    const { phoneNumber, otp } = read.data;
    // Choice: what a wrong code is answered with is not published.
    if (otp !== "123456") throw new ApiError(400, "bad_request", "The otp is not valid");
    const token = mintCardToken(world, account, {
      ...{ firstSix: "", lastFour: "", length: 9, expirationMonth: 12, expirationYear: 2099 },
      ...{ holder: phoneNumber, identification: { type: null, number: null }, methodId: "yape" },
    });
    return reply.code(200).send({ id: token.id, site_id: "MPE", card_number_length: 9 });
  });
}
