import { mkdtempSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { z } from 'zod';
import { FakeClock } from '../../src/base/index.ts';
import { noBudget } from '../../src/sessions/index.ts';
import type { AgentTask, StepContext, StepName } from '../../src/pipeline/index.ts';
import { roleDirsOf } from '../../src/pipeline/index.ts';

export interface SiteSteps extends AsyncDisposable {
  readonly sessionDir: string;
  /** Where the agent works. */
  readonly source: string;
  /** What a step left for later ones; a test puts in what it needs. */
  readonly results: Map<StepName, unknown>;
  /** Every task that was asked, in order. */
  readonly asked: AgentTask[];
  readonly logged: string[];
  readonly context: (step: StepName) => StepContext;
}

interface Options {
  readonly requirements?: string;
  readonly type?: 'static' | 'dynamic';
  readonly answer: (task: AgentTask, source: string) => Promise<string> | string;
}

/** What the agent's steps work with, in a temporary session; `answer` stands for the agent. */
export async function openSiteSteps({
  requirements = 'A site about bees',
  type = 'static',
  answer,
}: Options): Promise<SiteSteps> {
  const sessionDir = mkdtempSync(join(tmpdir(), 'tmux-builder-site-'));
  const source = join(sessionDir, 'source');
  for (const folder of ['source', 'uploads', 'step']) await mkdir(join(sessionDir, folder));
  const results = new Map<StepName, unknown>();
  const asked: AgentTask[] = [];
  const logged: string[] = [];
  const context = (step: StepName): StepContext => ({
    execution: execution(),
    site: site(requirements, type),
    session: session(sessionDir),
    step,
    attempt: 1,
    clock: new FakeClock(),
    dir: join(sessionDir, 'step'),
    roleDirs: roleDirsOf(join(sessionDir, 'data')),
    resultOf: async <T extends z.ZodType>(name: StepName, schema: T) =>
      schema.parse(results.get(name)),
    ask: async (task) => {
      asked.push(task);
      return { jobId: `job_${asked.length}`, output: await answer(task, source) };
    },
    log: (text) => logged.push(text),
  });
  return {
    sessionDir,
    source,
    results,
    asked,
    logged,
    context,
    [Symbol.asyncDispose]: async () => await rm(sessionDir, { recursive: true }),
  };
}

function execution(): StepContext['execution'] {
  return {
    id: 'exe_1',
    sessionId: 'ses_1',
    kind: 'create',
    status: 'running',
    releaseId: undefined,
    fixRounds: 1,
    steps: [],
    error: undefined,
    cancelRequestedAt: undefined,
    createdAt: 1,
    startedAt: 1,
    endedAt: undefined,
  };
}

function site(requirements: string, type: 'static' | 'dynamic'): StepContext['site'] {
  return {
    sessionId: 'ses_1',
    requirements,
    status: 'building',
    spec: {
      provider: 'local',
      type,
      userGuid: '00000000-0000-4000-8000-000000000001',
      sessionId: 'ses_1',
      region: undefined,
      size: undefined,
      frontDoor: undefined,
      run: undefined,
      expiresAt: undefined,
    },
    options: { agent: undefined, model: undefined, permission: undefined },
    url: undefined,
    releaseId: undefined,
    monthlyUsd: 0,
    error: undefined,
    createdAt: 1,
    expiresAt: undefined,
    destroyedAt: undefined,
  };
}

function session(dir: string): StepContext['session'] {
  return {
    id: 'ses_1',
    name: 'bees',
    userId: 'usr_1',
    status: 'active',
    dir,
    agent: 'demo',
    concurrency: undefined,
    budget: noBudget,
    createdAt: 1,
    archivedAt: undefined,
  };
}
