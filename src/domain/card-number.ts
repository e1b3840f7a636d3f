/**
 * Finds what looks like a card number in free text, so that it can be refused before it is stored or
 * logged. Digits of other scripts and full-width forms are folded first, and separators between groups of
 * digits are looked through. 13 to 19 digits that pass the Luhn check count; they must begin and end where
 * a group does, so that a long reference number is not searched for one by chance.
 */
export function containsCardNumber(text: string): boolean {
  if (text.length < 13 || hasFewDigits(text)) return false;
  const searched = foldDigits(text).replace(uuid, " ");
  for (const run of searched.matchAll(groupsOfDigits)) {
    const groups = run[0].match(/\d+/g) ?? [];
    for (let first = 0; first < groups.length; first++) {
      let digits = "";
      for (let last = first; last < groups.length && digits.length < 19; last++) {
        digits += groups[last];
        if (digits.length >= 13 && digits.length <= 19 && isCardNumber(digits)) return true;
      }
    }
  }
  return false;
}

/** Some UUIDs have groups that pass the check by chance, and they are everywhere in references and metadata. */
const uuid = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi;

/** Groups of digits with a separator or two between them; digits that touch letters belong to another word. */
const groupsOfDigits = /(?<![\p{L}\d])\d+(?:[^\p{L}\d]{1,2}\d+)*(?!\p{L})/gu;

function isCardNumber(digits: string): boolean {
  return cardPrefix.test(digits) && passesLuhn(digits);
}

/** Card numbers of payment schemes start with 2 to 6; ids and timestamps that do not are let through. */
const cardPrefix = /^[2-6]/;

/** Whether plain text has fewer digits than any card number; most has. False where other scripts may hide some. */
function hasFewDigits(text: string): boolean {
  let digits = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code > 127) return false;
    if (code >= 48 && code <= 57 && ++digits === 13) return false;
  }
  return true;
}

function foldDigits(text: string): string {
  return text.normalize("NFKC").replace(/\p{Nd}/gu, (digit) => {
    // Unicode keeps each script's ten digits in one block, in order: count back to the block's zero.
    const code = digit.codePointAt(0) ?? 0;
    if (code < 128) return digit;
    let zero = code;
    while (/\p{Nd}/u.test(String.fromCodePoint(zero - 1)) && code - zero < 9) zero--;
    return String(code - zero);
  });
}

function passesLuhn(digits: string): boolean {
  let sum = 0;
  for (let i = 0; i < digits.length; i++) {
    let digit = digits.charCodeAt(digits.length - 1 - i) - 48;
    if (i % 2 === 1) {
      digit *= 2;
      if (digit > 9) digit -= 9;
    }
    sum += digit;
  }
  return sum % 10 === 0;
}
