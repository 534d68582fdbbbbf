/** Databases of many accounts for the benchmark of the admin area's lists: the same people in the same shares, however many. */
import type { Sql, TestDatabase } from '../../lib/db/testing/databases.ts'

/** Each is the name of one in ten. */
const FIRST = ['Ada', 'Berta', 'Chidi', 'Dagny', 'Elif', 'Fumiko', 'Goran', 'Hana', 'Ines', 'Jarek']
const SYLLABLES = ['ba', 'cor', 'del', 'fen', 'gul', 'hart', 'kis', 'lov', 'mar', 'nov', 'ost', 'pel', 'quin', 'rav', 'sten']
const LAST = SYLLABLES.flatMap((a) => SYLLABLES.flatMap((b) => SYLLABLES.map((c) => a.charAt(0).toUpperCase() + a.slice(1) + b + c)))

const values = (words: string[]) => words.map((word, index) => `(${index}, '${word}')`).join(', ')

/** A number below `most` that has nothing to do with `n`'s order. */
const mixed = (factor: number, most: number) => `((n * ${factor}) % 1000003 % ${most})`

/** Days ago, as the database keeps a time. */
const daysAgo = (kind: TestDatabase['kind'], days: string) =>
  kind === 'sqlite'
    ? `strftime('%Y-%m-%d %H:%M:%f000', 'now', '-' || (${days}) || ' days')`
    : `date_trunc('milliseconds', now() - (${days}) * interval '1 day')`

/** One in a thousand is staff, three in a hundred are closed, one in five has not verified the address, a third never came back. */
const insertPeople = (kind: TestDatabase['kind'], people: number) => `
  WITH ${kind === 'sqlite' ? `RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ${people}),` : `numbers(n) AS (SELECT generate_series(1::bigint, ${people})),`}
    firsts(i, first) AS (VALUES ${values(FIRST)}),
    lasts(i, last) AS (VALUES ${values(LAST)})
  INSERT INTO accounts_user (password, username, email, name, phone, first_name, last_name, is_staff, is_superuser, is_active,
    date_joined, last_login, email_verified_at)
  SELECT '!', 'person-' || n, lower(last) || '.' || lower(first) || n || '@example.com', first || ' ' || last, '+44 7' || (100000000 + n), '', '',
    n % 1000 = 7, n % 100000 = 7, ${mixed(104_729, 100)} > 2,
    ${daysAgo(kind, `${mixed(15_485, 1000)} + ${mixed(32_452, 1440)} / 1440.0`)},
    CASE WHEN ${mixed(49_979, 3)} > 0 THEN ${daysAgo(kind, `${mixed(67_867, 700)} + ${mixed(86_028, 1440)} / 1440.0`)} END,
    CASE WHEN ${mixed(12_979, 5)} > 0 THEN ${daysAgo(kind, '1')} END
  FROM numbers
  JOIN firsts ON firsts.i = ${mixed(611_953, FIRST.length)}
  JOIN lasts ON lasts.i = ${mixed(224_737, LAST.length)}
  ORDER BY n`

/** A large group of a third of all, one of a hundredth, and one of a few. */
const GROUPS: [name: string, share: number][] = [
  ['Customers', 3],
  ['Testers', 100],
  ['Support', 5000],
]

/** Fills a migrated, empty database. */
export async function addPeople({ kind, sql }: Pick<TestDatabase, 'kind' | 'sql'>, people: number): Promise<void> {
  const indexes = kind === 'postgresql' ? await takeIndexes(sql) : []
  await sql(insertPeople(kind, people))
  for (const index of indexes) await sql(index)
  for (const [name, share] of GROUPS) {
    await sql('INSERT INTO auth_group (name) VALUES (?)', [name])
    await sql(
      `INSERT INTO accounts_user_groups (user_id, group_id)
       SELECT id, (SELECT id FROM auth_group WHERE name = ?) FROM accounts_user WHERE (id * 7919) % ${share} = 0`,
      [name],
    )
  }
  await sql(kind === 'sqlite' ? 'ANALYZE' : 'VACUUM (ANALYZE)')
}

/** Drops the indexes of the accounts that no key needs, which are faster made than kept. @returns what makes them again */
async function takeIndexes(sql: Sql): Promise<string[]> {
  const rows = await sql(`SELECT indexname, indexdef FROM pg_indexes
    WHERE tablename = 'accounts_user' AND schemaname = current_schema() AND indexdef NOT LIKE 'CREATE UNIQUE%'`)
  for (const { indexname } of rows) await sql(`DROP INDEX "${indexname}"`)
  return rows.map(({ indexdef }) => String(indexdef))
}
