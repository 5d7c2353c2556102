#!/usr/bin/env node
/**
 * A very small agent CLI, to try an adapter file with: it has what real ones have, a composer, a
 * dialog of trust, hooks, a permission that a hook may give, a name for its conversation. It is
 * no model: it answers a prompt with the prompt's own text.
 *
 * usage: mini-agent.mjs [--version] [--settings FILE] [--session ID | --resume ID]
 *        [--may-write DIR]...
 *
 * The settings are JSON: {"hooks": {"EVENT": "shell line"}}. Each line gets the event as JSON on
 * its stdin; what the line of Permission prints decides: {"decision": "allow" or "deny"}.
 */
import { spawn } from 'node:child_process';
import { appendFileSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    version: { type: 'boolean', default: false },
    settings: { type: 'string' },
    session: { type: 'string', default: 'none' },
    resume: { type: 'string' },
    'may-write': { type: 'string', multiple: true, default: [] },
  },
});
if (values.version) {
  console.log('mini-agent 1.0.0');
  process.exit();
}

const { hooks = {} } = values.settings ? JSON.parse(readFileSync(values.settings, 'utf8')) : {};
const session = values.resume ?? values.session;
/** How long it thinks. */
const delayMs = Number(process.env.MINI_AGENT_DELAY_MS ?? 0);
const line = '-'.repeat(60);

let text = '';
let dialog = {
  title: `Do you trust the files in ${process.cwd()}?`,
  choices: ['No, exit', 'Yes'],
  at: 0,
};
/** Set while a turn runs. */
let turn;

process.stdin.setRawMode?.(true);
process.stdout.write('\x1b[?2004h');
process.stdin.setEncoding('utf8').on('data', read);
process.stdout.on('error', () => {});
draw();
await callHook('SessionStart', {});

/** Keys as a terminal sends them; what is pasted comes between two marks. */
function read(bytes) {
  const keys = bytes.matchAll(/\x1b\[200~(?<pasted>[^]*?)\x1b\[201~|\x1b\[[AB]|[^]/g);
  for (const { 0: key, groups } of keys) {
    if (dialog !== undefined) choose(key);
    else if (groups.pasted !== undefined) text += groups.pasted;
    else if (key === '\r') submit();
    else if (key === '\x15') text = '';
    else if (key === '\x1b') turn?.abort();
    else if (key >= ' ') text += key;
  }
  draw();
}

function choose(key) {
  if (key === '\x1b[A') dialog.at = Math.max(dialog.at - 1, 0);
  if (key === '\x1b[B') dialog.at = Math.min(dialog.at + 1, dialog.choices.length - 1);
  if (key !== '\r') return;
  if (dialog.at === 0) process.exit(1);
  dialog = undefined;
}

function draw() {
  const rows = dialog
    ? [
        line,
        dialog.title,
        '',
        ...dialog.choices.map((one, at) => `${at === dialog.at ? '>' : ' '} ${one}`),
        '',
        'Enter to choose',
      ]
    : [turn ? '* Working' : '', line, `> ${text}`, line, turn ? 'esc to interrupt' : 'mini-agent'];
  process.stdout.write(`\x1b[2J\x1b[H${rows.join('\r\n')}`);
}

async function submit() {
  if (turn !== undefined || text.trim() === '') return;
  const prompt = text;
  text = '';
  turn = new AbortController();
  const { signal } = turn;
  draw();
  appendFileSync('mini-agent.log', `submit ${JSON.stringify(prompt)}\n`);
  await callHook('PromptSubmitted', { prompt });
  await new Promise((resolve) => {
    const timer = setTimeout(resolve, delayMs);
    signal.addEventListener('abort', () => resolve(clearTimeout(timer)));
  });
  if (!signal.aborted) await work(prompt);
  turn = undefined;
  draw();
  // As in most CLIs, an interrupt raises no hook.
  if (!signal.aborted) await callHook('TurnEnded', { usage: { input: prompt.length, output: 1 } });
}

/** Find the two paths in the prompt, and write one file from the other when that is allowed. */
async function work(prompt) {
  const [from, to] = prompt.match(/\/\S+\.md/g) ?? [];
  if (to === undefined) return;
  if (!values['may-write'].some((dir) => to.startsWith(`${dir}/`))) {
    const said = await callHook('Permission', { tool: 'write', path: to });
    if (said === '' || JSON.parse(said).decision !== 'allow') return;
  }
  writeFileSync(`${to}.tmp`, readFileSync(from, 'utf8'));
  renameSync(`${to}.tmp`, to);
}

/** Resolves with what the hook's line prints. */
async function callHook(event, facts) {
  if (hooks[event] === undefined) return '';
  const child = spawn('/bin/sh', ['-c', hooks[event]], { stdio: ['pipe', 'pipe', 'ignore'] });
  child.stdin.on('error', () => {});
  child.stdin.end(JSON.stringify({ event, session, ...facts }));
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (more) => (said += more));
  return await new Promise((resolve) => {
    child.on('error', () => resolve(''));
    child.on('close', () => resolve(said.trim()));
  });
}
