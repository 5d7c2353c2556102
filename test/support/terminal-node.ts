import http from 'node:http';
import { WebSocket } from 'ws';
import type { EventSourceLike } from '../../web/src/live/event-client.ts';
import type { SocketLike } from '../../web/src/live/terminal-client.ts';
import type { Timers } from '../../web/src/live/timers.ts';
import { EventReader } from './event-reader.ts';

/** What the live clients of web/src/live get in Node in place of a browser. */
export const nodeTimers: Timers = {
  now: () => performance.now(),
  after(ms, call) {
    const timer = setTimeout(call, ms);
    return () => clearTimeout(timer);
  },
};

export function openNodeSocket(url: string, protocol: string): SocketLike {
  const socket = new WebSocket(url, protocol);
  socket.on('error', () => {});
  return {
    send: (bytes) => socket.send(bytes),
    close: () => socket.terminate(),
    listen({ onOpen, onFrame, onClose }) {
      socket.on('open', onOpen);
      socket.on('message', (data: Buffer) => onFrame(data));
      socket.on('close', onClose);
    },
  };
}

/** An EventSource for the bearer of a token. */
export function openNodeEvents(token: string): (url: string) => EventSourceLike {
  return (url) => {
    const headers = { authorization: `Bearer ${token}` };
    const request = http.get(url, { headers, agent: false });
    let isClosed = false;
    return {
      close: () => {
        isClosed = true;
        request.destroy();
      },
      listen(_names, { onMessage, onError }) {
        const fail = (): void => {
          if (!isClosed) onError();
          isClosed = true;
        };
        request.on('error', fail);
        request.on('response', (response) => {
          if (response.statusCode !== 200) fail();
          const reader = new EventReader();
          response.setEncoding('utf8');
          response.on('data', (text: string) => {
            for (const message of reader.read(text)) if (!isClosed) onMessage(message);
          });
          response.on('error', fail);
          response.on('close', fail);
        });
      },
    };
  };
}
