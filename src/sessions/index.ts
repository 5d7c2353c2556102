export { type Budget, type BudgetChange, budgetColumns, budgetOf, noBudget } from './budget.ts';
export {
  PathOutsideSessionError,
  SessionAmbiguousError,
  SessionBusyError,
  SessionDirectoryMissingError,
  SessionHasJobsError,
  SessionHasSiteError,
  SessionMoveError,
  SessionNameError,
  SessionNotFoundError,
  SessionStatusError,
  SessionWriteError,
} from './errors.ts';
export type { SessionPage, SessionQuery } from './find-session.ts';
export { insideSession } from './inside-session.ts';
export { type Session, sessionFolders, type SessionStatus, sessionStatuses } from './session.ts';
export { type NewSession, openSessions, type Sessions, type SessionsOptions } from './sessions.ts';
export type { Health } from './snapshots.ts';
export {
  type AddValue,
  seesAll,
  type Visibility,
  type VisibleColumn,
  visibleCondition,
} from './visibility.ts';
export {
  type FileList,
  listFiles,
  type OpenedFile,
  openFile,
  openFolders,
  type SessionFile,
} from './session-files.ts';
export { removeUpload, saveUpload, type Upload } from './uploads.ts';
export { dropSession } from './drop-session.ts';
