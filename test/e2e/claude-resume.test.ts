import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { openApp } from '../../src/app/index.ts';
import { type Model, openModelApi, readThenWrite } from '../support/model-api.ts';
import { needRealClaude, openClaudeHome } from '../support/real-claude.ts';

const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));

test('a job whose agent was cut off goes on with the conversation of the real Claude Code', async (context) => {
  const claude = needRealClaude('2.1.329', context);
  let isSilent = true;
  const hesitating = Promise.withResolvers<void>();
  const model: Model = async (turn, hangUp) => {
    if (isSilent && turn.toolResults.length > 0) {
      hesitating.resolve();
      await once(hangUp, 'abort');
    }
    return readThenWrite(turn);
  };
  await using api = await openModelApi(model);
  await using home = await openClaudeHome();
  const env = {
    ...home.environment,
    PATH: `${dirname(claude)}:${home.environment['PATH']}`,
    ANTHROPIC_BASE_URL: api.url,
    TMUX_BUILDER_DATA_DIR: join(home.dir, 'data'),
    TMUX_BUILDER_RUNTIME_DIR: join(home.dir, 'r'),
    TMUX_BUILDER_BACKOFF_MS: '100',
    TMUX_BUILDER_PASS_ENVIRONMENT: 'CLAUDE_CODE_TMPDIR,HTTP_PROXY,HTTPS_PROXY,NO_PROXY',
  };
  const child = spawn(process.execPath, [main, 'run', 'Say hello'], { env, stdio: 'ignore' });
  const ended = once(child, 'exit');
  await hesitating.promise;
  await using app = await openApp({ dataDir: env.TMUX_BUILDER_DATA_DIR });
  const [job] = (await app.listJobs({ limit: 1 })).items;
  const [first] = await app.listAttempts(job?.id ?? '');
  isSilent = false;
  process.kill(first?.address?.server.pid ?? 0, 'SIGKILL');
  await ended;

  const attempts = await app.listAttempts(job?.id ?? '');
  expect(attempts.map(({ outcome }) => outcome)).toEqual(['failed', 'succeeded']);
  expect(attempts[1]?.resumes).toBe(first?.conversationId);
  expect(api.prompts).toHaveLength(2);
});
