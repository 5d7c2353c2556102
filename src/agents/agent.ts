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
  /** True for what we are about to answer ourselves: nobody else is asked. */
  readonly isAutomatic?: true | undefined;
  /** The tool that wants a permission, for policies; undefined for every other dialog. */
  readonly tool?: ToolUse | undefined;
  /** The hook that waits for the answer (`Agent.answer`); undefined where only keys help. */
  readonly reply?: string | undefined;
}

/** What an agent wants to do with a tool. */
export interface ToolUse {
  /** As the CLI names it: `Bash`, `Write`, `mcp__github__create_issue`. */
  readonly name: string;
  /** What it is to work on, whole: a command line, a path (absolute), an address. */
  readonly subject: string;
  /** How the subject is read; undefined takes the stricter of all readings. */
  readonly kind?: 'command' | 'path' | 'text' | undefined;
}

/** What a policy, or a person, says to a dialog. `choice` counts from 0 in `Dialog.choices`. */
export type Answer =
  | { readonly kind: 'allow' }
  | { readonly kind: 'deny'; readonly message?: string | undefined }
  | { readonly kind: 'choice'; readonly choice: number }
  /** In words of one's own; to several questions one line each. Only through a hook. */
  | { readonly kind: 'text'; readonly text: string };

export type Decision = 'allow' | 'deny' | 'ask';

/** Who may decide about tools: of the rules that fit the strictest counts, `deny` before `ask`. */
export interface PermissionPolicy {
  /** For tools that no rule fits. `ask` leaves the dialog to a person. */
  readonly otherwise: Decision;
  readonly rules: readonly PermissionRule[];
}

export interface PermissionRule {
  readonly decision: Decision;
  /** Name of the tool; `*` stands for any characters. */
  readonly tool: string;
  /** Pattern for the whole subject, `*` as above; undefined fits every subject. */
  readonly subject: string | undefined;
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
  /**
   * Exists before the agent starts; one file per hook event, named so that they sort by time. A
   * persistent agent writes to `<homeDir>/events`, a link to that of its present exchange.
   */
  readonly eventsDir: string;
  /** Wall time in ms; what a conversation used before it belongs to earlier exchanges. */
  readonly since: number;
  readonly nonce: string;
  /** The one line that points the agent at the prompt; undefined for an agent that gets no job. */
  readonly instruction: string | undefined;
}

export interface AgentRequest {
  /** Name of the adapter: `claude`, `demo`, `command`. */
  readonly adapter: string;
  readonly exchange: Exchange;
  readonly mode: AgentMode;
  /** The agent's own directory: exit.json, stream.log, settings. Of a one-shot the exchange's. */
  readonly homeDir: string;
  /** What it may read and write beside `directory`: its exchange, or all of its session. */
  readonly exchangeDirs: readonly string[];
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
  /** Conversation of an earlier agent that is gone, to go on with; undefined begins a new one. */
  readonly resume: string | undefined;
  readonly model: string | undefined;
  readonly policy: PermissionPolicy;
  /** Program and arguments of the `command` adapter; `{prompt}` and `{output}` are replaced. */
  readonly command: readonly string[] | undefined;
}

/** `one-shot`: lives for one exchange. `persistent`: takes one after the other, by paste. */
export type AgentMode = 'one-shot' | 'persistent';

/** Where a live agent is. Written down so that another process can adopt it. */
export interface AgentAddress {
  readonly socketPath: string;
  /** Process of the tmux server; its start time tells generations apart. */
  readonly server: ProcessIdentity;
  readonly paneId: string;
}

export interface ReadyOptions {
  /**
   * What to do about a dialog that policy may not answer: `fail` by default; `wait` until somebody
   * has answered it, where the policy asks people and one of its choices is an answer.
   */
  readonly onDialog?: 'fail' | 'wait';
}

export interface Receipt {
  /** Wall time in ms. */
  readonly at: number;
  readonly evidence: Evidence;
  /** How often Enter was pressed; the text itself is never sent twice. */
  readonly enters: number;
}

export interface Tokens {
  /** Without those that were read from a cache or written to one. */
  readonly inputTokens: number;
  /** With those of thinking. */
  readonly outputTokens: number;
  readonly cacheReadTokens: number;
  readonly cacheWriteTokens: number;
}

/** What an agent used, all its models together. */
export interface Usage extends Tokens {
  /** By the price list; undefined when one of the models is not in it. */
  readonly costUsd?: number | undefined;
  /** The same for each model, in the order in which they were first used. */
  readonly models?: readonly UsedModel[] | undefined;
}

export interface UsedModel extends Tokens {
  /** Undefined when the CLI does not name it. */
  readonly model?: string | undefined;
  readonly costUsd?: number | undefined;
}

/** How to go on after a failure: at once, when the limit is lifted, or not at all. */
export interface Failure {
  /**
   * `transient`: try again; `permanent`: another try would end the same; `quota`: the account's
   * usage limit is reached, wait for its reset.
   */
  readonly failure: 'transient' | 'permanent' | 'quota';
  readonly message: string;
  /** Wall time in ms at which a `quota` is lifted; undefined when the CLI does not say. */
  readonly retryAt?: number | undefined;
}

/** What came of the instruction, from the agent's side. The output file is judged by the caller. */
export type AgentOutcome =
  | { readonly kind: 'finished'; readonly evidence: Evidence }
  | { readonly kind: 'exited'; readonly exit: AgentExit; readonly screen: readonly string[] }
  | ({ readonly kind: 'failed'; readonly evidence: Evidence } & Failure)
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
  untilReady(signal: AbortSignal, options?: ReadyOptions): Promise<void>;
  /**
   * Hand over the instruction and wait for the proof that it arrived. Safe to call on an adopted
   * agent: evidence of an earlier delivery is looked for first and the text is never sent twice.
   *
   * @throws {NotDeliveredError} no proof came; the agent has to be stopped, not asked again.
   */
  deliver(signal: AbortSignal): Promise<Receipt>;
  /**
   * Wait for the end of the work. An agent that makes no progress is helped along, see docs/jobs.md:
   * each such step is told to `onStep`.
   */
  untilDone(signal: AbortSignal, onStep?: (step: AgentStep) => void): Promise<AgentOutcome>;
  /**
   * Answer the dialog that is open now: through the hook that waits for it, else by keys, each
   * pressed only while the screen shows that very dialog.
   *
   * @throws {NoSuchQuestionError} it is not open any more, or has no such choice.
   */
  answer(answer: Answer, dialog: Dialog, signal: AbortSignal): Promise<void>;
  /**
   * Stop the turn that is running and wait until the agent is at its empty prompt again.
   *
   * @throws {NotInterruptedError} it goes on all the same; only `stop` is left.
   */
  interrupt(signal: AbortSignal): Promise<void>;
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

/**
 * What was done to an agent: one without progress was helped along, one that asked was answered by
 * its policy. `detail` is one line for people.
 */
export interface AgentStep {
  readonly kind: 'stalled' | 'interrupted' | 'nudged' | 'answered';
  readonly detail: string;
}

/** One thing that speaks for a state, and what became of it. */
export interface Ranked {
  readonly evidence: Evidence;
  /** The state it speaks for; undefined when it says nothing of the state by itself. */
  readonly speaksFor: AgentState['kind'] | undefined;
  /** Wall time in ms at which it was last seen to be so. */
  readonly seenAt: number;
  /** Why it did not decide: `outranked by the Stop hook`; undefined for what did. */
  readonly outranked: string | undefined;
}

export interface Explanation {
  readonly state: AgentState;
  /** From the strongest to the weakest. */
  readonly evidence: readonly Ranked[];
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
  /** Whether its CLI tells what it used, so that a budget can be held; set by `Agents.detect`. */
  readonly tellsUsage?: boolean | undefined;
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
  /**
   * Say what an agent does and why, from its files and one look at its screen. Changes nothing
   * and opens no control connection, so that it may be asked while another process drives it.
   */
  explain(request: AgentRequest, signal: AbortSignal): Promise<Explanation>;
  /** Read from its files alone what an agent used in the exchange, also of one that is gone. */
  usage(request: AgentRequest, signal: AbortSignal): Promise<Usage | undefined>;
  /** The conversation that an agent had, when a later one can go on with it. */
  findConversation(request: AgentRequest, signal: AbortSignal): Promise<string | undefined>;
  /** End whatever is left of an agent whose address may be incomplete; proven gone. */
  clear(request: Pick<AgentRequest, 'socketPath' | 'runId'>, signal: AbortSignal): Promise<void>;
}
