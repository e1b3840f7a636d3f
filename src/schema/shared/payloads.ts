import { MutationPayloadType, type UserErrorType } from "./shared.type";

export const payload = { implements: MutationPayloadType, simpleResolvers: true } as const;
export const replayedField = {
  description:
    "True when this key was used before: the payload shows what stands, nothing was done again.",
} as const;

/** What all payloads share at run time. */
export abstract class Payload extends MutationPayloadType {
  declare userErrors: readonly UserErrorType[];
}
