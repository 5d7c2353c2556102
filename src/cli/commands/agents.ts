import { toAgentView } from '../../app/index.ts';
import { type Door, openForCommand } from '../door.ts';
import type { ExitCode } from '../exit-codes.ts';
import { type Column, layOutTable } from '../table.ts';

/** Print every agent that this program knows. */
export async function agents(door: Door): Promise<ExitCode> {
  const { printer, interrupts } = door;
  await using app = await openForCommand(door);
  const found = await app.listAgents(interrupts.signal);
  if (printer.json) {
    printer.value({ items: found.map(toAgentView), next: null });
    return 0;
  }
  const byDefault = await app.findDefaultAgent(interrupts.signal);
  const columns: readonly Column<(typeof found)[number]>[] = [
    { title: 'AGENT', text: ({ name }) => (name === byDefault ? `${name} (default)` : name) },
    {
      title: 'FOUND',
      text: ({ isFound }) => (isFound ? 'yes' : 'no'),
      style: (cell, { isFound }) => printer.style(isFound ? 'green' : 'yellow', cell),
    },
    { title: 'VERSION', text: ({ version }) => version ?? '' },
    { title: 'READY', text: ({ readiness }) => readiness },
    {
      title: 'WHAT TO DO',
      text: ({ problem, todo }) => [problem, todo].filter((part) => part !== undefined).join(' '),
    },
  ];
  printer.lines(layOutTable(columns, found, printer.width));
  return 0;
}
