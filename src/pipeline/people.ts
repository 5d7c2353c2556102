import type { Row, Sql, WriteSql } from '../store/index.ts';

/** Whoever sites are for. The GUID is what names and tags show instead of them. */
export interface Person {
  readonly userId: string;
  /** Random UUID. */
  readonly guid: string;
  readonly email: string | undefined;
  readonly phone: string | undefined;
  /** Wall time in ms. */
  readonly createdAt: number;
}

/** Get the person of a user, made when missing; what is known of them is added to. */
export async function ensurePerson(
  sql: WriteSql,
  wish: Pick<Person, 'userId'> & Partial<Pick<Person, 'email' | 'phone'>>,
  fresh: { readonly guid: string; readonly now: number },
): Promise<Person> {
  await sql.run(
    `INSERT INTO people (user_id, guid, email, phone, created_at) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (user_id) DO UPDATE SET email = coalesce(people.email, excluded.email),
       phone = coalesce(excluded.phone, people.phone)`,
    [wish.userId, fresh.guid, wish.email ?? null, wish.phone ?? null, fresh.now],
  );
  const person = await findPersonIn(sql, wish.userId);
  if (person === undefined) throw new Error('a person who was just inserted is not there');
  return person;
}

/** Find a person by the id of their user, or by GUID. */
export async function findPersonIn(sql: Sql, reference: string): Promise<Person | undefined> {
  const query = 'SELECT * FROM people WHERE user_id = $1 OR guid = $1';
  const [row] = await sql.all(query, [reference]);
  return row === undefined ? undefined : toPerson(row);
}

export async function findPersonByEmailIn(sql: Sql, email: string): Promise<Person | undefined> {
  const [row] = await sql.all('SELECT * FROM people WHERE email = $1', [email]);
  return row === undefined ? undefined : toPerson(row);
}

/** The first 10,000, oldest first. */
export async function listPeopleIn(sql: Sql): Promise<readonly Person[]> {
  const query = 'SELECT * FROM people ORDER BY created_at, user_id LIMIT 10000';
  return (await sql.all(query)).map(toPerson);
}

function toPerson(row: Row): Person {
  return {
    userId: String(row['user_id']),
    guid: String(row['guid']),
    email: text(row['email']),
    phone: text(row['phone']),
    createdAt: Number(row['created_at']),
  };
}

function text(value: Row[string] | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
