import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { siteView } from '../../src/contract/index.ts';
import { settledLeftovers } from '../../tools/leftovers.ts';
import { findFreePort } from '../support/free-port.ts';
import { type Model, openModelApi, pathsIn, type Reply, type Turn } from '../support/model-api.ts';
import { needRealClaude, openClaudeHome } from '../support/real-claude.ts';
import { main } from './cli-program.ts';

const run = promisify(execFile);

const requirements = {
  title: 'Bees',
  summary: 'A page on bees.',
  pages: [{ title: 'Bees', purpose: 'Tells about bees.' }],
  design: { theme: 'light' },
};
const plan = {
  title: 'Bees',
  summary: 'One page on bees.',
  site_type: 'static',
  pages: [{ path: '/', title: 'Bees', purpose: 'Tells about bees.' }],
};
const tests = [
  {
    name: 'The page tells about bees',
    steps: [
      { do: 'visit', path: '/' },
      { do: 'see', text: 'Bees hum.' },
    ],
  },
];
/** Without a language: a check finds it, and the model is asked to mend it. */
const page = `<!doctype html><html><head><meta charset="utf-8"><title>Bees</title>
<meta name="viewport" content="width=device-width"><meta name="description" content="On bees">
<link rel="icon" href="data:,"></head>
<body><main><h1>Bees</h1><p>Bees hum.</p></main></body></html>
`;

interface Work {
  readonly page?: string;
  readonly answer: string;
}

/** What the model does for each task; its first plan is wrong. */
function workFor(prompt: string): Work {
  const { name: task = '' } = /Task: site\.(?<name>[a-z]+)/.exec(prompt)?.groups ?? {};
  switch (task) {
    case 'requirements':
      return { answer: `Here it is:\n\n\`\`\`json\n${JSON.stringify(requirements)}\n\`\`\`\n` };
    case 'plan':
      return prompt.includes('run: a static site has none')
        ? { answer: JSON.stringify(plan) }
        : { answer: JSON.stringify({ ...plan, run: { command: ['node', 'server.js'] } }) };
    case 'code':
      return { page, answer: '{"summary":"One page.","files":["index.html"]}' };
    case 'tests':
      return { answer: JSON.stringify({ tests }) };
    case 'fix':
      return {
        page: page.replace('<html>', '<html lang="en">'),
        answer: '{"summary":"Named the language."}',
      };
    default:
      throw new Error(`no task in ${prompt}`);
  }
}

/** Read the prompt file, write the page where the task wants one, then the answer. */
const model: Model = ({ prompt, toolResults }: Turn): Reply => {
  const [from = '', to = ''] = pathsIn(prompt);
  const [read] = toolResults;
  if (read === undefined) return use('Read', { file_path: from });
  const { page: content, answer } = workFor(read.text);
  const source = join(from.replace(/\/jobs\/.*$/, ''), 'source');
  const calls = [
    // A file that is there may only be written once it was read.
    ...(content === undefined || !read.text.includes('Task: site.fix')
      ? []
      : [use('Read', { file_path: join(source, 'index.html') })]),
    ...(content === undefined
      ? []
      : [use('Write', { file_path: join(source, 'index.html'), content })]),
    use('Write', { file_path: to, content: answer }),
  ];
  return calls[toolResults.length - 1] ?? { kind: 'text', text: 'Done.' };
};

function use(name: string, input: Readonly<Record<string, unknown>>): Reply {
  return { kind: 'tool', name, input };
}

test('the real Claude Code makes a site through all nine steps: a wrong plan is repaired, a failed check mended', async (context) => {
  const claude = needRealClaude('2.1.329', context);
  await using api = await openModelApi(model);
  await using home = await openClaudeHome();
  const env = {
    ...home.environment,
    PATH: `${dirname(claude)}:${home.environment['PATH']}`,
    ANTHROPIC_BASE_URL: api.url,
    TMUX_BUILDER_DATA_DIR: join(home.dir, 'data'),
    TMUX_BUILDER_RUNTIME_DIR: join(home.dir, 'r'),
    TMUX_BUILDER_SITE_FIRST_PORT: String(await findFreePort()),
    // Behind the proxy that refuses everything only loopback is reached.
    TMUX_BUILDER_PASS_ENVIRONMENT: 'CLAUDE_CODE_TMPDIR,HTTP_PROXY,HTTPS_PROXY,NO_PROXY',
  };
  const cli = async (...words: readonly string[]): Promise<unknown> => {
    const { stdout } = await run(process.execPath, [main, ...words, '--json'], { env });
    return JSON.parse(stdout);
  };
  const options = ['--agent', 'claude', '--permission', 'allow', '--provider', 'local'];

  const site = siteView.parse(await cli('site', 'create', 'A page on bees', ...options));

  const { steps, fix_rounds: rounds } = site.execution;
  expect(steps.map(({ status }) => status)).toEqual(Array(9).fill('succeeded'));
  expect(rounds).toBe(1);
  const jobs = Object.fromEntries(steps.map(({ step, job_ids: ids }) => [step, ids.length]));
  expect(jobs).toMatchObject({ gather_requirements: 1, create_plan: 2, generate_code: 1 });
  expect(await (await fetch(site.url ?? '')).text()).toContain('<html lang="en">');
  const kept = steps[3]?.artefacts.find(({ name }) => name === 'plan.json')?.path ?? '';
  const session = join(env.TMUX_BUILDER_DATA_DIR, 'sessions/active', site.session_id);
  expect(JSON.parse(await readFile(join(session, kept), 'utf8'))).toMatchObject(plan);

  await cli('site', 'destroy', site.session_id, '--yes');
  await cli('session', 'stop', site.session_id);
  expect(await settledLeftovers(home.dir)).toEqual([]);
});
