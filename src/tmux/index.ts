export { lookOnce, type LookOnceOptions, type PaneLook } from './look-once.ts';
export type { CaptureOptions } from './capture-pane.ts';
export {
  AmbiguousOptionError,
  BadLayoutError,
  BadUsageError,
  BadValueError,
  BufferGoneError,
  ClientGoneError,
  FileError,
  IndexTakenError,
  InvalidNameError,
  NameTakenError,
  NoAlternateScreenError,
  NoSpaceError,
  NotInModeError,
  OptionSetError,
  PaneActiveError,
  PaneGoneError,
  SessionGoneError,
  TmuxCommandError,
  UnknownCommandError,
  UnknownOptionError,
  UnknownVariableError,
  WindowGoneError,
} from './command-errors.ts';
export type { Command, ReplyLines } from './connection.ts';
export { plainEnvironment } from './control-client.ts';
export type { SessionOptions, SplitOptions, WindowOptions } from './create.ts';
export {
  BadArgumentError,
  BadDirectoryError,
  BadNameError,
  BadSocketPathError,
  ForbiddenCommandError,
  OldProcessAliveError,
  PaneDeadError,
  TmuxConnectionLostError,
  TmuxGenerationGoneError,
  TmuxNotFoundError,
  TmuxServerGoneError,
  TmuxServerRunningError,
  TmuxServerUnresponsiveError,
  TmuxStartError,
  TmuxTooOldError,
  UnsupportedError,
} from './errors.ts';
export { findTmux } from './find-tmux.ts';
export {
  isPaneId,
  isSessionId,
  isWindowId,
  type PaneId,
  type SessionId,
  type WindowId,
} from './ids.ts';
export { type PasteOptions, stripControls } from './input.ts';
export { isKeyName, type KeyName, keyNames } from './keys.ts';
export { killUnresponsiveServer, type KillOptions } from './kill-server.ts';
export { layoutChecksum, type LayoutName, layoutNames } from './layout.ts';
export type { TmuxGeneration } from './link.ts';
export { escapeFormat } from './names.ts';
export type { TmuxNotification } from './notifications.ts';
export type { OptionChange, OptionScope } from './options.ts';
export { type KillPaneOptions, TmuxPane } from './pane.ts';
export type { PaneExit } from './pane-exit.ts';
export type { PaneMark } from './pane-mark.ts';
export { PlainText } from './plain-text.ts';
export { type PaneProgram, type PaneStream, shellWord } from './pane-program.ts';
export type { RespawnOptions } from './respawn.ts';
export { TmuxServer } from './server.ts';
export { TmuxSession } from './session.ts';
export type { PaneInfo, SessionInfo, TmuxSnapshot, WindowInfo } from './snapshot.ts';
export {
  type ConnectOptions,
  connectTmuxServer,
  type StartOptions,
  startTmuxServer,
} from './start-server.ts';
export { defaultSize, type TerminalSize } from './terminal-size.ts';
export type { ScreenTest, ScreenWaitOptions } from './until-screen.ts';
export {
  compareTmuxVersions,
  parseTmuxVersion,
  readTmuxVersion,
  requireFeature,
  supports,
  type TmuxFeature,
  type TmuxVersion,
} from './version.ts';
export type { PaneOutput, PaneWatch, WatchOptions } from './watch-pane.ts';
export { TmuxWindow } from './window.ts';
