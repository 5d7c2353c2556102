export { AuditLog, type AuditLogOptions } from './audit-log.ts';
export type { AuditEntry, AuditUser, NewEntry } from './entry.ts';
export type { AuditPage, AuditQuery } from './list-entries.ts';
export type { AuditCheck } from './verify.ts';
