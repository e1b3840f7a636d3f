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
    field("60", "City") +
    "6304";
  return text + checksum(text);
}

function field(tag: string, value: string): string {
  return `${tag}${String(value.length).padStart(2, "0")}${value}`;
}

/** Lengths in the text count characters that every reader counts alike. */
function plain(text: string): string {
  return text.normalize("NFD").replace(/[^ -~]/g, "");
}

/** CRC-16/CCITT-FALSE, as the specification wants it. */
function checksum(text: string): string {
  let crc = 0xffff;
  for (const byte of Buffer.from(text, "latin1")) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit += 1) {
      crc = (crc & 0x8000) === 0 ? crc << 1 : (crc << 1) ^ 0x1021;
    }
    crc &= 0xffff;
  }
  return crc.toString(16).toUpperCase().padStart(4, "0");
}
