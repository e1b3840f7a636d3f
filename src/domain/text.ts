/**
 * How long a text is: in characters (code points), as the columns that keep the text count on MySQL. JavaScript's own
 * `length` counts an emoji as two.
 */
export function lengthOf(text: string): number {
  let length = text.length;
  for (let i = 1; i < text.length; i++) {
    if (isLowSurrogate(text, i) && isHighSurrogate(text, i - 1)) length--;
  }
  return length;
}

/** The first characters of a text, none of them cut in half. */
export function cutText(text: string, length: number): string {
  if (text.length <= length) return text;
  let end = 0;
  for (let left = length; left > 0 && end < text.length; left--) {
    end += isHighSurrogate(text, end) && isLowSurrogate(text, end + 1) ? 2 : 1;
  }
  return text.slice(0, end);
}

function isHighSurrogate(text: string, at: number): boolean {
  return (text.charCodeAt(at) & 0xfc00) === 0xd800;
}

function isLowSurrogate(text: string, at: number): boolean {
  return (text.charCodeAt(at) & 0xfc00) === 0xdc00;
}
