import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Exchange } from '../agents/index.ts';
import { syncDirectory, writeFileAtomic } from '../base/index.ts';
import type { Attempt } from './attempt.ts';
import type { Job } from './job.ts';

/** Name the files of one attempt. Pure: whoever adopts the attempt gets the same paths. */
export function exchangeOf({ exchangeDir: dir, nonce }: Attempt): Exchange {
  const promptPath = join(dir, 'prompt.md');
  const outputPath = join(dir, `output-${nonce}.md`);
  return {
    dir,
    promptPath,
    outputPath,
    eventsDir: join(dir, 'events'),
    nonce,
    instruction: `Read the file ${promptPath} and do what it says. Write your whole answer to the file ${outputPath}`,
  };
}

/** Make an attempt's directory and the files its agent reads; making it again changes nothing. */
export async function makeExchange(attempt: Attempt, job: Job, text: string): Promise<Exchange> {
  const exchange = exchangeOf(attempt);
  await mkdir(exchange.eventsDir, { recursive: true });
  const files = [
    writeFileAtomic(exchange.promptPath, promptFile(exchange, job, text), { durable: false }),
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
