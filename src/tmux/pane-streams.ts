import { CodedError } from '../base/index.ts';
import type { PaneId } from './ids.ts';
import type { TmuxLink } from './link.ts';
import { paneGone, type PaneStates } from './pane-states.ts';
import { type OutputSink, SessionStream } from './session-stream.ts';

/** Bring the output of watched panes, and only of those, to their watchers. */
export class PaneStreams implements AsyncDisposable {
  readonly #link: TmuxLink;
  readonly #states: PaneStates;
  readonly #streams = new Map<string, SessionStream>();

  constructor(link: TmuxLink, states: PaneStates) {
    this.#link = link;
    this.#states = states;
  }

  /**
   * Send what the pane prints from now on to `sink`, until disposed or `onEnd` was called.
   *
   * @throws {PaneGoneError} no pane has this id.
   */
  async subscribe(pane: PaneId, sink: OutputSink, signal: AbortSignal): Promise<Disposable> {
    const session = await this.#sessionOf(pane, signal);
    const stream = this.#streams.get(session) ?? new SessionStream(this.#link, session);
    this.#streams.set(session, stream);
    const stack = new DisposableStack();
    stack.use(await stream.add(pane, sink, signal));
    const observed = this.#states.observe(pane, (state) => {
      if (state.kind === 'dead') void drainAndEnd(stream, sink);
      if (state.kind === 'gone') sink.onEnd(paneGone(pane));
      if (state.kind === 'failed') sink.onEnd(state.error);
    });
    stack.use(observed);
    return stack;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const streams = [...this.#streams.values()];
    this.#streams.clear();
    for (const stream of streams) await stream[Symbol.asyncDispose]();
  }

  /** display-message answers for a pane that is not there too, emptily; so the id is asked back. */
  async #sessionOf(pane: PaneId, signal: AbortSignal): Promise<string> {
    const command = ['display-message', '-p', '-t', pane, '#{pane_id} #{session_id}'];
    const [line = ''] = await this.#link.command(command, signal);
    const [id, session = ''] = line.split(' ');
    if (id !== pane) throw paneGone(pane);
    return session;
  }
}

/** Bytes may be on their way when a death is known: drain them before the end is told. */
async function drainAndEnd(stream: SessionStream, sink: OutputSink): Promise<void> {
  try {
    await stream.drain(new AbortController().signal);
    sink.onEnd(undefined);
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    sink.onEnd(error);
  }
}
