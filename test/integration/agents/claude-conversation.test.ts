import { readFile, writeFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { readEvents } from '../../../src/agents/hook-spool.ts';
import type { AgentRequest } from '../../../src/agents/index.ts';
import { exists } from '../../../src/base/index.ts';
import { type Model, readThenWrite, type Reply, type Turn } from '../../support/model-api.ts';
import { needRealClaude, realVersions } from '../../support/real-claude.ts';
import { ClaudeTalk, promptsIn } from './claude-conversation-bench.ts';

const answer = async ({ exchange }: AgentRequest): Promise<string> =>
  await readFile(exchange.outputPath, 'utf8');

async function transcriptOf({ exchange }: AgentRequest): Promise<string> {
  const events = await readEvents(exchange.eventsDir);
  return String(Reflect.get(Object(events.at(-1)?.payload), 'transcript_path'));
}

/** A model that says nothing more once so many tools have answered, until it is let go on. */
class Hesitating {
  readonly asked = Promise.withResolvers<void>();
  readonly #tools: number;
  readonly #first: ((turn: Turn) => Reply | undefined) | undefined;
  readonly #released = Promise.withResolvers<void>();
  #isHanging = true;

  constructor(tools: number, first?: (turn: Turn) => Reply | undefined) {
    this.#tools = tools;
    this.#first = first;
  }

  goOn(): void {
    this.#isHanging = false;
    this.#released.resolve();
  }

  readonly model: Model = async (turn, hangUp) => {
    const first = this.#isHanging ? this.#first?.(turn) : undefined;
    if (first !== undefined) return first;
    if (this.#isHanging && turn.toolResults.length >= this.#tools) {
      this.asked.resolve();
      const { promise: hungUp, resolve } = Promise.withResolvers<void>();
      hangUp.addEventListener('abort', () => resolve(), { once: true });
      await Promise.race([hungUp, this.#released.promise]);
    }
    return readThenWrite(turn);
  };
}

describe.each(realVersions)('Claude Code %s', (version) => {
  test('takes prompt after prompt in one conversation', async (context) => {
    const program = needRealClaude(version, context);
    await using talk = await ClaudeTalk.open({ program, mode: 'persistent', model: readThenWrite });
    const first = await talk.request('Say one.\n');
    const agent = await talk.start(first);
    expect(await talk.work(agent)).toBe('finished');
    const second = await talk.request('Say two.\n');
    expect(await talk.work(await talk.adopt(second, agent))).toBe('finished');

    expect(await answer(first)).toContain('Say one.');
    expect(await answer(second)).toContain('Say two.');
    const prompts = [first.exchange.instruction, second.exchange.instruction];
    expect(talk.api.prompts).toEqual(prompts);
    expect(await promptsIn(await transcriptOf(second))).toEqual(prompts);
    expect(await talk.agents.findConversation(second, talk.signal)).toBe(first.conversationId);
  });

  test.for(['one-shot', 'persistent'] as const)(
    'goes on, %s, with the conversation of one that was killed in mid-turn',
    async (mode, context) => {
      const program = needRealClaude(version, context);
      const hesitating = new Hesitating(1);
      await using talk = await ClaudeTalk.open({ program, mode, model: hesitating.model });
      const first = await talk.request('Say one.\n');
      const agent = await talk.start(first);
      await talk.handOver(agent);
      await hesitating.asked.promise;
      // It writes its transcript a moment later.
      const isKept = async (): Promise<boolean> =>
        (await talk.agents.findConversation(first, talk.signal)) !== undefined;
      await expect.poll(isKept, { timeout: 10_000 }).toBe(true);
      talk.killAgent(first);
      expect((await agent.untilDone(talk.signal)).kind).toBe('exited');
      await agent[Symbol.asyncDispose]();
      await talk.agents.clear(first, talk.signal);
      hesitating.goOn();

      const resume = await talk.agents.findConversation(first, talk.signal);
      expect(resume).toBe(first.conversationId);
      talk.renew();
      const second = await talk.request('Say two.\n', { resume });
      expect(await talk.work(await talk.start(second))).toBe('finished');
      expect(await answer(second)).toContain('Say two.');
      const transcript = await transcriptOf(second);
      expect(transcript).toContain(first.conversationId);
      expect(await promptsIn(transcript)).toEqual([
        first.exchange.instruction,
        second.exchange.instruction,
      ]);
    },
  );

  test('ends at once with a conversation that is unknown, and finds none that is damaged', async (context) => {
    const program = needRealClaude(version, context);
    await using talk = await ClaudeTalk.open({ program, mode: 'one-shot', model: readThenWrite });
    const first = await talk.request('Say one.\n');
    const agent = await talk.start(first);
    expect(await talk.work(agent)).toBe('finished');
    await agent.stop(talk.signal);
    await writeFile(await transcriptOf(first), 'damaged\n'.repeat(20));
    expect(await talk.agents.findConversation(first, talk.signal)).toBeUndefined();

    const second = await talk.request('Say two.\n', { resume: first.conversationId });
    const again = await talk.start(second);
    await expect(again.untilReady(talk.signal)).rejects.toMatchObject({ code: 'agent.exited' });
  });

  test.for([
    ['before its first output', 0],
    ['after it used a tool', 1],
  ] as const)(
    'is interrupted %s, and is at its empty prompt then',
    async ([_when, tools], context) => {
      const program = needRealClaude(version, context);
      const hesitating = new Hesitating(tools);
      await using talk = await ClaudeTalk.open({
        program,
        mode: 'persistent',
        model: hesitating.model,
      });
      const request = await talk.request('Say one.\n');
      const agent = await talk.start(request);
      await talk.handOver(agent);
      await hesitating.asked.promise;
      await agent.interrupt(talk.signal);
      expect(await talk.composer(request)).toBe('');

      // A person goes on by hand, and so the work comes to its end.
      hesitating.goOn();
      const { promptPath, outputPath } = request.exchange;
      const done = agent.untilDone(talk.signal);
      await talk.typeAndEnter(request, `Go on: ${promptPath} and then ${outputPath}`);
      expect((await done).kind).toBe('finished');
      expect(await answer(request)).toContain('Say one.');
      expect(talk.api.prompts.filter((one) => one === request.exchange.instruction)).toHaveLength(
        1,
      );
    },
  );

  test('is interrupted at a dialog, which gets no answer', async (context) => {
    const program = needRealClaude(version, context);
    const hesitating = new Hesitating(9, ({ toolResults }) =>
      toolResults.length > 0
        ? undefined
        : {
            kind: 'tool',
            name: 'Bash',
            input: { command: 'printf x >made && kill -0 $$', description: 'Make it' },
          },
    );
    await using talk = await ClaudeTalk.open({
      program,
      mode: 'persistent',
      model: hesitating.model,
    });
    const request = await talk.request('Say one.\n', { policy: { otherwise: 'ask', rules: [] } });
    const agent = await talk.start(request);
    await talk.handOver(agent);
    await talk.shows(request, /Do you want to proceed/);
    await agent.interrupt(talk.signal);
    expect(await talk.composer(request)).toBe('');
    expect(await exists(`${request.directory}/made`)).toBe(false);
    hesitating.goOn();
  });

  test('keeps what a person types while it works, also over an interrupt', async (context) => {
    const program = needRealClaude(version, context);
    const hesitating = new Hesitating(1);
    await using talk = await ClaudeTalk.open({
      program,
      mode: 'persistent',
      model: hesitating.model,
    });
    const first = await talk.request('Say one.\n');
    const agent = await talk.start(first);
    await talk.handOver(agent);
    await hesitating.asked.promise;
    await talk.type(first, 'half a thought');
    await agent.interrupt(talk.signal);
    expect(await talk.composer(first)).toBe('half a thought');

    // The next prompt waits until he has done with it.
    hesitating.goOn();
    const second = await talk.request('Say two.\n');
    const later = await talk.adopt(second, agent);
    const work = talk.work(later);
    await talk.typeAndEnter(first, ' that ends');
    expect(await work).toBe('finished');
    const prompts = await promptsIn(await transcriptOf(second));
    expect(prompts.slice(-2)).toEqual(['half a thought that ends', second.exchange.instruction]);
  });

  test('lets a prompt wait while it works on what a person typed', async (context) => {
    const program = needRealClaude(version, context);
    const hesitating = new Hesitating(0);
    await using talk = await ClaudeTalk.open({
      program,
      mode: 'persistent',
      model: async (turn, hangUp) =>
        turn.prompt.includes('tmux') ? await hesitating.model(turn, hangUp) : readThenWrite(turn),
    });
    const first = await talk.request('Say one.\n');
    const agent = await talk.start(first);
    await agent.untilReady(talk.signal);
    await talk.typeAndEnter(first, 'What is tmux?');
    await hesitating.asked.promise;
    const ready = agent.untilReady(talk.signal).then(() => 'ready');
    const waiting = talk.shows(first, /esc to interrupt/).then(() => 'waiting');
    expect(await Promise.race([ready, waiting])).toBe('waiting');
    hesitating.goOn();
    await ready;
    expect(await talk.work(agent)).toBe('finished');
    expect(talk.api.prompts).toEqual(['What is tmux?', first.exchange.instruction]);
  });
});
