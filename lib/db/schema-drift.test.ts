import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Client, createClient } from '@libsql/client'
import { expect, it } from 'vitest'
import { derivePostgresqlSchema } from '../../prisma/derive-postgresql.mjs'
import { schemaDiff } from '../../prisma/schema-diff.mjs'

const prisma = join(import.meta.dirname, '..', '..', 'prisma')
const read = (...path: string[]) => readFileSync(join(prisma, ...path), 'utf8')
const source = read('schema.prisma')
const migrations = readdirSync(join(prisma, 'migrations', 'sqlite')).filter((name) => /^\d{14}_/.test(name))

/** Each table's columns: name, whether it must be filled, default, place in the primary key. */
async function columns(client: Client): Promise<Record<string, unknown>> {
  const { rows: tables } = await client.execute(
    // The search index's tables are SQLite's own business.
    "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE 'accounts_user_search%' ORDER BY name",
  )
  const found: Record<string, unknown> = {}
  for (const { name } of tables) {
    const { rows } = await client.execute(`PRAGMA table_info("${String(name)}")`)
    found[String(name)] = rows.map((row) => `${row.name} ${row.type} ${row.notnull} ${row.dflt_value} ${row.pk}`).sort()
  }
  return found
}

it('the last migration left the schema as it is now, on both databases', async () => {
  const snapshot = read('migrations', 'snapshot.prisma')
  expect(await schemaDiff('sqlite', snapshot, source)).toBe('')
  expect(await schemaDiff('postgresql', derivePostgresqlSchema(snapshot), derivePostgresqlSchema(source))).toBe('')
})

it('a change of the schema without a migration is seen', async () => {
  const changed = source.replace('  phone       String', '  nickname    String?\n  phone       String')
  expect(await schemaDiff('sqlite', source, changed)).toContain('ADD COLUMN')
})

it('both databases have the same migrations', () => {
  expect(readdirSync(join(prisma, 'migrations', 'postgresql')).filter((name) => /^\d{14}_/.test(name))).toEqual(migrations)
})

it('the migrations make the very columns of the schema', async () => {
  const [migrated, made] = [createClient({ url: ':memory:' }), createClient({ url: ':memory:' })]
  for (const name of migrations) await migrated.executeMultiple(read('migrations', 'sqlite', name, 'migration.sql'))
  await made.executeMultiple(await schemaDiff('sqlite', null, source))
  expect(await columns(migrated)).toEqual(await columns(made))
})
