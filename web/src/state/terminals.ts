import { ApiError, call } from '../api/client.ts';
import { browserTimers, openBrowserSocket, terminalSocketUrl } from '../live/browser.ts';
import { type ConnectionState, TerminalClient } from '../live/terminal-client.ts';
import { tellFailed } from '../ui/toasts.tsx';
import { whenReconnected } from './connection.ts';
import { createStore, useStore } from './store.ts';

const line = createStore<ConnectionState>('closed');

/** One socket for all terminals of this tab; opened by the first that is shown. */
const client = new TerminalClient({
  url: terminalSocketUrl(),
  timers: browserTimers,
  // oxlint-disable-next-line no-restricted-properties -- jitter, which nobody has to repeat
  random: Math.random,
  openSocket: openBrowserSocket,
  fetchTicket: async () => {
    try {
      return (await call('issueTicket')).ticket;
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) return undefined;
      throw error;
    }
  },
  onState: (state) => line.set(state),
  onError: ({ code, message, todo }) =>
    tellFailed(new ApiError({ code, message, todo, status: 0 })),
});

// Events came back: terminals need not wait for the end of their own pause.
whenReconnected(() => {
  if (client.state === 'connecting') client.connect();
});

/** The terminals of this tab, with their line to the server opened. */
export function openTerminals(): TerminalClient {
  if (client.state === 'closed' || client.state === 'refused') client.connect();
  return client;
}

/** Whether terminals show what is so now. */
export function useTerminalLine(): ConnectionState {
  return useStore(line);
}
