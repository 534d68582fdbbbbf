/** A server under test: one started in this process (start-app.ts) or a process of its own (e2e/server.ts). */
import { randomBytes } from 'node:crypto'
import type { Sql, TestDatabase } from '../../db/testing/databases.ts'

export type Env = Record<string, string>

export interface TestServer {
  /** Without a slash at the end. */
  url: string
  port: number
  /** Its settings. */
  env: Env
  /** Its SECRET_KEY. */
  secret: string
  databaseUrl: string
  database: TestDatabase
  sql: Sql
  /** Everything it has printed so far. */
  output: () => string
}

/** The cheapest hashes that settings accept, no rate limit and no delay of failed logins; everything else is as in a deployment. */
export const TEST_SETTINGS: Env = { PASSWORD_BCRYPT_COST: '10', THROTTLE_RATES: '*=100000/m', LOGIN_FAILURE_TIME: '0' }

/** A SECRET_KEY that no one has seen before. */
export const newSecret = () => randomBytes(32).toString('base64url')
