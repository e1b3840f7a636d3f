/** Fewer different characters than any random secret of 16 characters has, also of hexadecimal digits. */
const fewestCharacters = 6;
/** Fewer different bytes than 32 random ones have. */
const fewestBytes = 16;
/** Words that stand in a secret's place until somebody makes one. */
const placeholder =
  /change.?me|changeit|replace.?(me|this)|your.?(secret|key|password|token)|password|passw0rd|placeholder|example|secret.?(key|here)|12345678/i;

/**
 * Why a secret could be guessed, in words that go on from "must"; undefined where nothing speaks for that. Not a measure
 * of how much chance is in it: it finds what people type where they should have let a machine choose.
 */
export function whyGuessable(secret: string): string | undefined {
  if (placeholder.test(secret)) return "not be a placeholder";
  return isMonotonous([...secret], fewestCharacters)
    ? "be random: these characters repeat, or follow each other in their order"
    : undefined;
}

/** The same for a key of 32 bytes. Text is what somebody typed: no 32 random bytes are all letters and signs. */
export function whyKeyGuessable(key: Buffer): string | undefined {
  const isText = key.every((byte) => byte >= 0x20 && byte < 0x7f);
  return isText || isMonotonous([...key.toString("latin1")], fewestBytes)
    ? "be random bytes, such as those of `openssl rand -base64 32`"
    : undefined;
}

function isMonotonous(characters: readonly string[], fewest: number): boolean {
  return (
    new Set(characters).size < fewest || repeatsItself(characters) || countsOn(characters.join(""))
  );
}

/** Whether it is one beginning over and over: at most half as long, the last time perhaps cut. */
function repeatsItself(characters: readonly string[]): boolean {
  for (let length = 1; length <= characters.length / 2; length++) {
    if (characters.every((character, at) => character === characters[at % length])) return true;
  }
  return false;
}

/** Whether most characters are the next one, or the one before, of that to their left. */
function countsOn(text: string): boolean {
  let steps = 0;
  for (let at = 1; at < text.length; at++) {
    if (Math.abs(text.charCodeAt(at) - text.charCodeAt(at - 1)) === 1) steps++;
  }
  return steps > text.length * 0.6;
}
