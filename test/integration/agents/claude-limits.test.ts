import { describe, expect, test } from 'vitest';
import { openBench } from '../../support/claude-bench.ts';
import { type Reply, replyUsage } from '../../support/model-api.ts';
import { needRealClaude, realVersions } from '../../support/real-claude.ts';

/** Not a token of anybody: with one that looks so, the program takes us for a subscriber. */
const subscriber = {
  ANTHROPIC_API_KEY: '',
  CLAUDE_CODE_OAUTH_TOKEN: `sk-ant-oat01-dummy-${'0'.repeat(60)}`,
  TZ: 'Europe/Berlin',
};

const MINUTE_MS = 60_000;
const NO_RETRY = { 'x-should-retry': 'false' };

/** What the API says to a subscriber whose limit is reached, as far as the program looks at it. */
function limitReached(claim: string, resetAt: number): Reply {
  return {
    kind: 'error',
    status: 429,
    message: "This request would exceed your account's rate limit. Please try again later.",
    headers: {
      ...NO_RETRY,
      'anthropic-ratelimit-unified-status': 'rejected',
      'anthropic-ratelimit-unified-reset': String(Math.floor(resetAt / 1_000)),
      'anthropic-ratelimit-unified-representative-claim': claim,
    },
  };
}

/** How far the moment for another try lies from where it should be. */
function missedBy(outcome: object, at: number): number {
  const retryAt = 'retryAt' in outcome ? Number(outcome.retryAt) : Number.NaN;
  return Math.abs(retryAt - at);
}

describe.each(realVersions)('Claude Code %s', (version) => {
  test.for([
    ['five_hour', 3 * 60],
    ['seven_day', 3 * 24 * 60],
  ] as const)(
    'at its limit (%s) names the time of the reset',
    async ([claim, minutes], context) => {
      const program = needRealClaude(version, context);
      const resetAt = Date.now() + minutes * MINUTE_MS;
      const first = (): Reply => limitReached(claim, resetAt);
      await using bench = await openBench({ program, environment: subscriber, first });

      const { outcome } = await bench.perform();

      const message = expect.stringMatching(/^You've hit your .* limit · resets /);
      expect(outcome).toMatchObject({ kind: 'failed', failure: 'quota', message });
      // It tells the time to the minute.
      expect(missedBy(outcome, resetAt)).toBeLessThanOrEqual(MINUTE_MS);
    },
  );

  test('is throttled with everybody else, which is no limit of the account', async (context) => {
    const program = needRealClaude(version, context);
    const message = 'Too many requests';
    const first = (): Reply => ({ kind: 'error', status: 429, message, headers: NO_RETRY });
    await using bench = await openBench({ program, environment: subscriber, first });

    const { outcome } = await bench.perform();

    expect(outcome).toMatchObject({ kind: 'failed', failure: 'transient' });
  });

  test('with an API key over its rate waits a minute', async (context) => {
    const program = needRealClaude(version, context);
    const message = 'This request would exceed your rate limit of tokens per minute';
    const first = (): Reply => ({ kind: 'error', status: 429, message, headers: NO_RETRY });
    await using bench = await openBench({ program, first });

    const { outcome } = await bench.perform();

    expect(outcome).toMatchObject({ kind: 'failed', failure: 'quota' });
    expect(missedBy(outcome, Date.now() + MINUTE_MS)).toBeLessThan(MINUTE_MS / 2);
  });

  test.for([
    [
      400,
      'You have reached your specified API usage limits. You will regain access on DAY at 00:00 UTC.',
      'quota',
    ],
    [400, 'Your credit balance is too low to access the Anthropic API.', 'permanent'],
    [400, 'prompt is too long: 210000 tokens > 200000 maximum', 'permanent'],
    [403, 'Your account does not have access', 'permanent'],
    [404, 'model: nope', 'permanent'],
    [500, 'Internal server error', 'transient'],
  ] as const)('an answer of %i with "%s" is %s', async ([status, words, failure], context) => {
    const program = needRealClaude(version, context);
    // Not tomorrow: that may have begun when it is read.
    const day = new Date(Date.now() + 48 * 60 * MINUTE_MS).toISOString().slice(0, 10);
    const message = words.replace('DAY', day);
    const first = (): Reply => ({ kind: 'error', status, message, headers: NO_RETRY });
    await using bench = await openBench({ program, first });

    const { outcome } = await bench.perform();

    expect(outcome).toMatchObject({ kind: 'failed', failure });
    const isAtMidnight = missedBy(outcome, Date.parse(day)) === 0;
    expect(isAtMidnight).toBe(failure === 'quota');
  });

  test('counts what its subagents use', async (context) => {
    const program = needRealClaude(version, context);
    let helped = 0;
    await using bench = await openBench({
      program,
      permission: 'allow',
      first: ({ prompt, toolResults }) => {
        if (prompt.includes('HELPER')) {
          helped += 1;
          return { kind: 'text', text: 'helped' };
        }
        if (toolResults.length > 0 || !prompt.includes('prompt.md')) return undefined;
        const input = { description: 'help', prompt: 'HELPER', subagent_type: 'general-purpose' };
        return { kind: 'tool', name: 'Agent', input };
      },
    });

    const { agent, outcome } = await bench.perform();
    const usage = await agent.usage(bench.signal);

    expect(outcome.kind).toBe('finished');
    expect(helped).toBe(1);
    expect(usage).toMatchObject({
      inputTokens: bench.api.requestCount * replyUsage.input,
      outputTokens: bench.api.requestCount * replyUsage.output,
    });
    expect(usage?.models).toHaveLength(1);
  });
});
