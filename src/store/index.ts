export { eventOf } from './event-store.ts';
export {
  StoreBusyError,
  StoreCannotOpenError,
  StoreCorruptError,
  StoreDiskError,
  StoreFullError,
  StoreNewerVersionError,
  StoreReadOnlyError,
} from './errors.ts';
export { renewDatabaseId } from './migrations.ts';
export { openStore, type StoreOptions } from './open-store.ts';
export type { NewEvent, Row, Sql, SqlValue, Store, StoredEvent, WriteSql } from './store.ts';
