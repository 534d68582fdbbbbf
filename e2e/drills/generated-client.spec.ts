/** The API's description serves its purpose: a public generator makes a typed client of it, and the client works. */
import { execFile } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { newPerson, signupFields } from '../../lib/http/testing/accounts.ts'
import { expect, test } from '../fixtures.ts'
import { projectDirectory } from '../places.ts'

const run = promisify(execFile)
const bin = (...path: string[]) => join(projectDirectory, 'node_modules', ...path)

/** What a customer would write; the compiler holds it against the generated types. */
const PROGRAM = `
import * as api from './client.ts'

export async function useApi(person: { name: string; email: string; phone: string; password: string; confirm_password: string }) {
  const signedUp = await api.signUp(person)
  if (signedUp.status !== 201) throw new Error(String(signedUp.status))
  const { email, password } = person
  const loggedIn = await api.logIn({ email, password })
  if (loggedIn.status !== 200) throw new Error(String(loggedIn.status))
  const refreshed = await api.refreshTokens({ refresh: loggedIn.data.tokens.refresh })
  if (refreshed.status !== 200) throw new Error(String(refreshed.status))
  const account = await api.getAccount({ headers: { authorization: 'Bearer ' + refreshed.data.access } })
  if (account.status !== 200) throw new Error(String(account.status))
  const refused = await api.logIn({ email, password: 'wrong' })
  const id: number = signedUp.data.user.id
  return { id, email: account.data.email, joined: account.data.date_joined, refused: refused.status }
}
`

test('a generated client type-checks, signs up, logs in, refreshes and reads the account', async ({ call, database }) => {
  const directory = join(projectDirectory, 'test-results', `generated-client-${database}`)
  rmSync(directory, { recursive: true, force: true })
  mkdirSync(directory, { recursive: true })
  const document = (await call('/api/schema/')).text
  const [schema, client, program] = ['schema.json', 'client.ts', 'program.ts'].map((name) => join(directory, name)) as [
    string,
    string,
    string,
  ]
  writeFileSync(schema, document)
  writeFileSync(program, PROGRAM)
  await run(process.execPath, [bin('oazapfts', 'dist', 'cli.js'), schema, client])
  const options = [
    '--noEmit',
    '--strict',
    '--ignoreConfig',
    '--skipLibCheck',
    '--module',
    'nodenext',
    '--allowImportingTsExtensions',
    '--target',
    'es2023',
    '--types',
    'node',
  ]
  await run(process.execPath, [bin('typescript', 'bin', 'tsc'), ...options, program], { cwd: directory }).catch(
    (error: { stdout: string }) => {
      throw new Error(error.stdout)
    },
  )
  const { useApi } = (await import(program)) as { useApi: (person: object) => Promise<Record<string, unknown>> }
  const person = newPerson()
  expect(await useApi(signupFields(person))).toEqual({
    id: expect.any(Number),
    email: person.email,
    joined: expect.stringMatching(/Z$/),
    refused: 400,
  })
})
