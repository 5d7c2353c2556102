import { expect, test } from 'vitest';
import { composerOf } from '../../../src/agents/submit-text.ts';
import { demoAdapter } from '../../../src/agents/engine.ts';
import { plainRow } from '../../../src/agents/read-screen.ts';
import { within } from './bench.ts';
import { Conversation } from './conversation-bench.ts';
import { noted, soon } from './demo-bench.ts';

/** What stands in its composer; undefined when it is not at its prompt. */
async function composer(talk: Conversation): Promise<string | undefined> {
  const styledRows = await talk.atKeyboard(
    async (pane) => await pane.capture(soon('screen'), { styles: true }),
  );
  const rows = styledRows.map(plainRow);
  return composerOf({ reading: demoAdapter.readScreen({ rows, styledRows }, talk.request) });
}

test.each(['one-shot', 'persistent'] as const)(
  'stops the turn of a %s agent, which is at its empty prompt then',
  async (mode) => {
    await using talk = await Conversation.open({ hang: true, putBack: true }, { mode });
    await talk.handOver();
    await talk.agent.interrupt(soon('interrupt'));

    expect(await composer(talk)).toBe('');
    expect(await noted(talk.request, 'interrupted')).toHaveLength(1);
    expect(await noted(talk.request, 'submit')).toHaveLength(1);
    await talk.untilState('ready');
  },
);

test('reminds nobody of anything afterwards, and a person who goes on brings it to its end', async () => {
  await using talk = await Conversation.open({ hang: true, onlyTurn: 1 });
  await talk.handOver();
  await talk.agent.interrupt(soon('interrupt'));
  const steps: string[] = [];
  const done = talk.agent.untilDone(soon('done'), ({ kind }) => void steps.push(kind));
  // Longer than an idle agent is left alone otherwise.
  await expect(talk.agent.untilDone(within(7_000, 'no reminder'))).rejects.toThrow('no reminder');
  expect(steps).toEqual([]);

  // What he says first has no answer for us, so our work is not over with it.
  await talk.type('hello');
  await talk.press('Enter');
  await talk.untilState('finishing');
  await expect(talk.agent.untilDone(within(500, 'his turn'))).rejects.toThrow('his turn');
  const { promptPath, outputPath } = talk.request.exchange;
  const order = `Go on with what ${promptPath} says and write it to the file ${outputPath}`;
  await talk.atKeyboard(async (pane) => await pane.paste(order, soon('paste')));
  await talk.shows('Go on with');
  await talk.press('Enter');
  expect((await done).kind).toBe('finished');
  expect(steps).toEqual([]);
});

test('leaves what a person has typed meanwhile where it is', async () => {
  await using talk = await Conversation.open({ hang: true });
  await talk.handOver();
  await talk.type('and then');
  await talk.agent.interrupt(soon('interrupt'));
  expect(await composer(talk)).toBe('and then');
});

test('interrupts an agent that waits at a dialog', async () => {
  await using talk = await Conversation.open(
    { permission: true },
    { policy: { otherwise: 'ask', rules: [] } },
  );
  await talk.handOver();
  await talk.shows('1. Allow');
  await talk.agent.interrupt(soon('interrupt'));
  expect(await composer(talk)).toBe('');
  expect(await noted(talk.request, 'answer')).toEqual([]);
});

test('says of an agent that does not stop that it goes on', async () => {
  await using talk = await Conversation.open({ hang: true, stubborn: true });
  await talk.handOver();
  await expect(talk.agent.interrupt(soon('interrupt'))).rejects.toMatchObject({
    code: 'agent.not-interrupted',
  });
});

test('does not take the last screen of an agent that ended for a prompt', async () => {
  await using talk = await Conversation.open({ crash: { phase: 'stopped' } });
  await talk.handOver();
  await talk.untilState('exited');
  await expect(talk.agent.interrupt(soon('interrupt'))).rejects.toMatchObject({
    code: 'agent.not-interrupted',
  });
});

test('presses nothing in an agent that is at its prompt', async () => {
  await using talk = await Conversation.open({});
  expect((await talk.work()).kind).toBe('finished');
  await talk.type('a thought');
  await talk.agent.interrupt(soon('interrupt'));
  expect(await composer(talk)).toBe('a thought');
});
