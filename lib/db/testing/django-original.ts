/** Accounts and databases as the original wrote them (django-accounts.json, django.sqlite3). */
import { copyFile, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as z from 'zod'
import type { SqlValue, TestDatabase } from './databases.ts'

const data = (file: string) => join(import.meta.dirname, file)

const flag = z.union([z.literal(0), z.literal(1)])
const accountSchema = z.strictObject({
  password: z.string(),
  last_login: z.string().nullable(),
  is_superuser: flag,
  username: z.string(),
  first_name: z.string(),
  last_name: z.string(),
  is_staff: flag,
  is_active: flag,
  date_joined: z.string(),
  name: z.string(),
  email: z.string(),
  phone: z.string(),
  clear_password: z.string().nullable(),
})

export type DjangoAccount = z.infer<typeof accountSchema>

/** One account per password hasher, an inactive one and one with an unusable password. */
export const readDjangoAccounts = async (): Promise<DjangoAccount[]> =>
  z.array(accountSchema).parse(JSON.parse(await readFile(data('django-accounts.json'), 'utf8')))

/** Django's INSERT: in SQLite a date is text in UTC, in PostgreSQL it carries its offset. */
export async function insertAsDjango(database: TestDatabase, account: DjangoAccount, replaced: Partial<DjangoAccount> = {}): Promise<void> {
  const { clear_password: _, ...row } = { ...account, ...replaced }
  const names = Object.keys(row)
  const values = Object.entries(row).map(([name, value]) => asDjangoWrites(database, name, value))
  await database.sql(
    `INSERT INTO "accounts_user" (${names.map((name) => `"${name}"`).join(', ')}) VALUES (${names.map(() => '?').join(', ')})`,
    values,
  )
}

function asDjangoWrites({ kind }: TestDatabase, name: string, value: SqlValue): SqlValue {
  if (kind === 'sqlite' || value === null) return value
  if (name.startsWith('is_')) return value === 1
  return name === 'date_joined' || name === 'last_login' ? `${value}+00:00` : value
}

/** Turns an empty database into the original's: its tables, with its accounts in them. */
export async function importOriginal(database: TestDatabase): Promise<void> {
  if (database.kind === 'sqlite') {
    await copyFile(data('django.sqlite3'), fileURLToPath(database.url))
    return
  }
  await database.sql(await readFile(data('django-schema.postgresql.sql'), 'utf8'))
  for (const account of await readDjangoAccounts()) await insertAsDjango(database, account)
}
