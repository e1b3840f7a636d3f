import { randomUUID } from "node:crypto";
import { card, type Kit, nobodys, x } from "./bad-inputs";

type BadRequest = [
  mutation: string,
  what: string,
  input: (kit: Kit) => object,
  ...expected: string[],
];

const ofPayment = (id: (kit: Kit) => string, changes: object) => (kit: Kit) => ({
  idempotencyKey: randomUUID(),
  paymentId: id(kit),
  ...changes,
});
const ofPaid = (changes: object = {}) => ofPayment(({ paidId }) => paidId, changes);
const ofHeld = (changes: object = {}) => ofPayment(({ heldId }) => heldId, changes);
const at = (id: string) => ofPayment(() => id, {});
const only = (input: object) => () => input;
const addSeller = (changes: object) => () => ({
  reference: randomUUID(),
  name: "Shop",
  ...changes,
});
const change =
  (changes: object) =>
  ({ sellerId }: Kit) => ({ id: sellerId, ...changes });
const partner =
  (changes: object) =>
  ({ sellerId }: Kit) => ({ role: "PARTNER", name: "friend", sellerIds: [sellerId], ...changes });

const notFound = "NOT_FOUND input.paymentId";
const wrongKind = "WRONG_ID_KIND input.paymentId";
const notNow = "ACTION_NOT_AVAILABLE input.paymentId";

export const badRequests: BadRequest[] = [
  ["capturePayment", "nothing", ofHeld({ amount: "0" }), "INVALID_AMOUNT input.amount"],
  ["capturePayment", "less than nothing", ofHeld({ amount: "-1" }), "INVALID_AMOUNT input.amount"],
  ["capturePayment", "decimals", ofHeld({ amount: "1.005" }), "TOO_MANY_DECIMALS input.amount"],
  [
    "capturePayment",
    "too much",
    ofHeld({ amount: "100.51" }),
    "CAPTURE_EXCEEDS_AUTHORIZATION input.amount",
  ],
  ["capturePayment", "what is paid already", ofPaid(), notNow],
  [
    "capturePayment",
    "a bad key",
    ofHeld({ idempotencyKey: "short" }),
    "INVALID_INPUT input.idempotencyKey",
  ],
  ["capturePayment", "a seller", at(nobodys.seller), wrongKind],
  ["capturePayment", "a malformed id", at("pay_1"), wrongKind],
  ["capturePayment", "nobody's payment", at(nobodys.payment), notFound],
  ["cancelPayment", "what is paid already", ofPaid(), notNow],
  [
    "cancelPayment",
    "a bad key and id",
    ofPayment(() => "", { idempotencyKey: "" }),
    wrongKind,
    "INVALID_INPUT input.idempotencyKey",
  ],
  ["cancelPayment", "nobody's payment", at(nobodys.payment), notFound],
  ["refundPayment", "nothing", ofPaid({ amount: 0 }), "INVALID_AMOUNT input.amount"],
  ["refundPayment", "decimals", ofPaid({ amount: "0.001" }), "TOO_MANY_DECIMALS input.amount"],
  [
    "refundPayment",
    "too much",
    ofPaid({ amount: "100.51" }),
    "REFUND_EXCEEDS_REMAINING input.amount",
  ],
  ["refundPayment", "far too much", ofPaid({ amount: "1e30" }), "INVALID_AMOUNT input.amount"],
  ["refundPayment", "what is only held", ofHeld(), notNow],
  [
    "refundPayment",
    "a card number",
    ofPaid({ reason: `to ${card}` }),
    "CARD_DATA_NOT_ACCEPTED input.reason",
  ],
  ["refundPayment", "a long reason", ofPaid({ reason: x(201) }), "INVALID_INPUT input.reason"],
  ["refundPayment", "nobody's payment", at(nobodys.payment), notFound],
  ["createWatchToken", "a seller", only({ paymentId: nobodys.seller }), wrongKind],
  ["createWatchToken", "nobody's payment", only({ paymentId: nobodys.payment }), notFound],
  [
    "createSeller",
    "a bad reference",
    addSeller({ reference: "a b" }),
    "INVALID_INPUT input.reference",
  ],
  [
    "createSeller",
    "another's reference",
    addSeller({ reference: "demo-sao-paulo" }),
    "INVALID_INPUT input.reference",
  ],
  ["createSeller", "no name", addSeller({ name: "" }), "INVALID_INPUT input.name"],
  ["createSeller", "a long name", addSeller({ name: x(201) }), "INVALID_INPUT input.name"],
  ["createSeller", "a card number", addSeller({ name: card }), "CARD_DATA_NOT_ACCEPTED input.name"],
  [
    "createSeller",
    "a card number's reference",
    addSeller({ reference: card }),
    "CARD_DATA_NOT_ACCEPTED input.reference",
  ],
  [
    "createSeller",
    "bad facts",
    addSeller({ email: "shop", country: "Argentina" }),
    "INVALID_INPUT input.email",
    "INVALID_INPUT input.country",
  ],
  ["updateSeller", "no name", change({ name: "" }), "INVALID_INPUT input.name"],
  ["updateSeller", "a name taken away", change({ name: null }), "INVALID_INPUT input.name"],
  [
    "updateSeller",
    "another's reference",
    change({ reference: "demo-sao-paulo" }),
    "INVALID_INPUT input.reference",
  ],
  [
    "updateSeller",
    "a card number",
    change({ name: `shop ${card}` }),
    "CARD_DATA_NOT_ACCEPTED input.name",
  ],
  ["updateSeller", "nobody", only({ id: nobodys.seller, name: "New" }), "NOT_FOUND input.id"],
  [
    "updateSeller",
    "a payment",
    only({ id: nobodys.payment, name: "New" }),
    "WRONG_ID_KIND input.id",
  ],
  ["createApiKey", "a seller of no name", only({ role: "SELLER" }), "INVALID_INPUT input.sellerId"],
  [
    "createApiKey",
    "a payment",
    only({ role: "SELLER", sellerId: nobodys.payment }),
    "WRONG_ID_KIND input.sellerId",
  ],
  [
    "createApiKey",
    "nothing of a partner",
    partner({ name: null, sellerIds: [] }),
    "INVALID_INPUT input.name",
    "INVALID_INPUT input.sellerIds",
  ],
  ["createApiKey", "a long name", partner({ name: x(65) }), "INVALID_INPUT input.name"],
  ["createApiKey", "a card number", partner({ name: card }), "CARD_DATA_NOT_ACCEPTED input.name"],
  [
    "createApiKey",
    "malformed ids",
    partner({ sellerIds: ["x", nobodys.seller, nobodys.payment] }),
    "WRONG_ID_KIND input.sellerIds.0",
    "WRONG_ID_KIND input.sellerIds.2",
  ],
  [
    "createApiKey",
    "201 sellers",
    partner({ sellerIds: Array(201).fill(nobodys.seller) }),
    "INVALID_INPUT input.sellerIds",
  ],
  ["createApiKey", "nobody", partner({ sellerIds: [nobodys.seller] }), "NOT_FOUND input.sellerIds"],
  ["revokeApiKey", "nobody's key", only({ id: nobodys.key }), "NOT_FOUND input.id"],
  [
    "revokeApiKey",
    "a secret in its place",
    only({ id: `gw_key_${x(40)}` }),
    "WRONG_ID_KIND input.id",
  ],
  [
    "startSellerConnection",
    "nobody",
    only({ sellerId: nobodys.seller }),
    "NOT_FOUND input.sellerId",
  ],
  [
    "startSellerConnection",
    "a payment",
    only({ sellerId: nobodys.payment }),
    "WRONG_ID_KIND input.sellerId",
  ],
  [
    "completeSellerConnection",
    "a state of nobody",
    only({ state: x(43), code: "TG-1" }),
    "CONNECTION_STATE_INVALID input.state",
  ],
  [
    "completeSellerConnection",
    "no state and a long code",
    only({ state: "", code: x(513) }),
    "INVALID_INPUT input.code",
    "INVALID_INPUT input.state",
  ],
  ["completeSellerConnection", "a state alone", only({ state: x(43) }), "INVALID_INPUT input.code"],
  [
    "completeSellerConnection",
    "a code and an error",
    only({ state: x(43), code: "TG-1", error: "access_denied" }),
    "INVALID_INPUT input.code",
  ],
  ...["refreshSellerCredentials", "disconnectSeller"].flatMap((mutation): BadRequest[] => [
    [mutation, "nobody", only({ accountId: nobodys.account }), "NOT_FOUND input.accountId"],
    [mutation, "a seller", only({ accountId: nobodys.seller }), "WRONG_ID_KIND input.accountId"],
  ]),
];
