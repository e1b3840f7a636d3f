import { type RejectionRow, rejectionTable } from "../rejection-table";

/**
 * Every documented status_detail of a rejected payment (docs, results of payments: older and newer pages,
 * grouped as there). Two of them are read differently from their group: `invalid_installments` is the bank's
 * answer, yet the buyer can correct it; `other_reason` is a bank's estimate of fraud without a reason.
 */
const documented = {
  // What the buyer typed
  cc_rejected_bad_filled_card_number: [
    "DATA_ENTRY",
    "CORRECT_AND_RETRY",
    "cardNumber",
    "cardNumber",
  ],
  cc_rejected_bad_filled_date: ["DATA_ENTRY", "CORRECT_AND_RETRY", "expiry", "expirationDate"],
  cc_rejected_bad_filled_other: ["DATA_ENTRY", "CORRECT_AND_RETRY", "cardForm", "cardForm"],
  cc_rejected_bad_filled_security_code: [
    "DATA_ENTRY",
    "CORRECT_AND_RETRY",
    "securityCode",
    "securityCode",
  ],
  // The card's bank
  cc_rejected_call_for_authorize: ["ISSUER", "CALL_ISSUER", "authorize"],
  cc_rejected_card_disabled: ["ISSUER", "CALL_ISSUER", "disabledCard"],
  cc_rejected_duplicated_payment: ["ISSUER", "USE_OTHER_METHOD", "duplicate"],
  cc_rejected_insufficient_amount: ["ISSUER", "USE_OTHER_METHOD", "funds"],
  cc_rejected_invalid_installments: ["ISSUER", "CORRECT_AND_RETRY", "installments", "installments"],
  cc_rejected_max_attempts: ["ISSUER", "USE_OTHER_METHOD", "attempts"],
  // Fraud prevention: the same again makes it worse
  cc_rejected_blacklist: ["FRAUD_PREVENTION", "DO_NOT_RETRY", "final"],
  cc_rejected_high_risk: ["FRAUD_PREVENTION", "USE_OTHER_METHOD", "security"],
  cc_rejected_other_reason: ["FRAUD_PREVENTION", "USE_OTHER_METHOD", "refusedCard"],
  // Newer pages name these without a group and mostly without a remedy: sorting and advice are ours
  cc_rejected_card_error: ["PROVIDER", "USE_OTHER_METHOD", "refusedCard"],
  cc_rejected_card_type_not_allowed: ["ISSUER", "USE_OTHER_METHOD", "creditOff"],
  cc_rejected_3ds_challenge: ["ISSUER", "CORRECT_AND_RETRY", "challenge"],
  cc_rejected_3ds_mandatory: ["ISSUER", "USE_OTHER_METHOD", "verification"],
  cc_rejected_time_out: ["ISSUER", "WAIT", "later"],
  bank_error: ["ISSUER", "WAIT", "later"],
  insufficient_amount: ["ISSUER", "USE_OTHER_METHOD", "funds"],
  rejected_by_bank: ["ISSUER", "USE_OTHER_METHOD", "refusedByBank"],
  rejected_by_regulations: ["PROVIDER", "DO_NOT_RETRY", "final"],
  rejected_high_risk: ["FRAUD_PREVENTION", "USE_OTHER_METHOD", "security"],
  rejected_insufficient_data: ["DATA_ENTRY", "CORRECT_AND_RETRY", "payerData", "identification"],
  rejected_other_reason: ["PROVIDER", "USE_OTHER_METHOD", "otherMethod"],
} as const satisfies Record<string, RejectionRow>;

export const { rejections, rejectionOf } = rejectionTable(documented);
