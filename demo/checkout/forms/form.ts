import type { Field } from "../fields";
import type { DocumentType, LookUps, MethodOffer } from "../look-ups";
import type { PaymentRequest } from "../order-store";
import type { Shop } from "../shop-backend";
import type { FormKind, Words } from "../words/words";

/** What a form fills in from the buyer. */
export interface Chosen {
  readonly request: PaymentRequest;
  /** For the receipt: "Visa •••• 3704". */
  readonly means: string;
}

/** One press that fills the form, to try things out. */
export interface TestCase {
  readonly label: (words: Words) => string;
  readonly fill: () => void;
}

/** One way to pay: what to fill in, and what comes of it. */
export interface PaymentForm {
  readonly kind: FormKind;
  readonly element: HTMLElement;
  readonly fields: readonly Field[];
  readonly testCases: readonly TestCase[];
  /** Undefined where something is wrong, which the form then says at its field. */
  read(): Promise<Chosen | undefined>;
}

/** What a form may need. */
export interface FormContext {
  readonly shop: Shop;
  readonly scriptUrl: string;
  readonly lookUps: LookUps;
  readonly documentTypes: readonly DocumentType[];
  /** The methods that the form is for; never empty. */
  readonly offers: readonly MethodOffer[];
  /** A method's name in the buyer's language, which may change. */
  readonly nameOf: (methodId: string) => string;
}
