import { z } from 'zod';

/** What keys of every area are made of. */

export const name = z.string().regex(/^[\w.@:/-]{1,200}$/);
export const path = z
  .string()
  .min(1)
  .max(4_096)
  .regex(/^[^\0]*$/);

/** What `allowed` says of them. */
export const word = 'a name of letters, digits and . _ @ : / -';
export const directory = 'a path';

/** How a variable's text is read: `word` ignores case. */
export type ValueKind = 'number' | 'decimal' | 'boolean' | 'list' | 'lines' | 'word' | 'text';

export interface About {
  readonly kind: ValueKind;
  /** Completes "allowed is ...". */
  readonly allowed: string;
  /** What the key decides, as one line of help. */
  readonly text: string;
  /** The variable of the documents this program began with, read after our own. */
  readonly alias?: string;
}
