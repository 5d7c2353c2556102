export { abortable } from './abortable.ts';
export { type AtomicWrite, syncDirectory, writeFileAtomic } from './atomic-file.ts';
export { type Clock, type Deadline, systemClock } from './clock.ts';
export { CodedError, type CodedErrorOptions, hasCode, systemCode } from './coded-error.ts';
export { parseCursor, type Place, toCursor } from './cursor.ts';
export { exists } from './exists.ts';
export { FakeClock } from './fake-clock.ts';
export { findExecutable } from './find-executable.ts';
export { countingIds, type Ids, randomIds } from './ids.ts';
export { lineLog, type Log, type LogLevel, logLevels, silentLog } from './log.ts';
export { makeDirectory } from './make-directory.ts';
export { Mutex } from './mutex.ts';
export { networkOf } from './network-of.ts';
export {
  endProcesses,
  type EndOptions,
  findByEnvironment,
  findEnvironmentValues,
  findProcess,
  findProcessTree,
  isRunning,
  ownIdentity,
  type ProcessIdentity,
  sendSignal,
} from './processes.ts';
export { DirectoryWatch, type DirectoryWatchOptions } from './watch-directory.ts';
