/** Reads DATABASE_URL: which database, and where. */
import { resolve } from 'node:path'

export type DatabaseTarget =
  | { provider: 'sqlite' /** absolute path of the file */; file: string }
  | { provider: 'postgresql'; connectionString: string; schema: string | undefined }

/** Parameters that Prisma's own URLs carry and PostgreSQL's driver does not know. */
const PRISMA_PARAMETERS = ['schema', 'connection_limit', 'pool_timeout', 'pgbouncer', 'socket_timeout', 'connect_timeout']

/** @param url a value that settings.ts has accepted; a relative file is relative to the working directory */
export function databaseTarget(url: string): DatabaseTarget {
  if (url.startsWith('file:')) return { provider: 'sqlite', file: resolve(filePath(url)) }
  const parsed = new URL(url)
  const schema = parsed.searchParams.get('schema') ?? undefined
  for (const parameter of PRISMA_PARAMETERS) parsed.searchParams.delete(parameter)
  return { provider: 'postgresql', connectionString: parsed.href, schema }
}

function filePath(url: string): string {
  const path = url.slice('file:'.length).split('?')[0] as string
  return decodeURIComponent(path.startsWith('//') ? path.replace(/^\/\/(localhost)?/, '') : path)
}
