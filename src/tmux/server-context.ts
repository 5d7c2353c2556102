import type { TmuxLink } from './link.ts';
import { OpenMarks } from './pane-mark.ts';
import { PaneStates } from './pane-states.ts';
import { PaneStreams } from './pane-streams.ts';

/** What the handles of one server share. */
export class ServerContext implements AsyncDisposable {
  readonly link: TmuxLink;
  readonly states: PaneStates;
  readonly streams: PaneStreams;
  readonly marks = new OpenMarks();

  constructor(link: TmuxLink) {
    this.link = link;
    this.states = new PaneStates(link);
    this.streams = new PaneStreams(link, this.states);
  }

  /** Close every client; the server runs on. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.states[Symbol.dispose]();
    await this.streams[Symbol.asyncDispose]();
    await this.link[Symbol.asyncDispose]();
  }
}
