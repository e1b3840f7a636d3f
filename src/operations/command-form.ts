import { z } from "zod";
import { type Id, type IdKind, isId } from "../domain/ids";

/** What JSON keeps as it is. A bigint or a date needs a codec, which makes a text of it. */
type Storable = string | number | boolean | null | undefined | readonly Storable[] | StorableFields;
type StorableFields = { readonly [name: string]: Storable };

/**
 * The forms in which a kind's commands are stored until their operations end, the newest form first. The newest form is
 * written, all forms are read. The oldest form is version 0, the one before it in the list is version 1, and so on. A form
 * that was released does not change: a new form goes in front, and the older forms decode to what the newest one gives. A
 * form refuses fields that it does not know (`z.strictObject`): a command that was read in part would be sent again as
 * another command.
 */
export type CommandForms<Command> = readonly [
  newest: z.ZodType<Command, StorableFields>,
  ...older: z.ZodType<Command, StorableFields>[],
];

/** For kinds whose subject's row holds all that has to be known. */
export const noCommand: CommandForms<Record<string, never>> = [z.strictObject({})];

/** An id within a command. */
export function idOf<K extends IdKind>(kind: K) {
  return z.custom<Id<K>>((value) => typeof value === "string" && isId(kind, value));
}

/** Fields of a caller's own choosing, kept as they are. */
export const anyFields = z.custom<StorableFields>(
  (value) => typeof value === "object" && value !== null && !Array.isArray(value),
);

/**
 * A command as it is stored: its fields, and beside them its version as `v`. Releases before there were versions stored
 * version 0 without `v`, and null where there was nothing to know. During a deploy such a release may take up what this one
 * has stored; it finds the fields where it expects them, and sends what was meant.
 */
export function writeCommand<Command>(
  [newest, ...older]: CommandForms<Command>,
  command: Command,
): string {
  return JSON.stringify({ ...newest.encode(command), v: older.length });
}

/** A stored command, or why it is not understood, in words that tell nothing of it. */
export function readCommand<Command>(
  forms: CommandForms<Command>,
  text: string,
): { readonly command: Command } | { readonly fault: string } {
  const stored = anyVersion.safeParse(JSON.parse(text));
  if (!stored.success) return { fault: "its command is of no known form" };
  const { v: version, ...fields } = stored.data ?? { v: 0 };
  const form = forms[forms.length - 1 - version];
  if (form === undefined) return { fault: `its command is of version ${version}` };
  const read = form.safeParse(fields);
  if (read.success) return { command: read.data };
  const places = read.error.issues.map(({ path, code }) => `${path.join(".")} ${code}`.trim());
  return { fault: `its command is not of the form of version ${version}: ${places.join(", ")}` };
}

const anyVersion = z.looseObject({ v: z.int().default(0) }).nullable();
