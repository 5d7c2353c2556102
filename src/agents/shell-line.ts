/**
 * Quote an argument list for a CLI that runs its hooks through `sh -c`. Every argument comes out
 * of the shell as it went in.
 */
export function shellLine(argv: readonly string[]): string {
  return argv.map((argument) => `'${argument.replaceAll("'", String.raw`'\''`)}'`).join(' ');
}
