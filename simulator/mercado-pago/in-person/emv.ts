import { emvField as field, withChecksum } from "../emv";

/** The text of a QR code to pay with (EMV QR code specification, merchant presented mode): tag, length, value. */
export function emvText(
  owner: string,
  name: string,
  country: string,
  isForOneSale: boolean,
): string {
  const account = field("00", "COM.MERCADOLIBRE") + field("02", owner.slice(0, 70));
  const text =
    field("00", "01") +
    field("01", isForOneSale ? "12" : "11") +
    field("43", account) +
    field("52", "5999") +
    field("58", country) +
    field("59", plain(name).slice(0, 25) || "Shop") +
    field("60", "City");
  return withChecksum(text);
}

/** Lengths in the text count characters that every reader counts alike. */
function plain(text: string): string {
  return text.normalize("NFD").replace(/[^ -~]/g, "");
}
