/**
 * Finds what looks like a card number in text, so that the text can be refused before it is stored or logged. Digits of
 * other scripts and full-width forms are folded first, and what stands between groups of digits is looked through. A
 * number counts where it has an issuer's first digits, a length that this issuer's cards have, and a good Luhn digit, and
 * begins and ends where groups of digits do.
 *
 * The choice is between refusing harmless numbers and storing cards. One in ten numbers has a good Luhn digit; the
 * issuers' lengths keep out what is most common: telephone numbers, epoch milliseconds, dates with a time, and tax
 * numbers but for those of 14 digits that begin like Diners Club. A long reference of digits alone is refused in about
 * one of 25 cases, and whoever makes such references adds letters to them. Lists of numbers may be refused by chance.
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

/**
 * Groups of digits with up to five characters between them that are neither: "4111 - 1111". A word may stand right
 * before them, as in "nro4111"; digits that other digits and letters touch are of an id or a hash.
 */
const groupsOfDigits = /(?<!\d\p{L}*)\d+(?:[^\p{L}\d]{1,5}\d+)*(?![\p{L}\d])/gu;

function isCardNumber(digits: string): boolean {
  return (
    issuers.some(({ prefix, lengths }) => lengths.includes(digits.length) && prefix.test(digits)) &&
    passesLuhn(digits)
  );
}

/**
 * First digits and lengths of the schemes' cards, by ISO/IEC 7812 and what the schemes publish; the Latin American ones
 * (Cabal, Elo, Hipercard, Naranja) lie within. Maestro's cards of 12 to 15 digits are no longer issued, and tax numbers
 * and telephones have as many: they are let through.
 */
const issuers: readonly { readonly prefix: RegExp; readonly lengths: readonly number[] }[] = [
  // Visa, and some of Elo.
  { prefix: /^4/, lengths: [13, 16, 18, 19] },
  // Mastercard.
  { prefix: /^(?:5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720)/, lengths: [16] },
  // Maestro, Elo, Cabal, Naranja, Argencard, Discover, UnionPay, Hipercard.
  { prefix: /^(?:5[0678]|6)/, lengths: [16, 17, 18, 19] },
  // American Express.
  { prefix: /^3[47]/, lengths: [15] },
  // Diners Club, and Hipercard's older ones.
  { prefix: /^3(?:0[0-59]|[689])/, lengths: [14, 16, 17, 18, 19] },
  // JCB.
  { prefix: /^35(?:2[89]|[3-8])/, lengths: [16, 17, 18, 19] },
  // Mir.
  { prefix: /^220[0-4]/, lengths: [16, 17, 18, 19] },
];

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
