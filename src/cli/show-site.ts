import { parseTime } from '../app/index.ts';
import type { ExecutionView, SiteEstimateView, SiteView, StepView } from '../contract/index.ts';
import { formatDuration, formatMoment } from './duration.ts';
import type { Printer, Style } from './printer.ts';
import { stepLabel } from './site-steps.ts';
import { type Column, layOutFacts, layOutTable } from './table.ts';

const styles: Readonly<Record<string, Style>> = {
  live: 'green',
  succeeded: 'green',
  building: 'yellow',
  running: 'yellow',
  destroying: 'yellow',
  queued: 'cyan',
  failed: 'red',
};

export function styleSite(printer: Printer, status: string, text = status): string {
  return printer.style(styles[status] ?? 'dim', text);
}

/** The columns of `site list`. */
export function siteColumns(printer: Printer, now: number): readonly Column<SiteView>[] {
  return [
    { title: 'SITE', text: ({ session_id: id }) => id },
    { title: 'NAME', text: ({ name }) => name },
    {
      title: 'STATUS',
      text: ({ status }) => status,
      style: (cell, { status }) => styleSite(printer, status, cell),
    },
    { title: 'ADDRESS', text: ({ url }) => url ?? '' },
    { title: 'WHERE', text: ({ provider, type }) => `${provider} ${type}` },
    { title: 'A MONTH', text: (site) => formatUsd(site.monthly_usd), align: 'right' },
    { title: 'MADE', text: (site) => formatMoment(parseTime(site.created_at), now) },
    // Last, because that is what is cut on a narrow terminal.
    { title: 'EXECUTION', text: ({ execution }) => describeExecution(execution) },
  ];
}

function describeExecution({ kind, status, current_step: step }: ExecutionView): string {
  const isOver = status === 'succeeded' || status === 'cancelled' || step === null;
  return isOver ? `${kind} ${status}` : `${kind} ${status}: ${stepLabel(step)}`;
}

/** A site as `name  value` lines. */
export function siteFacts(site: SiteView, execution: ExecutionView, now: number) {
  const moment = (at: string | null) =>
    at === null ? undefined : formatMoment(parseTime(at), now);
  const error = execution.error ?? site.error;
  return layOutFacts({
    site: site.session_id,
    name: site.name,
    status: site.status,
    address: site.url ?? undefined,
    release: site.release_id ?? undefined,
    where: `${site.provider} ${site.type}`,
    'a month': formatUsd(site.monthly_usd),
    agent: site.agent ?? undefined,
    user: site.user_id,
    made: moment(site.created_at),
    'destroyed at': moment(site.expires_at),
    execution: `${execution.execution_id}: ${execution.kind} ${execution.status}, ${execution.progress} %`,
    'fix rounds': execution.fix_rounds === 0 ? undefined : String(execution.fix_rounds),
    error: error === null ? undefined : `${error.message} (${error.code})`,
    'to do': error?.todo ?? undefined,
    requirements: site.requirements,
  });
}

/** The steps of an execution as a table. */
export function stepLines(
  printer: Printer,
  steps: readonly StepView[],
  now: number,
): readonly string[] {
  const columns: readonly Column<StepView>[] = [
    { title: 'STEP', text: ({ step }) => stepLabel(step) },
    {
      title: 'STATUS',
      text: ({ status }) => status,
      style: (cell, { status }) => styleSite(printer, status, cell),
    },
    { title: 'TRY', text: ({ attempts }) => String(attempts), align: 'right' },
    { title: 'TOOK', text: (step) => tookOf(step, now) },
    { title: 'WHAT', text: ({ summary, error }) => error?.message ?? summary ?? '' },
  ];
  return layOutTable(columns, steps, printer.width);
}

function tookOf({ started_at: from, ended_at: to }: StepView, now: number): string {
  if (from === null) return '';
  return formatDuration((to === null ? now : parseTime(to)) - parseTime(from));
}

/** What a site would consist of and cost. */
export function estimateLines({ printer, estimate }: Estimated): readonly string[] {
  const { cost, resources, provider, type, region, size } = estimate;
  const costs: readonly Column<(typeof cost.lines)[number]>[] = [
    { title: 'A MONTH', text: (line) => formatUsd(line.monthly_usd), align: 'right' },
    { title: 'WHAT', text: ({ what }) => what },
    { title: 'BASIS', text: ({ basis }) => basis },
  ];
  const place = [provider, type, region, size].filter((word) => word !== null).join(', ');
  return [
    printer.style('bold', `${place}: about ${formatUsd(cost.monthly_usd)} a month`),
    ...(cost.lines.length === 0 ? [] : layOutTable(costs, cost.lines, printer.width)),
    ...(cost.note === '' ? [] : [cost.note]),
    `It would consist of: ${resources.map((one) => one.type).join(', ')}`,
  ];
}

interface Estimated {
  readonly printer: Printer;
  readonly estimate: SiteEstimateView;
}

export function formatUsd(usd: number): string {
  return `$${usd.toFixed(2)}`;
}
