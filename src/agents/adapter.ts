import type { KeyName } from '../tmux/index.ts';
import type { AgentInstallation, AgentRequest, Answer, Dialog, Failure, Tokens } from './agent.ts';

/**
 * What we know of one kind of agent CLI: data and functions without state, so that whoever adopts
 * an agent reads the same evidence the same way. The core starts, watches, types and ends.
 */
export interface Adapter {
  readonly name: string;
  /**
   * `argv`: `launch` puts the instruction into the arguments. `paste`: it is pasted into the
   * composer once `readScreen` says ready.
   */
  readonly delivery: 'argv' | 'paste';
  /** Arguments are lost when it goes on with a conversation: then the instruction is pasted. */
  readonly pastesToResumed?: true;
  /**
   * What ends the work. `turn`: a `turn-ended` hook event after our prompt was submitted (without
   * hooks: the output file and a ready screen that stays). `exit`: the process ends with status 0.
   */
  readonly doneBy: 'turn' | 'exit';
  /** How long SIGTERM may take before SIGKILL follows. */
  readonly graceMs: number;
  /** Keys that stop a running turn; none where the CLI cannot be interrupted. */
  readonly interruptKeys: readonly KeyName[];
  /** Keys that empty the composer; none where only a person can. */
  readonly clearKeys: readonly KeyName[];
  /**
   * Look for the CLI on the PATH of `environment`; never start a model request.
   *
   * A CLI that is missing is a result (`isFound: false`), not an error.
   */
  detect(
    environment: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<AgentInstallation>;
  /**
   * Say how to start it. Writes nothing itself: the core writes `files`, then starts `argv`.
   *
   * @throws {AgentNotFoundError} the program is not there.
   */
  launch(request: AgentRequest, tools: LaunchTools, signal: AbortSignal): Promise<Launch>;
  /** Read the drawn screen. A screen that fits nothing known is `unknown`; pure. */
  readScreen(screen: Screen, request: AgentRequest): ScreenReading;
  /** Say what a hook event means, undefined when nothing of interest; pure. */
  readEvent(event: HookEvent, request: AgentRequest): Meaning | undefined;
  /** The CLI's own status file, where it keeps one. It is read whenever the screen is. */
  readonly statusFile?: StatusFile;
  /**
   * Read the tokens used in the request's exchange: one entry a request to the model where the CLI
   * tells them apart (`isOneRequest`), else one a model. Each request counts once. `events` are
   * those of the exchange, in the order in which they happened.
   */
  usage?(
    request: AgentRequest,
    events: readonly HookEvent[],
    signal: AbortSignal,
  ): Promise<readonly ModelUsage[] | undefined>;
  /**
   * Name the conversation that these events tell of, when `launch` can go on with it (its record
   * is on disk). `events` are all of the agent's. An adapter without it never resumes.
   */
  findConversation?(
    request: AgentRequest,
    events: readonly HookEvent[],
    signal: AbortSignal,
  ): Promise<string | undefined>;
  /**
   * What a hook that waits (`LaunchTools.askArgv`) is to print, to answer its dialog without a
   * keystroke; undefined when only keys can give this answer. Pure.
   */
  reply?(answer: Answer, dialog: Dialog, event: HookEvent): string | undefined;
}

export interface ModelUsage extends Tokens {
  /** As the CLI names it, and as agents/prices.yaml does; undefined when it does not. */
  readonly model: string | undefined;
  /** Those of `cacheWriteTokens` that are kept longer at a higher price. */
  readonly longCacheWriteTokens?: number | undefined;
  /** These are the tokens of a single request: its prompt's length may decide on its price. */
  readonly isOneRequest?: true | undefined;
}

export interface LaunchTools {
  /**
   * Program and first arguments of the hook spool. Append the event's name, and optionally a text
   * that the hook is to print for the CLI. The payload comes on stdin. For a CLI that takes shell
   * lines see `shellLine`. It needs TMUX_BUILDER_EVENTS, which every agent has.
   */
  readonly hookArgv: readonly string[];
  /**
   * The same for a hook that waits until somebody answers and then prints `Adapter.reply`. The
   * event's name follows. Give the CLI's hook the longest time-out it takes.
   */
  readonly askArgv: readonly string[];
}

export interface Launch {
  /** An absolute program and its arguments; no shell reads them. */
  readonly argv: readonly [string, ...string[]];
  /** Added to the request's environment. */
  readonly environment: Readonly<Record<string, string>>;
  /** Written by rename before the start, their directories made. Absolute paths. */
  readonly files: readonly LaunchFile[];
}

export interface LaunchFile {
  readonly path: string;
  readonly content: string;
  /** 0o600 unless said otherwise. */
  readonly mode?: number;
}

export interface Screen {
  /** As drawn, top row first, without styles and trailing blanks. */
  readonly rows: readonly string[];
  /** The same rows with their SGR sequences: tells a dim placeholder from typed text. */
  readonly styledRows: readonly string[];
}

/** `detail` is one line for people: what was recognised, and where. */
export type ScreenReading =
  | {
      readonly kind: 'ready' | 'busy';
      readonly detail: string;
      /**
       * Typed and not yet submitted; empty when nothing is; undefined where it cannot be seen.
       * Wrapped rows are joined; how blanks come out does not matter. A placeholder is no text.
       */
      readonly composer: string | undefined;
      /** What the CLI says on its screen in place of a hook: a usage limit, an error of the API. */
      readonly failure?: Failure | undefined;
    }
  | {
      readonly kind: 'asking';
      readonly detail: string;
      readonly dialog: Dialog;
      /** Keys that make each choice, in the order of `dialog.choices`. */
      readonly keys: readonly (readonly KeyName[])[];
      /** Choice that the request's policy lets us make; undefined when only a person may. */
      readonly automatic: number | undefined;
    }
  | { readonly kind: 'unknown'; readonly detail: string };

/** One file of the hook spool. */
export interface HookEvent {
  /** As the CLI's hook named it: `Stop`, `UserPromptSubmit`. */
  readonly name: string;
  /** Wall time in ms at which the hook was called. */
  readonly at: number;
  /** Parsed JSON; undefined when it was none, or was cut off at the spool's limit. */
  readonly payload: unknown;
  /** Set while this hook waits for an answer: the `reply` of its dialog. */
  readonly reply?: string | undefined;
}

/** What a hook event says of the agent. */
export type Meaning =
  /** It lives; says nothing about being ready. */
  | { readonly kind: 'session-started' }
  /** A prompt arrived. `text` proves ours by the nonce in it; undefined where the CLI is silent. */
  | { readonly kind: 'prompt-submitted'; readonly text: string | undefined }
  /** It works: also the end of a dialog, and of the question about this tool call. */
  | { readonly kind: 'working'; readonly call?: string | undefined }
  | Asked
  /** The turn is over. While background tasks run, another one follows. */
  | { readonly kind: 'turn-ended'; readonly backgroundTasks: number }
  | ({ readonly kind: 'failed' } & Failure)
  | { readonly kind: 'session-ended' };

export interface Asked {
  readonly kind: 'asking';
  readonly dialog: Dialog;
  /** Names the tool call it is about; the end of that call ends the question. */
  readonly call?: string | undefined;
  /** No dialog is drawn for it, as for one of a helper in the background. */
  readonly isHidden?: boolean | undefined;
}

export interface StatusFile {
  /** Path for the agent's own process. */
  path(request: AgentRequest, pid: number): string;
  /** Undefined when the content says nothing certain. Pure. */
  read(content: string): StatusReading | undefined;
}

export interface StatusReading {
  readonly kind: 'ready' | 'busy' | 'asking';
  readonly detail: string;
}
