/** For tests: gives each test file a database of its own, migrated, and removes it afterwards. */
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { afterAll, beforeAll } from 'vitest'

const name = `latchkey_test_${randomBytes(6).toString('hex')}`
const directory = mkdtempSync(join(tmpdir(), 'latchkey-'))
const admin = process.env.TEST_DATABASE_URL ?? ''

function urlOf(database: string): string {
  const url = new URL(admin)
  url.pathname = `/${database}`
  return url.href
}

async function onServer(sql: string): Promise<void> {
  const client = new Client({ connectionString: admin })
  await client.connect()
  await client.query(sql)
  await client.end()
}

// Before any test's imports: settings are read once.
process.env.DATABASE_URL = process.env.TEST_PROVIDER === 'postgresql' ? urlOf(name) : `file:${join(directory, 'test.sqlite3')}`

beforeAll(async () => {
  if (process.env.TEST_PROVIDER === 'postgresql') await onServer(`CREATE DATABASE ${name}`)
  const { migrate } = await import('../migrate.ts')
  await migrate()
})

afterAll(async () => {
  const { disconnectDatabase } = await import('../client.ts')
  await disconnectDatabase()
  if (process.env.TEST_PROVIDER === 'postgresql') await onServer(`DROP DATABASE ${name} WITH (FORCE)`)
  rmSync(directory, { recursive: true, force: true })
})
