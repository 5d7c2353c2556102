import { parseTime } from '../../app/index.ts';
import type { ReleaseView } from '../../contract/index.ts';
import { type Door, openForCommand } from '../door.ts';
import { formatMoment } from '../duration.ts';
import type { ExitCode } from '../exit-codes.ts';
import { countTests } from '../report-site.ts';
import { formatSize } from '../size.ts';
import { type Column, layOutTable } from '../table.ts';

/** Print what was published of a site, newest first. */
export async function siteReleases(door: Door, reference: string): Promise<ExitCode> {
  const { printer, clock, interrupts } = door;
  await using app = await openForCommand(door);
  const items = await app.sites.releases(reference, interrupts.signal);
  if (printer.json) {
    printer.value({ items, next: null });
    return 0;
  }
  const now = clock.now();
  const columns: readonly Column<ReleaseView>[] = [
    { title: 'RELEASE', text: (release) => release.release_id },
    {
      title: 'LIVE',
      text: ({ is_live: isLive, live_at: at }) =>
        isLive ? 'now' : at === null ? 'never' : formatMoment(parseTime(at), now),
      style: (cell, release) => (release.is_live ? printer.style('green', cell) : cell),
    },
    { title: 'FILES', text: ({ files }) => String(files), align: 'right' },
    { title: 'SIZE', text: ({ bytes }) => formatSize(bytes), align: 'right' },
    { title: 'MADE', text: (release) => formatMoment(parseTime(release.created_at), now) },
    { title: 'HEALTHY', text: (release) => claim(release.is_healthy) },
    { title: 'TESTS', text: describeTests },
  ];
  if (items.length === 0) printer.note('Nothing was published yet.');
  else printer.lines(layOutTable(columns, items, printer.width));
  return 0;
}

function claim(value: boolean | null): string {
  return value === null ? '' : value ? 'yes' : 'no';
}

function describeTests(release: ReleaseView): string {
  const counts = countTests(release);
  return counts === null ? '' : `${counts.passed} passed, ${counts.failed} failed`;
}
