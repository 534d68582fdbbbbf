/** `manage rotatekeys` as a process: the lock between processes, and its exit codes (the security requirements JW-5, REL-7). */
import { readdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { type Env, newSecret } from '../../lib/http/testing/test-server.ts'
import { expect, test } from '../fixtures.ts'
import { keysFilePath, keysIn } from '../keys-file.ts'
import { manage } from '../manage.ts'
import { bareEnvironment } from '../server.ts'

const settings = (more: Env = {}): Env => ({
  ...bareEnvironment(),
  SECRET_KEY: newSecret(),
  APP_URL: 'https://accounts.example.com',
  DATABASE_URL: 'file:/nonexistent/never-opened.sqlite3',
  SMTP_URL: 'smtp://mail.example.com',
  TRUSTED_PROXY_HOPS: '1',
  ...more,
})

test('of five at once one makes a key, and no key is lost', async () => {
  const file = keysFilePath()
  const env = settings({ SIGNING_KEYS_FILE: file })
  const runs = await Promise.all(Array.from({ length: 5 }, () => manage(['rotatekeys'], env)))
  expect(runs.map(({ code }) => code).sort()).toEqual([0, 1, 1, 1, 1])
  for (const { output } of runs.filter(({ code }) => code === 1)) expect(output).toMatch(/already waiting|another rotatekeys is at work/)
  expect(keysIn(file)).toHaveLength(1)
  expect(readdirSync(dirname(file))).toEqual(['keys.json'])
})

test('an unknown option ends with 2; --help shows an example', async () => {
  const env = settings({ SIGNING_KEYS_FILE: keysFilePath() })
  expect((await manage(['rotatekeys', '--nothing'], env)).code).toBe(2)
  const help = await manage(['rotatekeys', '--help'], env)
  expect([help.code, help.output.includes('Example:')]).toEqual([0, true])
})
