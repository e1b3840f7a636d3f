/**
 * The line that a payer types where a boleto's barcode cannot be read: 47 digits, made of the barcode's 44 (FEBRABAN).
 * Mercado Pago's payments name the barcode alone; its orders name both. Null for any other barcode.
 */
export function digitableLineOf(barcode: string | null): string | null {
  // An 8 in front marks bills of utilities, whose line is another one.
  if (barcode === null || !/^[0-79]\d{43}$/.test(barcode)) return null;
  const [bank, check, sum, free] = [
    barcode.slice(0, 4),
    barcode.slice(4, 5),
    barcode.slice(5, 19),
    barcode.slice(19),
  ];
  const fields = [bank + free.slice(0, 5), free.slice(5, 15), free.slice(15)];
  return fields.map((field) => field + checkDigitOf(field)).join("") + check + sum;
}

/** Modulo 10: the digits times 2, 1, 2 … from the right, and of each product the sum of its digits. */
function checkDigitOf(digits: string): number {
  let sum = 0;
  for (const [index, digit] of [...digits].reverse().entries()) {
    const product = Number(digit) * (index % 2 === 0 ? 2 : 1);
    sum += product > 9 ? product - 9 : product;
  }
  return (10 - (sum % 10)) % 10;
}
