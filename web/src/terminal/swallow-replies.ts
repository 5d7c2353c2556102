import type { Terminal } from '@xterm/xterm';

/**
 * Keep a viewer's terminal from answering what programs ask of a terminal. tmux has answered
 * already; with an answer of each writer's browser the program would read it as typed text.
 */
export function swallowReplies({ parser }: Pick<Terminal, 'parser'>): void {
  // Device attributes, status reports, modes, window reports, XTVERSION, kitty keyboard.
  for (const id of [
    { final: 'c' },
    { prefix: '>', final: 'c' },
    { prefix: '=', final: 'c' },
    { final: 'n' },
    { prefix: '?', final: 'n' },
    { intermediates: '$', final: 'p' },
    { prefix: '?', intermediates: '$', final: 'p' },
    { final: 't' },
    { prefix: '>', final: 'q' },
    { prefix: '?', final: 'u' },
  ]) {
    parser.registerCsiHandler(id, swallow);
  }
  // DECRQSS, and the colours that a program asks for; one that it sets is drawn.
  parser.registerDcsHandler({ intermediates: '$', final: 'q' }, swallow);
  for (const code of [4, 10, 11, 12]) {
    parser.registerOscHandler(code, (data) => data.split(';').includes('?'));
  }
  // A program must not write to the clipboard of whoever watches it.
  parser.registerOscHandler(52, swallow);
}

function swallow(): boolean {
  return true;
}
