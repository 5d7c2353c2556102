import { afterAll, beforeAll, test } from 'vitest';
import { opencodeAdapter } from '../../../src/agents/opencode/opencode-adapter.ts';
import { systemClock } from '../../../src/base/index.ts';
import {
  type ChatCompletionsApi,
  type ChatModel,
  openChatCompletionsApi,
  readThenWrite,
} from '../../support/chat-completions-api.ts';
import {
  findRealOpencode,
  type OpencodeHome,
  opencodeSkipReason,
  openOpencodeHome,
} from '../../support/real-opencode.ts';
import { agentContract } from './agent-contract.ts';

const program = findRealOpencode();

const never = Promise.withResolvers<never>();
const models = {
  works: readThenWrite,
  slow: async (turn) => {
    await systemClock.after(300, new AbortController().signal);
    return readThenWrite(turn);
  },
  endless: async () => await never.promise,
} as const satisfies Readonly<Record<string, ChatModel>>;
const behaviours = ['works', 'slow', 'endless'] as const;

const open = new AsyncDisposableStack();
const apis = new Map<string, ChatCompletionsApi>();
let home: OpencodeHome | undefined;

if (program === undefined) {
  test('opencode keeps the contract of agents', ({ skip }) => skip(opencodeSkipReason));
} else {
  beforeAll(async () => {
    home = open.use(await openOpencodeHome());
    for (const name of behaviours) {
      apis.set(name, open.use(await openChatCompletionsApi(models[name])));
    }
  });

  afterAll(async () => await open.disposeAsync());

  agentContract({
    adapter: opencodeAdapter({ program, clock: systemClock }),
    behaviours,
    // Each takes 850 MB and three seconds of both cores to start.
    crowd: 3,
    limitMs: 40_000,
    more: async (behaviour) => ({
      environment: { ...home?.environment, CHAT_API: apis.get(behaviour)?.url ?? '' },
    }),
    submits: async ({ exchange }) => {
      const prompts = [...apis.values()].flatMap((api) => api.prompts);
      return prompts.filter((prompt) => prompt === exchange.instruction).length;
    },
  });
}
