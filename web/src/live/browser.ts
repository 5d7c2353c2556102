import type { SocketLike } from './terminal-client.ts';
import type { Timers } from './timers.ts';

/** What a browser gives to the live clients; tests and programs give their own. */
export const browserTimers: Timers = {
  now: () => performance.now(),
  after(ms, call) {
    const timer = setTimeout(call, ms);
    return () => clearTimeout(timer);
  },
};

export function openBrowserSocket(url: string, protocol: string): SocketLike {
  const socket = new WebSocket(url, protocol);
  socket.binaryType = 'arraybuffer';
  return {
    send: (bytes) => socket.send(new Uint8Array(bytes)),
    close: () => socket.close(),
    listen({ onOpen, onFrame, onClose }) {
      socket.addEventListener('open', onOpen);
      socket.addEventListener('message', ({ data }: MessageEvent<ArrayBuffer>) => {
        onFrame(new Uint8Array(data));
      });
      socket.addEventListener('close', ({ code }) => onClose(code));
    },
  };
}

/** `ws://…/ws/terminal` of the page's own server. */
export function terminalSocketUrl({ protocol, host }: Location = location): string {
  return `${protocol === 'https:' ? 'wss' : 'ws'}://${host}/ws/terminal`;
}
