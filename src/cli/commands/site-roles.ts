import type { RoleFile } from '../../app/index.ts';
import { type Door, openForCommand } from '../door.ts';
import type { ExitCode } from '../exit-codes.ts';
import { type Column, layOutTable } from '../table.ts';

const columns: readonly Column<RoleFile>[] = [
  { title: 'KIND', text: ({ kind }) => kind },
  { title: 'NAME', text: ({ name }) => name },
  { title: 'FROM', text: (role) => (role.is_built_in ? 'built in' : 'yours') },
  { title: 'FILE', text: ({ path }) => path },
  { title: 'WHAT', text: ({ description }) => description },
];

/** Print the roles and skills of agents that make sites. */
export async function siteRoles(door: Door): Promise<ExitCode> {
  const { printer, interrupts } = door;
  await using app = await openForCommand(door);
  const items = await app.sites.roles(interrupts.signal);
  if (printer.json) printer.value({ items, next: null });
  else printer.lines(layOutTable(columns, items, printer.width));
  return 0;
}
