/** The parts that every QR code to pay with is made of (EMV QR code specification, merchant presented mode). */
export function emvField(tag: string, value: string): string {
  return `${tag}${String(value.length).padStart(2, "0")}${value}`;
}

/** The whole text: its fields, and at the end a checksum over everything, the checksum's own tag included. */
export function withChecksum(fields: string): string {
  const text = `${fields}6304`;
  return text + crc16(text);
}

/** CRC-16/CCITT-FALSE. */
function crc16(text: string): string {
  let crc = 0xffff;
  for (const byte of Buffer.from(text)) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit++) {
      crc = crc & 0x8000 ? ((crc << 1) ^ 0x1021) & 0xffff : (crc << 1) & 0xffff;
    }
  }
  return crc.toString(16).toUpperCase().padStart(4, "0");
}
