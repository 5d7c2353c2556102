import { type Check } from '../../app/index.ts';
import type { CheckView } from '../../contract/index.ts';
import { type Door, openForCommand } from '../door.ts';
import type { ExitCode } from '../exit-codes.ts';

const marks = { ok: 'ok', warning: '!!', failed: 'XX' } as const;
const styles = { ok: 'green', warning: 'yellow', failed: 'red' } as const;

/** Print what was found of everything a job needs; exit code 4 when something is missing. */
export async function doctor(door: Door): Promise<ExitCode> {
  const { printer, interrupts } = door;
  await using app = await openForCommand(door);
  const checks = await app.examine(interrupts.signal);
  if (printer.json) {
    printer.value({ items: checks.map(toCheckView), next: null });
  } else {
    const width = Math.max(...checks.map(({ name }) => name.length));
    for (const { name, result, detail, todo } of checks) {
      const mark = printer.style(styles[result], marks[result]);
      printer.lines([`${mark}  ${name.padEnd(width)}  ${detail}`]);
      if (todo !== undefined) printer.lines([`    ${' '.repeat(width)}-> ${todo}`]);
    }
  }
  return checks.some(({ result }) => result === 'failed') ? 4 : 0;
}

function toCheckView({ name, result, detail, todo }: Check): CheckView {
  return { name, result, detail, todo: todo ?? null };
}
