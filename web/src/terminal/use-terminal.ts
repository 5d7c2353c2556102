import { type RefObject, useEffect, useRef, useState } from 'react';
import type { EndView, LeaseView, PresenceView } from '../../../src/contract/index.ts';
import { ApiError } from '../api/client.ts';
import type { TerminalView, TypeResult } from '../live/terminal-view.ts';
import { openTerminals } from '../state/terminals.ts';
import { tellFailed } from '../ui/toasts.tsx';
import { checkPaste, type PasteCheck } from './check-paste.ts';
import { TerminalScreen } from './terminal-screen.ts';

/** Asked for this often while somebody holds the right to type; it ends after 30 s without. */
const RENEW_MS = 10_000;

export interface TerminalState {
  readonly screen: TerminalScreen | undefined;
  readonly view: TerminalView | undefined;
  readonly lease: LeaseView | undefined;
  readonly presence: PresenceView | undefined;
  readonly end: EndView | undefined;
  /** Output was left out on the way here. */
  readonly isResynced: boolean;
  readonly size: { readonly columns: number; readonly rows: number } | undefined;
  /** A text that is pasted only when somebody says so. */
  readonly asked: PasteCheck | undefined;
  readonly isFinding: boolean;
}

export interface TerminalControls extends TerminalState {
  readonly type: (bytes: string) => void;
  readonly paste: (text: string) => void;
  readonly setAsked: (asked: PasteCheck | undefined) => void;
  readonly setFinding: (isFinding: boolean) => void;
}

const nothing: TerminalState = {
  screen: undefined,
  view: undefined,
  lease: undefined,
  presence: undefined,
  end: undefined,
  isResynced: false,
  size: undefined,
  asked: undefined,
  isFinding: false,
};

/** Draw an agent's terminal in an element, and steer it. */
export function useTerminal(agentId: string, box: RefObject<HTMLElement | null>): TerminalControls {
  const [state, setState] = useState(nothing);
  const change = (part: Partial<TerminalState>): void =>
    setState((before) => ({ ...before, ...part }));
  const current = useRef(state);
  current.current = state;
  const type = (bytes: string): void => {
    const { view } = current.current;
    if (view?.isWriter === true) tellRefused(view.type(bytes));
  };
  const paste = (text: string): void => {
    const { view } = current.current;
    if (view !== undefined) tellRefused(view.paste(text));
  };
  useEffect(() => {
    if (box.current === null) return undefined;
    const screen = new TerminalScreen(box.current, {
      onKeys: type,
      onPaste: (text) => {
        if (current.current.view?.isWriter !== true) return;
        const asked = checkPaste(text);
        if (asked.reason === undefined) paste(asked.text);
        else change({ asked });
      },
      onFind: () => change({ isFinding: true }),
    });
    const view = openTerminals().show(agentId, 'stream', {
      onSnapshot: ({ columns, rows, bytes, isResync }, parsed) => {
        screen.show({ columns, rows, bytes }, parsed);
        change({ isResynced: isResync, size: { columns, rows } });
      },
      onDelta: (bytes, parsed) => screen.print(bytes, parsed),
      onLease: (lease) => {
        screen.setWritable(lease.is_mine);
        change({ lease });
      },
      onPresence: (presence) => change({ presence }),
      onEnd: (end) => {
        screen.setWritable(false);
        change({ end });
      },
      onError: ({ code, message, todo }) => {
        // The page itself says so.
        if (code === 'live-agent.not-found') return;
        tellFailed(new ApiError({ code, message, todo, status: 0 }));
      },
      onInputLost: ({ bytes }) => {
        screen.setWritable(false);
        tellFailed(
          new Error(
            `The connection broke: your last ${bytes} bytes may not have arrived. They are not sent again; look at the screen first.`,
          ),
        );
      },
    });
    setState({ ...nothing, screen, view });
    const renewing = setInterval(() => {
      if (view.isWriter && document.hasFocus()) view.renew();
    }, RENEW_MS);
    const watchPage = (): void => view.setMode(document.hidden ? 'thumb' : 'stream');
    document.addEventListener('visibilitychange', watchPage);
    return () => {
      document.removeEventListener('visibilitychange', watchPage);
      clearInterval(renewing);
      view.close();
      screen.dispose();
    };
    // oxlint-disable-next-line react/exhaustive-deps -- the functions read the state by `current`
  }, [agentId, box]);
  return {
    ...state,
    type,
    paste,
    setAsked: (asked) => change({ asked }),
    setFinding: (isFinding) => change({ isFinding }),
  };
}

const refusals: Readonly<Record<TypeResult, string | undefined>> = {
  sent: undefined,
  offline: 'No connection: what you typed was not sent.',
  'not-writer': 'You may not type now. Take the keyboard first.',
  'too-large': 'This is too much for one paste. Upload it as a file to the session.',
  'too-fast': 'The terminal takes no more just now. What you typed last was not sent.',
};

function tellRefused(result: TypeResult): void {
  const text = refusals[result];
  if (text !== undefined) tellFailed(new Error(text));
}
