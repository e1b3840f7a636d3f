/**
 * Imported first by whatever is started: says which Node.js is needed where the machine's is too old, before a native
 * module ends the process. Old versions can read this file and the files that import it; what is newer in the language
 * comes after it. `engines` in package.json names the same version.
 */
const needed = "22.19";

function isTooOld(version: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const [neededMajor = 0, neededMinor = 0] = needed.split(".").map(Number);
  return major < neededMajor || (major === neededMajor && minor < neededMinor);
}

if (isTooOld(process.versions.node)) {
  process.stderr.write(
    `Node.js ${needed} or newer is needed. This is ${process.versions.node} (${process.execPath}).\n`,
  );
  // EX_CONFIG of sysexits: starting again would not help.
  process.exit(78);
}

export {};
