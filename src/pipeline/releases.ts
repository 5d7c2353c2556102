import { z } from 'zod';
import { screens } from '../checks/index.ts';
import type { Row, Sql, WriteSql } from '../store/index.ts';

/** What the checks said of a release when it was checked last; paths are in the session. */
export interface ReleaseChecks {
  readonly isHealthy?: boolean | undefined;
  readonly screenshots?: readonly {
    readonly screen: (typeof screens)[number];
    readonly path: string;
  }[];
  readonly reportPath?: string | undefined;
  readonly tests?: readonly z.infer<typeof testShape>[];
}

export interface SiteRelease {
  readonly id: string;
  readonly sessionId: string;
  /** The one that published it last. */
  readonly executionId: string;
  readonly files: number;
  readonly bytes: number;
  readonly createdAt: number;
  readonly liveAt: number | undefined;
  readonly checks: ReleaseChecks;
}

/** Write down that a release is live; what was checked of it before stays. */
export async function recordLive(
  sql: WriteSql,
  release: Omit<SiteRelease, 'checks' | 'liveAt'> & { readonly liveAt: number },
): Promise<void> {
  await sql.run(
    `INSERT INTO releases (session_id, id, execution_id, files, bytes, created_at, live_at, checks)
     VALUES ($1, $2, $3, $4, $5, $6, $7, '{}')
     ON CONFLICT (session_id, id) DO UPDATE SET execution_id = $3, live_at = $7`,
    [
      release.sessionId,
      release.id,
      release.executionId,
      release.files,
      release.bytes,
      release.createdAt,
      release.liveAt,
    ],
  );
}

/** Add what a check said to what is known of a release. */
export async function recordChecks(
  sql: WriteSql,
  { sessionId, id }: Pick<SiteRelease, 'sessionId' | 'id'>,
  checks: ReleaseChecks,
): Promise<void> {
  const where = 'WHERE session_id = $1 AND id = $2';
  const [row] = await sql.all(`SELECT checks FROM releases ${where}`, [sessionId, id]);
  if (row === undefined) return;
  const all = { ...checksOf(row), ...checks };
  await sql.run(`UPDATE releases SET checks = $3 ${where}`, [sessionId, id, JSON.stringify(all)]);
}

/** The newest 100, the one that was live last first. */
export async function listReleasesIn(sql: Sql, sessionId: string): Promise<readonly SiteRelease[]> {
  const query = `SELECT * FROM releases WHERE session_id = $1
    ORDER BY live_at DESC, id LIMIT 100`;
  return (await sql.all(query, [sessionId])).map(toRelease);
}

function toRelease(row: Row): SiteRelease {
  return {
    id: String(row['id']),
    sessionId: String(row['session_id']),
    executionId: String(row['execution_id']),
    files: Number(row['files']),
    bytes: Number(row['bytes']),
    createdAt: Number(row['created_at']),
    liveAt: row['live_at'] === null ? undefined : Number(row['live_at']),
    checks: checksOf(row),
  };
}

const testShape = z.object({
  name: z.string(),
  source: z.enum(['built-in', 'plan']),
  outcome: z.enum(['passed', 'failed', 'skipped']),
  durationMs: z.number(),
  problem: z.string().optional(),
});

const checksShape = z.object({
  isHealthy: z.boolean().optional(),
  screenshots: z.array(z.object({ screen: z.enum(screens), path: z.string() })).optional(),
  reportPath: z.string().optional(),
  tests: z.array(testShape).optional(),
});

function checksOf(row: Row): ReleaseChecks {
  const { screenshots, tests, ...rest } = checksShape.parse(JSON.parse(String(row['checks'])));
  return {
    ...rest,
    ...(screenshots !== undefined && { screenshots }),
    ...(tests !== undefined && { tests }),
  };
}
