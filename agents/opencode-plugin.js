// Runs inside opencode: keeps its events as files, as hook.sh does, and brings it the answers to
// what it asks. src/agents/opencode/launch.ts says what the options mean.

import { spawn } from 'node:child_process';
import { realpathSync, renameSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';

/** A longer text is cut off; the file of an event may have 1 MiB. */
const LONGEST_TEXT = 100_000;
/** Sessions, calls and messages of which something is remembered, of each the newest. */
const MOST_REMEMBERED = 1_000;

export async function TmuxBuilder({ client, worktree, directory }, options) {
  for (const [name, value] of Object.entries(options.restored)) restore(name, value);
  const post = async (url, requestID, body) => {
    const headers = { 'Content-Type': 'application/json' };
    await client._client.post({ url, path: { requestID }, body, headers });
  };
  const questions = new Questions({ ...options, directory, post });
  const turns = new Turns({ ...options, client, questions });
  const listeners = { ...questions.listeners, ...turns.listeners };
  spool('plugin_loaded', { directory });
  return {
    config: async (config) => configure(config, options, worktree),
    'chat.message': async ({ sessionID }, { message, parts }) => {
      await turns.begin(sessionID, message.model, parts);
    },
    'tool.execute.before': async ({ tool, sessionID, callID }, { args }) => {
      await questions.check({ id: callID, sessionID, call: { tool, args } });
    },
    'shell.env': async (_input, output) => Object.assign(output.env, options.shell),
    event: async ({ event: { type, properties } }) => {
      try {
        await listeners[type]?.(properties);
      } catch {
        // There is no place to tell of it: the terminal is the screen.
      }
    },
    dispose: async () => questions.close(() => true),
  };
}

/** The turns of the conversation; those of subagents are part of them. */
class Turns {
  #options;
  /** The parent of each session, undefined for one that has none. */
  #parents = new Map();
  /** Models of the messages that are being written. */
  #models = new Map();
  /** The session that the newest prompt went to. */
  #current;
  #isBusy = false;
  /** How its newest answer ended; undefined while that is being written. */
  #finish;
  #failure;
  #model;

  constructor(options) {
    this.#options = options;
    this.#model = options.model;
  }

  async begin(sessionID, { providerID, modelID }, parts) {
    if (!(await this.#isMain(sessionID))) return;
    [this.#current, this.#isBusy, this.#failure] = [sessionID, true, undefined];
    const texts = parts.filter(({ type }) => type === 'text').map(({ text }) => text);
    spool('chat_message', { sessionID, text: texts.join('\n') });
    // A model that it does not know it replaces by another one.
    const [model, taken] = [this.#model, `${providerID}/${modelID}`];
    if (model !== undefined && taken !== model) spool('model_unknown', { model, taken });
    this.#model = undefined;
  }

  listeners = {
    'session.created': ({ sessionID, info }) => {
      remember(this.#parents, sessionID, info.parentID);
      // A prompt makes it; on a loaded machine the prompt itself is told seconds later.
      if (info.parentID === undefined) spool('session_created', { sessionID });
    },
    'session.idle': ({ sessionID }) => this.#end(sessionID),
    'session.status': ({ sessionID, status }) => {
      // Of a conversation that became too long it tells an error, shortens it and goes on.
      const isOn = sessionID === this.#current && status.type === 'busy';
      if (isOn) [this.#isBusy, this.#failure] = [true, undefined];
      if (status.type === 'retry') spool('session_retry', { sessionID, ...status });
    },
    'session.error': ({ sessionID, error }) => {
      if (sessionID === this.#current) this.#failure = error;
    },
    'message.updated': ({ info }) => {
      if (info.role !== 'assistant') return;
      remember(this.#models, info.id, info.modelID);
      if (info.sessionID === this.#current) this.#finish = info.finish;
    },
    'message.part.updated': ({ sessionID, part: { type, id, messageID, tokens } }) => {
      const model = this.#models.get(messageID);
      if (type === 'step-finish') spool('step_finish', { id, sessionID, model, tokens });
    },
  };

  async #isMain(sessionID) {
    if (!this.#parents.has(sessionID)) {
      const { data } = await this.#options.client.session.get({ path: { id: sessionID } });
      remember(this.#parents, sessionID, data?.parentID);
    }
    return this.#parents.get(sessionID) === undefined;
  }

  #end(sessionID) {
    this.#options.questions.close((asked) => asked.sessionID === sessionID);
    // Of an error or an interruption it tells the end twice.
    if (sessionID !== this.#current || !this.#isBusy) return;
    const error = this.#failure;
    [this.#isBusy, this.#failure] = [false, undefined];
    if (error !== undefined && error.name !== 'MessageAbortedError') {
      spool('session_error', { sessionID, error });
      return;
    }
    // It idles also when it was interrupted or told to exit, within its steps or between them.
    const isDone = error === undefined && ![undefined, 'tool-calls'].includes(this.#finish);
    spool(isDone ? 'session_idle' : 'session_aborted', { sessionID });
  }
}

/** What opencode asks before it uses a tool, and what the model asks people. */
class Questions {
  #options;
  /** What the newest tool calls are to do, and which of them somebody has allowed. */
  #calls = new Map();
  #allowed = new Map();
  /** Processes that wait for the answer to a request, and refusals that wait for those. */
  #waiting = new Map();
  #refusals = new Map();

  constructor(options) {
    this.#options = options;
  }

  listeners = {
    'permission.asked': async (request) => await this.#permission(request),
    'permission.replied': ({ requestID }) => this.close(({ id }) => id === requestID),
    'question.asked': async (request) => await this.#question(request),
    'question.replied': ({ requestID }) => this.close(({ id }) => id === requestID),
    'question.rejected': ({ requestID }) => this.close(({ id }) => id === requestID),
  };

  /** Wait no more for these: they were answered in the terminal, or nobody needs an answer. */
  close(isMeant) {
    for (const asked of this.#waiting.values()) {
      if (!isMeant(asked)) continue;
      this.#waiting.delete(asked.id);
      asked.child.kill('SIGTERM');
    }
  }

  /** Hold a call against the rules of the job that forbid something; throws what the model hears. */
  async check(request) {
    const { id, call } = request;
    remember(this.#calls, id, call);
    if (this.#options.check === undefined) return;
    const payload = { ...request, directory: this.#options.directory };
    const { status, said } = await run(this.#options.check, payload);
    if (status !== 0) throw new Error('It could not be checked against the rules of this job.');
    if (said === 'deny') throw new Error('A rule of this job forbids it. Do without it.');
    if (said !== 'ask') return;
    const answer = await this.#answerTo('tool_asked', request, payload);
    await this.#refuse(request.sessionID);
    if (!['once', 'always'].includes(answer?.reply)) {
      throw new Error(answer?.message ?? 'Nobody has allowed it. Do without it.');
    }
    remember(this.#allowed, id, true);
  }

  async #permission(request) {
    const { id, sessionID, tool } = request;
    const payload = {
      ...request,
      call: this.#calls.get(tool?.callID),
      directory: this.#options.directory,
    };
    // One call may be asked about twice: for a place outside of the directory and for itself.
    if (this.#allowed.has(tool?.callID)) return await this.#reply(id, { reply: 'once' });
    if (this.#options.fixed !== undefined) {
      spool('permission_asked', payload);
      return await this.#reply(id, this.#options.fixed);
    }
    const answer = await this.#answerTo('permission_asked', request, payload);
    if (answer?.reply === 'reject') this.#refusals.set(id, { sessionID, answer });
    else if (answer?.reply !== undefined) {
      if (tool !== undefined) remember(this.#allowed, tool.callID, true);
      await this.#reply(id, answer);
    }
    return await this.#refuse(sessionID);
  }

  async #question(request) {
    const { id, sessionID } = request;
    const answer = await this.#answerTo('question_asked', request, request);
    if (answer !== undefined) {
      const verb = answer.answers === undefined ? 'reject' : 'reply';
      await this.#options.post(`/question/{requestID}/${verb}`, id, answer);
    }
    await this.#refuse(sessionID);
  }

  async #reply(id, answer) {
    await this.#options.post('/permission/{requestID}/reply', id, answer);
  }

  /** With one request opencode refuses all others of its session: those are answered first. */
  async #refuse(sessionID) {
    if ([...this.#waiting.values()].some((asked) => asked.sessionID === sessionID)) return;
    for (const [id, refused] of this.#refusals) {
      if (refused.sessionID !== sessionID) continue;
      this.#refusals.delete(id);
      await this.#reply(id, refused.answer);
    }
  }

  /** What somebody answers; undefined when nobody does. */
  async #answerTo(name, { id, sessionID }, payload) {
    const { said } = await run([...this.#options.ask, name], payload, (child) => {
      this.#waiting.set(id, { id, sessionID, child });
    });
    return this.#waiting.delete(id) ? parse(said) : undefined;
  }
}

/**
 * Lift the seal, which keeps opencode from doing anything unasked where this file is not loaded,
 * and put our rules below the person's: of the rules that fit opencode takes the last.
 */
function configure(config, { seal, asked, isAlone, closed, dirs }, worktree) {
  const { [seal]: _sealed, ...theirs } = config.permission ?? {};
  const rules = {};
  // A key that the person has as well would take the place of theirs: ours are written otherwise.
  const add = (name, rule) => (rules[`${name.slice(0, -1)}?`] = rule);
  for (const name of asked) add(name, 'ask');
  // Files go by their path from the root of the repository.
  const below = (...path) => `${relative(worktree, join(...path))}/*`;
  const inside = Object.fromEntries(dirs.map((dir) => [below(dir), 'allow']));
  const own = dirs
    .flatMap((dir) => [dir, join(dir, '*')])
    .flatMap((place) => closed.map((name) => [below(place, name), 'deny']));
  // Whatever lies there runs when the next agent starts.
  const starts = asked.length > 0 ? { '*.opencode/*': 'ask', '*opencode.json*': 'ask' } : {};
  add('edit', { ...starts, ...inside, ...Object.fromEntries(own) });
  add('external_directory', Object.fromEntries(dirs.map((dir) => [`${dir}/*`, 'allow'])));
  if (isAlone) add('question', 'deny');
  for (const server of asked.length > 0 ? Object.keys(config.mcp ?? {}) : []) {
    rules[`${server.replaceAll(/[^\w-]/g, '_')}_?*`] = 'ask';
  }
  config.permission = { ...rules, ...theirs };
  config.experimental = {
    ...config.experimental,
    // Otherwise a refusal ends the turn, and a pasted prompt does not show in the composer.
    continue_loop_on_deny: true,
    disable_paste_summary: true,
  };
}

let newest = 0n;

/** Written by rename; a disk that is full costs the event. */
function spool(name, payload) {
  const now = BigInt(Date.now()) * 1_000_000n;
  newest = now > newest ? now : newest + 1n;
  const file = `${newest}-${process.pid}-${name}`;
  try {
    // The directory may be a link that is turned to another one meanwhile.
    const dir = realpathSync(process.env.TMUX_BUILDER_EVENTS);
    writeFileSync(join(dir, `.${file}.tmp`), shortened(payload), { mode: 0o600 });
    renameSync(join(dir, `.${file}.tmp`), join(dir, `${file}.json`));
  } catch {
    // The screen tells of it then.
  }
}

/** Run a program with a payload on stdin. A null status says that it did not run to its end. */
async function run([program, ...args], payload, onStart = () => {}) {
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'ignore'] });
  onStart(child);
  return await new Promise((resolve) => {
    let said = '';
    child.stdout.on('data', (chunk) => (said += chunk));
    child.on('error', () => resolve({ status: null, said: '' }));
    child.on('close', (status) => resolve({ status, said }));
    child.stdin.on('error', () => {});
    child.stdin.end(shortened(payload));
  });
}

function shortened(payload) {
  return JSON.stringify(payload, (_key, value) =>
    typeof value === 'string' ? value.slice(0, LONGEST_TEXT) : value,
  );
}

function remember(map, key, value) {
  map.set(key, value);
  if (map.size > MOST_REMEMBERED) map.delete(map.keys().next().value);
}

function restore(name, value) {
  if (value === null) delete process.env[name];
  else process.env[name] = value;
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
