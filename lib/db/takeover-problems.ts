/**
 * Looks at a database before it is changed: whether its tables are the original's, and whether anything in them would stop a
 * migration or the use of the accounts afterwards. Read by `manage check`, `manage migrate` and the start of the server.
 */

import { escapeLiteral } from 'pg'
import { settings } from '../settings.ts'
import type { SettingsProblem } from '../settings-problems.ts'
import { databaseTarget } from '../settings-values.ts'
import { emailCollisions } from './email-collisions.ts'
import { originalTables, readCatalogue } from './expected-schema.ts'
import { type Connection, readOnly } from './migration-connection.ts'
import { ORIGINAL_TABLES, readMigrations } from './migration-files.ts'

export interface TakeoverCheck {
  problems: SettingsProblem[]
  /** Whether our migrations have been applied before: problems then stop no start. */
  takenOver: boolean
}

interface Column {
  table: string
  name: string
  type: string
  /** Whether an INSERT that does not name it fails. */
  required: boolean
}

const problem = (id: string, level: SettingsProblem['level'], table: string, message: string, hint: string): SettingsProblem => ({
  id: `database.${id}`,
  level,
  setting: table,
  message,
  hint,
})

/**
 * @param everything also looks for collisions of email addresses that the database's own index no longer allows
 */
export async function takeoverProblems(everything: boolean, target = databaseTarget(settings().DATABASE_URL)): Promise<TakeoverCheck> {
  const found = await readOnly(target, async (rows): Promise<TakeoverCheck> => {
    const migrations = readMigrations(target.provider)
    const catalogue = await readCatalogue(rows, target.provider, migrations)
    const originals = originalTables(migrations)
    const columns = await readColumns(rows, target.provider)
    const unreadable = target.provider === 'postgresql' ? await unreadableTables(rows) : new Set<string>()
    const takenOver =
      catalogue.has('table _prisma_migrations') &&
      !unreadable.has('_prisma_migrations') &&
      (await rows(`SELECT 1 FROM "_prisma_migrations" WHERE "migration_name" = '${ORIGINAL_TABLES}' AND "finished_at" IS NOT NULL`))
        .length > 0
    const problems = [
      ...otherUserTable(catalogue, columns, takenOver),
      ...(target.provider === 'postgresql' ? await missingPrivileges(rows, [...originals.keys()], target.schema) : []),
      ...[...originals].flatMap(([table, expected]) => tableProblems(table, expected, columns, target.provider)),
    ]
    const canCompare = columns.some(({ table, name }) => table === 'accounts_user' && name === 'email') && !unreadable.has('accounts_user')
    if (canCompare && (everything || !catalogue.has('index accounts_user_email_lower_key'))) {
      problems.push(...(await emailCollisions(rows, target.provider, takenOver && !everything)))
    }
    return { problems, takenOver }
  })
  return found ?? { problems: [], takenOver: false }
}

const COLUMNS = {
  sqlite: `
    SELECT t.name AS "table", c.name, lower(c.type) AS type, c."notnull" = 1 AND c.dflt_value IS NULL AND c.pk = 0 AS required
    FROM sqlite_master t, pragma_table_info(t.name) c WHERE t.type = 'table'`,
  postgresql: `
    SELECT relname::text AS "table", attname::text AS name, format_type(atttypid, NULL) AS type,
      attnotnull AND NOT atthasdef AND attidentity = '' AND attgenerated = '' AS required
    FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
    WHERE relkind IN ('r', 'p') AND attnum > 0 AND NOT attisdropped AND pg_table_is_visible(pg_class.oid) AND relname NOT LIKE 'pg\\_%'`,
}

async function readColumns(rows: Connection['rows'], provider: 'sqlite' | 'postgresql'): Promise<Column[]> {
  return (await rows(COLUMNS[provider])).map(({ table, name, type, required }) => ({
    table: String(table),
    name: String(name),
    type: String(type),
    required: required === true || Number(required) === 1,
  }))
}

/** Columns that every user model of Django's has. */
const USER_COLUMNS = ['password', 'last_login', 'is_superuser']

/** A Django project whose user table has another name: ours would be made beside it, empty. */
function otherUserTable(catalogue: ReadonlySet<string>, columns: Column[], takenOver: boolean): SettingsProblem[] {
  if (!catalogue.has('table django_migrations') || catalogue.has('table accounts_user') || takenOver) return []
  const names = new Set(columns.map(({ table }) => table))
  const users = [...names].filter((table) => USER_COLUMNS.every((name) => columns.some((c) => c.table === table && c.name === name)))
  const message =
    users.length > 0
      ? `This is the database of a Django project whose accounts are in ${users.join(', ')}, not in accounts_user.`
      : 'This is the database of a Django project that has no table accounts_user.'
  return [
    problem(
      'E001',
      'error',
      'accounts_user',
      message,
      'To take over its accounts, set db_table = "accounts_user" in the Meta of the user model, and run makemigrations and migrate in Django. For new accounts use another database, or on PostgreSQL ?schema=latchkey.',
    ),
  ]
}

function tableProblems(table: string, expected: string[], columns: Column[], provider: 'sqlite' | 'postgresql'): SettingsProblem[] {
  const actual = columns.filter((column) => column.table === table)
  if (actual.length === 0) return []
  const problems: SettingsProblem[] = []
  const missing = expected.filter((name) => !actual.some((column) => column.name === name))
  if (missing.length > 0) {
    problems.push(
      problem(
        'E002',
        'error',
        table,
        `Missing columns: ${missing.join(', ')}.`,
        'Add them to the Django model as docs/migrating-from-django.md lists them, with values, and run its migrations.',
      ),
    )
  }
  const id = actual.find(({ name }) => name === 'id')
  if (id && !/int/.test(id.type)) {
    problems.push(problem('E003', 'error', table, `The primary key is of type ${id.type}.`, 'Only integer keys can be taken over.'))
  }
  for (const { name, type } of actual.filter((column) => column.required && !expected.includes(column.name))) {
    problems.push(
      problem(
        'E004',
        'error',
        table,
        `The column ${name} (${type}) must be filled and has no default, so no row can be added.`,
        provider === 'postgresql'
          ? `Give it one: ALTER TABLE ${table} ALTER COLUMN ${name} SET DEFAULT …; or make it null=True in the Django model.`
          : 'Make it null=True in the Django model, or give it db_default (Django 5.0), and run its migrations.',
      ),
    )
  }
  return problems
}

/** What the role may see and not read. */
async function unreadableTables(rows: Connection['rows']): Promise<Set<string>> {
  const found = await rows(`
    SELECT relname::text AS name FROM pg_class
    WHERE relkind IN ('r', 'p') AND pg_table_is_visible(oid) AND NOT has_table_privilege(oid, 'SELECT')`)
  return new Set(found.map(({ name }) => String(name)))
}

/** @param schema of ?schema=; without it the search path decides where tables are made */
async function missingPrivileges(rows: Connection['rows'], tables: string[], schema: string | undefined): Promise<SettingsProblem[]> {
  const names = tables.map((table) => `'${table}'`).join(', ')
  const foreign = await rows(`
    SELECT relname::text AS name, quote_ident(pg_get_userbyid(relowner)) AS owner, quote_ident(current_user) AS role FROM pg_class
    WHERE relkind IN ('r', 'p') AND relname IN (${names}) AND pg_table_is_visible(oid) AND NOT pg_has_role(relowner, 'USAGE')`)
  const problems: SettingsProblem[] = []
  if (foreign.length > 0) {
    const { owner, role } = foreign[0] ?? {}
    problems.push(
      problem(
        'E005',
        'error',
        String(foreign[0]?.name),
        `The role ${role} does not own ${foreign.map(({ name }) => name).join(', ')}, and cannot add columns and indexes.`,
        `Connect as ${owner}, or make one a member of the other: GRANT ${owner} TO ${role};`,
      ),
    )
  }
  const given = schema === undefined ? 'NULL' : escapeLiteral(schema)
  const [place] = await rows(`
    SELECT quote_ident(current_user) AS role, quote_ident(current_database()) AS database, quote_ident(name) AS name, oid IS NOT NULL AS found,
      CASE WHEN oid IS NULL THEN name IS NOT NULL AND has_database_privilege(current_database(), 'CREATE')
        ELSE has_schema_privilege(oid, 'CREATE') AND has_schema_privilege(oid, 'USAGE') END AS allowed
    FROM (SELECT COALESCE(${given}, current_schema()::text, 'public') AS name) AS wanted LEFT JOIN pg_namespace ON nspname = name`)
  if (place && place.allowed !== true) {
    const { role, database, name, found } = place
    const hint = found === true ? `GRANT USAGE, CREATE ON SCHEMA ${name} TO ${role};` : `GRANT CREATE ON DATABASE ${database} TO ${role};`
    const message = `The role ${role} may not make ${found === true ? 'tables in this schema' : 'this schema'}.`
    problems.push(problem('E006', 'error', String(name), message, hint))
  }
  return problems
}
