import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Row, Sql, SqlValue } from './store.ts';

interface Prepared {
  readonly statement: StatementSync;
  /** The highest N of the `$N` in its text. */
  readonly parameters: number;
}

/** Prepared statements kept; past it the one unused for longest is forgotten. */
const MOST_STATEMENTS = 200;

/** Run SQL with `$1`, `$2`, ... on a connection, preparing each text once. */
export class SqliteStatements implements Sql {
  readonly #db: DatabaseSync;
  readonly #prepared = new Map<string, Prepared>();

  constructor(db: DatabaseSync) {
    this.#db = db;
  }

  async all(sql: string, values: readonly SqlValue[] = []): Promise<readonly Row[]> {
    const prepared = this.#prepare(sql);
    const rows: unknown[] = prepared.statement.all(bindings(prepared, sql, values));
    if (!areRows(rows)) throw new TypeError(`a column is neither text nor number in: ${sql}`);
    return rows;
  }

  async run(sql: string, values: readonly SqlValue[] = []): Promise<number> {
    const prepared = this.#prepare(sql);
    return Number(prepared.statement.run(bindings(prepared, sql, values)).changes);
  }

  #prepare(sql: string): Prepared {
    const known = this.#prepared.get(sql);
    const prepared = known ?? { statement: this.#db.prepare(sql), parameters: highest(sql) };
    // A Map keeps the order of insertion: the first key is the one unused for longest.
    this.#prepared.delete(sql);
    this.#prepared.set(sql, prepared);
    if (this.#prepared.size > MOST_STATEMENTS) {
      const [oldest = ''] = this.#prepared.keys();
      this.#prepared.delete(oldest);
    }
    return prepared;
  }
}

/** SQLite takes `$1` as a name, and would read one that is missing as NULL. */
function bindings(
  { parameters }: Prepared,
  sql: string,
  values: readonly SqlValue[],
): Record<string, SqlValue> {
  if (values.length !== parameters) {
    throw new TypeError(`${values.length} values for ${parameters} parameters in: ${sql}`);
  }
  return Object.fromEntries(values.map((value, index) => [`$${index + 1}`, value]));
}

function highest(sql: string): number {
  return Math.max(0, ...Array.from(sql.matchAll(/\$(\d+)/g), ([, digits]) => Number(digits)));
}

/** Columns have one type for all rows here, and whoever reads a row checks each value it takes. */
function areRows(rows: readonly unknown[]): rows is readonly Row[] {
  return rows.slice(0, 1).every(isRow);
}

function isRow(row: unknown): row is Row {
  if (typeof row !== 'object' || row === null) return false;
  return Object.values(row).every(
    (value) => value === null || typeof value === 'string' || typeof value === 'number',
  );
}
