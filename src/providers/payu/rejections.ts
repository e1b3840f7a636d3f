import { type RejectionRow, rejectionTable } from "../rejection-table";

/** The result codes of transactions that were declined. Sorting and advice are ours. */
const documented = {
  AUT_ERROR_NO_AUTHORIZATION: ["ISSUER", "USE_OTHER_METHOD", "refusedByBank"],
  AUT_ERROR_ANTIFRAUD_DECLINED: ["FRAUD_PREVENTION", "USE_OTHER_METHOD", "security"],
  REG_ERROR_ANTIFRAUD_DECLINED: ["FRAUD_PREVENTION", "USE_OTHER_METHOD", "security"],
  REG_ERROR_AUTHENTICATION_REJECTED: ["ISSUER", "CORRECT_AND_RETRY", "challenge"],
} as const satisfies Record<string, RejectionRow>;

export const { rejections, rejectionOf } = rejectionTable(documented);
