#!/usr/bin/env node
/**
 * Writes the next migration for both databases: `npm run migration -- NAME`.
 * The SQL is the difference between snapshot.prisma, the schema as of the last migration, and schema.prisma. Read it, and
 * add by hand what a schema cannot say (data, expression indexes), before committing it.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { derivePostgresqlSchema, toBigint } from './derive-postgresql.mjs'
import { schemaDiff } from './schema-diff.mjs'

const name = process.argv[2]
if (!/^[a-z0-9_]+$/.test(name ?? '')) {
  console.error('usage: npm run migration -- name_in_snake_case')
  process.exit(2)
}

const migrations = join(dirname(fileURLToPath(import.meta.url)), 'migrations')
const snapshot = join(migrations, 'snapshot.prisma')
const before = readFileSync(snapshot, 'utf8')
const after = readFileSync(join(migrations, '..', 'schema.prisma'), 'utf8')
const sql = {
  sqlite: await schemaDiff('sqlite', before, after),
  postgresql: toBigint(await schemaDiff('postgresql', derivePostgresqlSchema(before), derivePostgresqlSchema(after)), after),
}
if (sql.sqlite === '' && sql.postgresql === '') {
  console.error('The schema is as the last migration left it; there is nothing to migrate.')
  process.exit(1)
}

const stamp = new Date().toISOString().replace(/\D/g, '').slice(0, 14)
for (const [provider, statements] of Object.entries(sql)) {
  const directory = join(migrations, provider, `${stamp}_${name}`)
  mkdirSync(directory, { recursive: true })
  writeFileSync(join(directory, 'migration.sql'), statements)
  console.log(`prisma/migrations/${provider}/${stamp}_${name}/migration.sql`)
}
writeFileSync(snapshot, after)
// The engine keeps the event loop busy; the work is done.
process.exit(0)
