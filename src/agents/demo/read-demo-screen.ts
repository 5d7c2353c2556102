import type { Screen, ScreenReading } from '../adapter.ts';
import type { AgentRequest } from '../agent.ts';
import { fixedDecision, fixedDecisionOf } from '../policy.ts';

const BOLD = '\u001B[1m';

/**
 * Read the lower end of the demo agent's screen. Its marks are bold at the start of a row, which
 * tells them from the same characters in a text.
 */
export function readDemoScreen(screen: Screen, request: AgentRequest): ScreenReading {
  const mark = screen.styledRows.findLastIndex(
    (row) => row.startsWith(`${BOLD}❯`) || row.startsWith(`${BOLD}?`),
  );
  if (mark < 0) return { kind: 'unknown', detail: 'no prompt and no question' };
  const rows = screen.rows.slice(mark);
  const [first = ''] = rows;
  if (first.startsWith('?')) return readQuestion(rows, request);
  const composer = [first.slice(1), ...rows.slice(1)].join('').trim();
  const above = screen.rows[mark - 1] ?? '';
  if (/^[⠀-⣿] Working…/.test(above)) return { kind: 'busy', detail: above, composer };
  return { kind: 'ready', detail: `row ${mark + 1} is the prompt`, composer };
}

function readQuestion(rows: readonly string[], request: AgentRequest): ScreenReading {
  const end = rows.findIndex((row) => /^ {2}1\. /.test(row));
  const question = rows.slice(0, Math.max(end, 1)).join('').slice(1).trim();
  const choices = rows.flatMap((row) => /^ {2}\d\. (.+)$/.exec(row)?.[1] ?? []);
  if (choices.length === 0) return { kind: 'unknown', detail: 'a question without choices' };
  const kind = kindOf(question);
  return {
    kind: 'asking',
    detail: question,
    dialog: { kind, question, choices },
    keys: [['1'], ['2']],
    automatic: automaticChoice(kind, request),
  };
}

function kindOf(question: string): 'trust' | 'question' | 'permission' {
  if (question.startsWith('Do you trust')) return 'trust';
  return question.startsWith('Which ') ? 'question' : 'permission';
}

function automaticChoice(
  kind: 'trust' | 'question' | 'permission',
  request: AgentRequest,
): number | undefined {
  if (kind === 'question') return undefined;
  return kind === 'trust' ? trusted(request) : permitted(request);
}

/** Files that are not ours are for a person to trust. */
function trusted({ isDirectoryOurs }: AgentRequest): number | undefined {
  return isDirectoryOurs ? 0 : undefined;
}

/** Whether its hook waits until somebody answers; otherwise the policy answers on the screen. */
export function waitsForAnswers(request: AgentRequest): boolean {
  return fixedDecisionOf(request) === undefined;
}

function permitted(request: AgentRequest): number | undefined {
  if (waitsForAnswers(request)) return undefined;
  return fixedDecision(request.policy) === 'allow' ? 0 : 1;
}
