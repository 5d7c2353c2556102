import { readFile } from 'node:fs/promises';
import type { Clock } from '../base/index.ts';
import type { Conversation } from './conversation.ts';
import { plainScenario } from './plain-scenario.ts';
import { parseInstruction } from './prompt.ts';
import { type Key, KeyReader } from './read-keys.ts';
import type { Phase, Scenario } from './scenario.ts';
import { Terminal } from './terminal.ts';
import { writeOutput } from './write-output.ts';

export interface DemoAgentTools {
  readonly scenario: Scenario;
  readonly conversation: Conversation;
  readonly clock: Clock;
  readonly directory: string;
  write(text: string): void;
  columns(): number;
  readonly hook: (event: string, payload: object) => Promise<void>;
  /** The same with a hook that waits for an answer; resolves with what it printed. */
  readonly ask: (event: string, payload: object, signal: AbortSignal) => Promise<string>;
  readonly log: (event: string, facts?: object) => void;
  exit(status: number): void;
  raise(signal: NodeJS.Signals): void;
}

/** A question, and the hook that tells of it and may answer it. */
interface Asked {
  readonly text: string;
  readonly choices: readonly string[];
  readonly hook?: { readonly event: string; readonly payload: object };
}

interface Question {
  readonly text: string;
  readonly choices: readonly string[];
  answer(choice: number): void;
}

const never = new AbortController().signal;
const MOST_QUEUED = 100;

/** One demo agent at its terminal: reads keys, takes prompts one after the other, tells by hooks. */
export class DemoAgent {
  readonly #tools: DemoAgentTools;
  readonly #keys = new KeyReader();
  readonly #terminal: Terminal;
  readonly #queue: string[] = [];
  #composer = '';
  #pastedAt = -Infinity;
  #question: Question | undefined;
  #turn: AbortController | undefined;
  #turnText = '';
  #turnStartedAt = 0;
  #tick = 0;
  #isReady = false;

  constructor(tools: DemoAgentTools) {
    this.#tools = tools;
    this.#terminal = new Terminal(
      (text) => tools.write(text),
      () => tools.columns(),
    );
  }

  async start(): Promise<void> {
    const { scenario, clock } = this.#tools;
    this.#crashAt('start');
    if (scenario.startDelayMs > 0) await clock.after(scenario.startDelayMs, never);
    // Not awaited before the first drawing, as agent CLIs do it: this hook is no sign of readiness.
    const told = this.#hook('SessionStart', {});
    this.#tools.write('\u001B[?2004h\u001B[1mtmux-builder demo agent\u001B[0m (no model)\r\n\r\n');
    const { prompts } = this.#tools.conversation;
    if (prompts > 0) this.#tools.write(`A conversation of ${prompts} prompts goes on.\r\n\r\n`);
    if (scenario.trust) {
      const text = `Do you trust the files in ${this.#tools.directory}?`;
      const answer = await this.#ask({ text, choices: ['Yes', 'No, exit'] });
      if (answer !== 'Yes') this.#tools.exit(1);
    }
    this.#isReady = true;
    this.#draw();
    this.#tools.log('ready');
    await told;
    this.#crashAt('ready');
    await this.#next();
  }

  read(bytes: Buffer): void {
    for (const key of this.#keys.read(bytes)) this.#handle(key);
  }

  #handle(key: Key): void {
    if (key.kind === 'interrupt' && this.#turn === undefined) return this.#tools.exit(130);
    if (key.kind === 'interrupt' || key.kind === 'escape') return this.#interrupt();
    if (this.#question !== undefined) {
      this.#answer(key);
      return undefined;
    }
    if (key.kind === 'enter') return this.#enter();
    this.#edit(key);
    return this.#draw();
  }

  #interrupt(): void {
    const { stubborn, putBack } = this.#scenario;
    if (this.#turn === undefined || stubborn) return;
    if (putBack) this.#composer = this.#turnText + this.#composer;
    this.#tools.log('interrupted', { text: this.#turnText });
    this.#turn.abort(new Error('interrupted'));
  }

  #edit(key: Key): void {
    switch (key.kind) {
      case 'paste':
        this.#pastedAt = this.#tools.clock.monotonic();
        this.#composer += key.text;
        if (this.#scenario.askOnPaste)
          void this.#ask({ text: 'Write something', choices: ['Allow', 'Deny'] });
        return;
      case 'text':
        this.#composer += key.text;
        return;
      case 'backspace':
        this.#composer = Array.from(this.#composer).slice(0, -1).join('');
        return;
      case 'kill-line':
        this.#composer = '';
        return;
      case 'enter':
      case 'escape':
      case 'interrupt':
        return;
      default:
        key satisfies never;
    }
  }

  #enter(): void {
    const { clock, scenario, log } = this.#tools;
    if (clock.monotonic() - this.#pastedAt < scenario.pasteGuardMs) {
      this.#composer += '\n';
      log('enter-swallowed');
      this.#draw();
      return;
    }
    const text = this.#composer.trim();
    this.#composer = '';
    if (text === '' || this.#queue.length >= MOST_QUEUED) return this.#draw();
    const isBusy = this.#turn !== undefined;
    log('submit', { text, isBusy });
    this.#queue.push(text);
    this.#draw([`> ${text.replaceAll('\n', ' ')}`]);
    if (this.#isReady && !isBusy) void this.#next();
    return undefined;
  }

  async #next(): Promise<void> {
    for (let text = this.#queue.shift(); text !== undefined; text = this.#queue.shift()) {
      if (this.#turn !== undefined) {
        this.#queue.unshift(text);
        return;
      }
      const turn = new AbortController();
      this.#turn = turn;
      this.#turnText = text;
      this.#tools.conversation.add('user', text);
      using _spinner = this.#spin();
      try {
        await this.#take(text, turn.signal);
      } catch (error) {
        // As in agent CLIs, an interrupted turn calls no hook.
        if (!turn.signal.aborted) this.#tools.log('failed', { error: String(error) });
        this.#draw([turn.signal.aborted ? 'Interrupted.' : `Failed: ${String(error)}`]);
        if (!turn.signal.aborted) await this.#hook('StopFailure', { error: String(error) });
      } finally {
        this.#turn = undefined;
        this.#draw();
      }
    }
  }

  async #take(text: string, signal: AbortSignal): Promise<void> {
    const { clock, log } = this.#tools;
    const scenario = this.#scenario;
    log('turn', { text });
    const usage = { model: scenario.model, input_tokens: scenario.tokens };
    await this.#hook('UserPromptSubmit', { prompt: text, usage });
    this.#crashAt('submitted');
    if (scenario.forget) return;
    if (scenario.limit !== undefined)
      return await this.#hook('UsageLimit', { said: scenario.limit });
    if (scenario.garbage)
      this.#tools.write('\u001B[999;999H\u001B]52;c;\u0007\u001BPx\u001B\\\u001B[');
    for (let row = 0; row < scenario.flood; row += 1) this.#tools.write(`${'x'.repeat(118)}\r\n`);
    if (scenario.workDelayMs > 0) await clock.after(scenario.workDelayMs, signal);
    if (scenario.hang) await clock.after(Infinity, signal);
    const answer = await this.#work(text, signal);
    this.#crashAt('output');
    this.#tools.conversation.add('agent', answer);
    if (scenario.stop) await this.#hook('Stop', {});
    log('done');
    this.#turn = undefined;
    this.#draw([answer]);
    this.#crashAt('stopped');
  }

  async #work(text: string, signal: AbortSignal): Promise<string> {
    const { clock, directory } = this.#tools;
    const scenario = this.#scenario;
    // Loaded only now, so that the agent is ready sooner.
    const { doWork } = await import('./do-work.ts');
    const instruction = parseInstruction(text);
    if (instruction === undefined) return await doWork(text, directory);
    const content = await doWork(await readFile(instruction.promptPath, 'utf8'), directory);
    if (scenario.permission) {
      const { outputPath: subject } = instruction;
      const hook = { event: 'PermissionRequest', payload: { subject } };
      const question = { text: `Write ${subject}`, choices: ['Allow', 'Deny'], hook };
      if ((await this.#ask(question, signal)) !== 'Allow') return 'Not allowed.';
      await this.#hook('PermissionGiven', {});
    }
    const colour = scenario.question ? await this.#askColour(signal) : '';
    await writeOutput(instruction.outputPath, `${content}${colour}`, scenario, clock);
    return `Wrote ${instruction.outputPath}`;
  }

  async #askColour(signal: AbortSignal): Promise<string> {
    const hook = { event: 'Question', payload: {} };
    const question = { text: 'Which colour?', choices: ['Red', 'Blue'], hook };
    return `\nThe colour is ${await this.#ask(question, signal)}.\n`;
  }

  /** Ask on the screen and through a hook that waits; resolves with the first answer's text. */
  async #ask({ text, choices, hook }: Asked, signal = never): Promise<string> {
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    const abort = (): void => reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    this.#question = { text, choices, answer: (choice) => resolve(choices[choice] ?? '') };
    this.#tools.log('asking', { text });
    this.#draw();
    const answered = new AbortController();
    if (hook !== undefined) {
      const payload = { question: text, ...hook.payload };
      void this.#askByHook(hook.event, payload, answered.signal).then(
        (said) => said === undefined || resolve(said),
      );
    }
    try {
      return await promise;
    } finally {
      answered.abort();
      signal.removeEventListener('abort', abort);
      this.#question = undefined;
      this.#draw();
    }
  }

  async #askByHook(
    event: string,
    payload: object,
    signal: AbortSignal,
  ): Promise<string | undefined> {
    const { path } = this.#tools.conversation;
    const printed = await this.#tools.ask(event, { ...payload, conversation: path }, signal);
    if (printed === '' || signal.aborted) return undefined;
    const reply: { readonly answer: string } = JSON.parse(printed);
    this.#tools.log('hook-answer', reply);
    return reply.answer;
  }

  /** A digit picks; Enter takes the first choice, as a careless Enter does elsewhere. */
  #answer(key: Key): void {
    const choice = key.kind === 'enter' ? 1 : key.kind === 'text' ? Number(key.text) : 0;
    const count = this.#question?.choices.length ?? 0;
    if (Number.isInteger(choice) && choice >= 1 && choice <= count) {
      this.#tools.log('answer', { choice, key: key.kind });
      this.#question?.answer(choice - 1);
    }
  }

  #spin(): Disposable {
    this.#turnStartedAt = this.#tools.clock.monotonic();
    this.#draw();
    return this.#tools.clock.every(100, () => {
      if (this.#scenario.silent) return;
      this.#tick += 1;
      this.#draw();
    });
  }

  #draw(lines: readonly string[] = []): void {
    if (!this.#isReady && this.#question === undefined) return;
    const elapsedMs = this.#tools.clock.monotonic() - this.#turnStartedAt;
    const seconds = Math.floor(elapsedMs / 1000);
    const work = this.#turn === undefined ? undefined : { seconds, tick: this.#tick };
    const question = this.#question;
    this.#terminal.draw({ work, question, composer: this.#composer }, lines);
  }

  /** How it behaves in the present turn. */
  get #scenario(): Scenario {
    const { scenario, conversation } = this.#tools;
    const { onlyTurn = conversation.prompts } = scenario;
    return onlyTurn === conversation.prompts ? scenario : plainScenario;
  }

  async #hook(event: string, payload: object): Promise<void> {
    const { conversation, hook } = this.#tools;
    await hook(event, { ...payload, conversation: conversation.path });
  }

  #crashAt(phase: Phase): void {
    const { crash } = this.#scenario;
    if (crash?.phase !== phase) return;
    this.#tools.log('crash', { phase });
    if (crash.signal !== undefined) this.#tools.raise(crash.signal);
    else this.#tools.exit(crash.status);
  }
}
