import type { ProcessIdentity } from '../base/index.ts';

/** Why we believe a state. Sources from the strongest to the weakest; see docs/architecture.md. */
export const evidenceSources = [
  'exit',
  'hook',
  'output',
  'status-file',
  'screen',
  'start',
] as const;
export type EvidenceSource = (typeof evidenceSources)[number];

export interface Evidence {
  readonly source: EvidenceSource;
  /** Wall time in ms at which the fact was true, not when we read it. */
  readonly at: number;
  /** One line for people: `Stop hook`, `row 12 matches the prompt`. */
  readonly detail: string;
}

/** A dialog that keeps an agent from going on. */
export interface Dialog {
  /** `trust`, `login`, `api-key`, `theme`, `bypass-warning`, `permission`, `question`, ... */
  readonly kind: string;
  /** What it asks, in one line: `Bash: npm test`. */
  readonly question: string;
  readonly choices: readonly string[];
}

interface Believed {
  readonly evidence: Evidence;
}

export type AgentState = Believed &
  (
    | { readonly kind: 'starting' | 'ready' | 'busy' | 'finishing' | 'lost' | 'unknown' }
    | { readonly kind: 'asking'; readonly dialog: Dialog }
    | { readonly kind: 'exited'; readonly exit: AgentExit }
  );

/** How the agent's process ended. A missing status stays unknown: it never reads as success. */
export type AgentExit =
  | { readonly kind: 'status'; readonly status: number }
  | { readonly kind: 'signal'; readonly signal: number }
  | { readonly kind: 'unknown' };

/** The directory of one attempt and what the agent needs to know of it. Paths are absolute. */
export interface Exchange {
  readonly dir: string;
  /**
   * Begins with front matter, one `key: JSON value` a line between two `---` lines: `job`,
   * `attempt`, `template`, `files` (absolute paths), `output`. The prompt's text follows. The
   * `command` adapter's programs get the text alone.
   */
  readonly promptPath: string;
  /** Carries the nonce in its name, so that no other attempt's file can pass for it. */
  readonly outputPath: string;
  /** Exists before the agent starts; one file per hook event, named so that they sort by time. */
  readonly eventsDir: string;
  readonly nonce: string;
  /** The one line that points the agent at the prompt; undefined for an agent that gets no job. */
  readonly instruction: string | undefined;
}

export interface AgentRequest {
  /** Name of the adapter: `claude`, `demo`, `command`. */
  readonly adapter: string;
  readonly exchange: Exchange;
  /** Existing directory in which the agent works. */
  readonly directory: string;
  /** True when we made `directory`, so that trusting it is not a decision about foreign files. */
  readonly isDirectoryOurs: boolean;
  /** Whole environment of the agent apart from what its adapter adds. */
  readonly environment: Readonly<Record<string, string>>;
  /** In a directory of its own with mode 0700. */
  readonly socketPath: string;
  /** Marks the tmux server and every process under it (environment TMUX_BUILDER_RUN). */
  readonly runId: string;
  /** A UUID made for this attempt, for CLIs that let us name the conversation. */
  readonly conversationId: string;
  readonly model: string | undefined;
  /** What happens to a tool that needs permission: `ask` leaves the dialog to a person. */
  readonly permission: 'allow' | 'deny' | 'ask';
  /** Program and arguments of the `command` adapter; `{prompt}` and `{output}` are replaced. */
  readonly command: readonly string[] | undefined;
}

/** Where a live agent is. Written down so that another process can adopt it. */
export interface AgentAddress {
  readonly socketPath: string;
  /** Process of the tmux server; its start time tells generations apart. */
  readonly server: ProcessIdentity;
  readonly paneId: string;
}

export interface Receipt {
  /** Wall time in ms. */
  readonly at: number;
  readonly evidence: Evidence;
  /** How often Enter was pressed; the text itself is never sent twice. */
  readonly enters: number;
}

export interface Usage {
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cacheReadTokens: number;
  readonly cacheWriteTokens: number;
}

/** What came of the instruction, from the agent's side. The output file is judged by the caller. */
export type AgentOutcome =
  | { readonly kind: 'finished'; readonly evidence: Evidence }
  | { readonly kind: 'exited'; readonly exit: AgentExit; readonly screen: readonly string[] }
  | {
      readonly kind: 'failed';
      /** `transient`: try again; `permanent`: another try would end the same. */
      readonly failure: 'transient' | 'permanent';
      readonly message: string;
      readonly evidence: Evidence;
    }
  | { readonly kind: 'lost'; readonly evidence: Evidence };

/**
 * One live agent in one pane. Disposing closes our connection and leaves the agent running, so
 * that a later process can adopt it; `stop` ends it.
 */
export interface Agent extends AsyncDisposable {
  readonly address: AgentAddress;
  readonly state: AgentState;
  /** Hear of every change of state until disposed. The listener must not throw. */
  watch(listener: (state: AgentState) => void): Disposable;
  /**
   * Wait until the agent can take an instruction (or has taken it: argv delivery).
   *
   * @throws {AgentExitedError} it ended first; {AgentBlockedError} a dialog that policy may not
   * answer is open; {AgentLostError} its tmux server is gone.
   */
  untilReady(signal: AbortSignal): Promise<void>;
  /**
   * Hand over the instruction and wait for the proof that it arrived. Safe to call on an adopted
   * agent: evidence of an earlier delivery is looked for first and the text is never sent twice.
   *
   * @throws {NotDeliveredError} no proof came; the agent has to be stopped, not asked again.
   */
  deliver(signal: AbortSignal): Promise<Receipt>;
  /** Wait for the end of the work. */
  untilDone(signal: AbortSignal): Promise<AgentOutcome>;
  /** Tokens used so far, undefined where the CLI does not say. */
  usage(signal: AbortSignal): Promise<Usage | undefined>;
  /** The drawn screen, top row first. */
  screen(signal: AbortSignal): Promise<readonly string[]>;
  /**
   * End the agent, its children and its tmux server: TERM, grace, KILL, proven gone.
   *
   * @throws {AgentSurvivesError} a process survives SIGKILL; its directory must not be reused.
   */
  stop(signal: AbortSignal): Promise<void>;
}

export interface AgentInstallation {
  readonly name: string;
  readonly isFound: boolean;
  readonly path: string | undefined;
  readonly version: string | undefined;
  /** Can it take a job now? `unknown` where only trying tells. */
  readonly readiness: 'yes' | 'no' | 'unknown';
  /** What is wrong or untested, and what to do about it; undefined when nothing is. */
  readonly problem: string | undefined;
  readonly todo: string | undefined;
}

export interface Agents {
  readonly names: readonly string[];
  /** Look whether the CLI is installed and usable; never starts a model request. */
  detect(name: string, signal: AbortSignal): Promise<AgentInstallation>;
  /**
   * Start an agent in a tmux server of its own. Returns when its process runs, not when it is
   * ready. A server that was left on the same socket is ended first.
   *
   * @throws {UnknownAgentError} no adapter has this name; {AgentNotFoundError} it is not installed.
   */
  start(request: AgentRequest, signal: AbortSignal): Promise<Agent>;
  /**
   * Take over an agent that another process started; undefined when it is gone. Without an
   * address (we died before it was written down) the socket and the run id's mark decide.
   */
  adopt(
    request: AgentRequest,
    address: AgentAddress | undefined,
    signal: AbortSignal,
  ): Promise<Agent | undefined>;
  /**
   * Read from the exchange alone how a vanished agent's work ended: it may have finished while
   * nobody looked. Undefined when the files do not prove an end.
   */
  review(request: AgentRequest, signal: AbortSignal): Promise<AgentOutcome | undefined>;
  /** End whatever is left of an agent whose address may be incomplete; proven gone. */
  clear(request: Pick<AgentRequest, 'socketPath' | 'runId'>, signal: AbortSignal): Promise<void>;
}
