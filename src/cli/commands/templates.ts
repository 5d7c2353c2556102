import { type Door, openForCommand } from '../door.ts';
import { formatDuration } from '../duration.ts';
import type { ExitCode } from '../exit-codes.ts';
import type { TemplateView } from '../../contract/index.ts';
import { type Column, layOutTable } from '../table.ts';

/** Print every template of a job. */
export async function templates(door: Door): Promise<ExitCode> {
  const { printer } = door;
  await using app = await openForCommand(door);
  const items: readonly TemplateView[] = (await app.listTemplates()).map((template) => ({
    name: template.name,
    description: template.description,
    time_limit_ms: template.timeLimitMs,
    needs_files: template.needsFiles,
    agent: template.agent ?? null,
    path: template.path,
  }));
  if (printer.json) {
    printer.value({ items, next: null });
    return 0;
  }
  const columns: readonly Column<TemplateView>[] = [
    { title: 'TEMPLATE', text: ({ name }) => name },
    { title: 'LIMIT', text: (item) => formatDuration(item.time_limit_ms), align: 'right' },
    { title: 'FILES', text: (item) => (item.needs_files ? 'needed' : '') },
    { title: 'AGENT', text: ({ agent }) => agent ?? '' },
    { title: 'DESCRIPTION', text: ({ description }) => description },
  ];
  printer.lines(layOutTable(columns, items, printer.width));
  return 0;
}
