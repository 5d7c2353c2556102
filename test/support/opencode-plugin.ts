import { pathToFileURL } from 'node:url';
import { askArgv } from '../../src/agents/hook-spool.ts';

type Handler = (input: unknown, output?: unknown) => Promise<void>;

/** What opencode calls of a plugin. */
interface Hooks {
  readonly config: (config: Record<string, unknown>) => Promise<void>;
  readonly event: Handler;
  readonly 'chat.message': Handler;
  readonly 'tool.execute.before': Handler;
  readonly 'shell.env': Handler;
  readonly dispose: () => Promise<void>;
}

const options = {
  ask: askArgv,
  asked: ['bash'] as readonly string[],
  isAlone: false,
  dirs: ['/srv/job'],
  closed: ['events'],
  seal: '?*',
  restored: {},
  shell: { OPENCODE_PERMISSION: '' },
};

export interface PluginOptions extends Partial<typeof options> {
  readonly model?: string;
  readonly fixed?: object;
  readonly check?: readonly string[];
}

/** Our plugin, called as opencode does, in /srv/app. */
export interface LoadedPlugin extends AsyncDisposable {
  readonly hooks: Hooks;
  /** What it has answered opencode. */
  readonly sent: readonly unknown[];
  readonly tell: (type: string, properties: object) => Promise<void>;
  readonly prompt: (sessionID: string, text?: string) => Promise<void>;
  /** Throws what the model hears in place of the tool's result. */
  readonly use: (callID: string, command?: string) => Promise<void>;
}

export async function loadPlugin(more: PluginOptions = {}): Promise<LoadedPlugin> {
  const { TmuxBuilder } = await import(
    /* @vite-ignore */ pathToFileURL('agents/opencode-plugin.js').href
  );
  const sent: unknown[] = [];
  const client = {
    session: { get: async () => ({ data: {} }) },
    _client: {
      post: async ({ url, path, body }: { url: string; path: object; body: object }) => {
        sent.push({ url, ...path, ...body });
      },
    },
  };
  const place = { client, worktree: '/srv/app', directory: '/srv/app' };
  const hooks: Hooks = await TmuxBuilder(place, { ...options, ...more });
  return {
    hooks,
    sent,
    tell: async (type, properties) => await hooks.event({ event: { type, properties } }),
    prompt: async (sessionID, text = 'Do it') => {
      const message = { model: { providerID: 'a', modelID: 'b' } };
      await hooks['chat.message']({ sessionID }, { message, parts: [{ type: 'text', text }] });
    },
    use: async (callID, command = 'ls') => {
      const input = { tool: 'bash', sessionID: 's', callID };
      await hooks['tool.execute.before'](input, { args: { command } });
    },
    [Symbol.asyncDispose]: async () => await hooks.dispose(),
  };
}
