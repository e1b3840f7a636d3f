/** What the gateway says that the buyer does next: as much of it as the page shows. */
export type NextAction =
  | {
      readonly __typename: "ShowQrCode";
      readonly text: string;
      readonly imageBase64: string | null;
      readonly expiresAt: string | null;
    }
  | {
      readonly __typename: "ShowVoucher";
      readonly pageUrl: string | null;
      readonly barcode: string | null;
      readonly digitableLine: string | null;
      readonly reference: string | null;
      readonly verificationCode: string | null;
      readonly expiresAt: string | null;
    }
  | { readonly __typename: "GoToPage"; readonly url: string; readonly mayBeFramed: boolean }
  | {
      readonly __typename: "CardChallenge";
      readonly url: string;
      readonly creq: string | null;
      readonly expiresAt: string | null;
    };

export type ActionOf<Name extends NextAction["__typename"]> = Extract<
  NextAction,
  { readonly __typename: Name }
>;
