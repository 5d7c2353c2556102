import { readdirSync, readFileSync } from 'node:fs';
import { systemCode } from '../base/index.ts';

/** Every process there is (Linux); nothing elsewhere. */
export function procPids(): readonly number[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

/** A file of a process in /proc (Linux); empty when it is gone or another user's. */
export function procText(pid: number, file: 'cmdline' | 'environ' | 'stat'): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch (error) {
    if (['ENOENT', 'ESRCH', 'EACCES', 'EPERM'].includes(systemCode(error) ?? '')) return '';
    throw error;
  }
}

/** The words of a file whose words end in NUL. */
export function procWords(pid: number, file: 'cmdline' | 'environ'): readonly string[] {
  return procText(pid, file).split('\0').filter(Boolean);
}
