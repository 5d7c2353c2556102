import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Exchange } from '../agents/index.ts';
import { syncDirectory, writeFileAtomic } from '../base/index.ts';
import type { Job } from './job.ts';
import type { Lease } from './lease.ts';

/** Name the files of one attempt. Pure: whoever adopts the attempt gets the same paths. */
export function exchangeOf({ job, attempt }: Pick<Lease, 'job' | 'attempt'>): Exchange {
  const { exchangeDir: dir, startedAt, nonce } = attempt;
  const promptPath = join(dir, 'prompt.md');
  const outputPath = join(dir, `output-${nonce}.md`);
  return {
    dir,
    promptPath,
    outputPath,
    eventsDir: join(dir, 'events'),
    since: job.mode === 'persistent' ? startedAt : 0,
    nonce,
    instruction: `Read the file ${promptPath} and do what it says. Write your whole answer to the file ${outputPath}`,
  };
}

export interface PromptText {
  readonly text: string;
  /** An earlier attempt was cut off in the same conversation. */
  readonly isAgain: boolean;
}

const again =
  'You were cut off while you worked on this before. Look what is done already, and go on from there.\n';

/** Make an attempt's directory and the files its agent reads; making it again changes nothing. */
export async function makeExchange(
  { job, attempt }: Pick<Lease, 'job' | 'attempt'>,
  { text, isAgain }: PromptText,
): Promise<Exchange> {
  const exchange = exchangeOf({ job, attempt });
  await mkdir(exchange.eventsDir, { recursive: true });
  const files = [
    writeFileAtomic(
      exchange.promptPath,
      promptFile(exchange, job, isAgain ? `${text.trimEnd()}\n\n${again}` : text),
      {
        durable: false,
      },
    ),
    writeFileAtomic(join(exchange.dir, 'instruction.txt'), `${exchange.instruction}\n`, {
      durable: false,
    }),
  ];
  await Promise.all(files);
  await syncDirectory(exchange.dir);
  return exchange;
}

/** A program gets the prompt as it is; an agent CLI is also told where its answer goes. */
function promptFile(exchange: Exchange, job: Job, text: string): string {
  if (job.command !== undefined) return text;
  const head = {
    job: job.id,
    attempt: job.attempts,
    template: job.template,
    files: job.files,
    output: exchange.outputPath,
  };
  const lines = Object.entries(head).map(([key, value]) => `${key}: ${JSON.stringify(value)}`);
  return `---
${lines.join('\n')}
---
${text.trimEnd()}

---
Write your whole answer as a file to exactly this path:
${exchange.outputPath}
The answer counts when that file is complete and your turn has ended. Text in the terminal is not read by anyone.
`;
}
