import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { runView } from '../../src/contract/index.ts';
import { openModelApi } from '../support/model-api.ts';
import { needRealClaude, openClaudeHome } from '../support/real-claude.ts';

const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));
const run = promisify(execFile);

test('`run` gives the prompt to the real Claude Code when that is on the PATH, asked once', async (context) => {
  const claude = needRealClaude('2.1.329', context);
  await using api = await openModelApi();
  await using home = await openClaudeHome();
  const env = {
    ...home.environment,
    PATH: `${dirname(claude)}:${home.environment['PATH']}`,
    ANTHROPIC_BASE_URL: api.url,
    TMUX_BUILDER_DATA_DIR: join(home.dir, 'data'),
    TMUX_BUILDER_RUNTIME_DIR: join(home.dir, 'r'),
    // Behind the proxy that refuses everything only loopback is reached.
    TMUX_BUILDER_PASS_ENVIRONMENT: 'CLAUDE_CODE_TMPDIR,HTTP_PROXY,HTTPS_PROXY,NO_PROXY',
  };

  const { stdout } = await run(process.execPath, [main, 'run', 'Say hello', '--json'], { env });

  const result = runView.strict().parse(JSON.parse(stdout));
  expect(result).toMatchObject({ status: 'succeeded', agent: 'claude', attempts: 1 });
  expect(result.output).toContain('Say hello');
  expect(await readFile(result.output_path ?? '', 'utf8')).toBe(result.output);
  expect(api.prompts).toHaveLength(1);
});
