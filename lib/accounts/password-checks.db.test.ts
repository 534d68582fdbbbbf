/** Every endpoint that checks a password: one budget per account, and an audit event for each wrong one. */
import { createHash } from 'node:crypto'
import { expect, it } from 'vitest'
import { recentEvents } from '../audit/list-events.ts'
import { signIn } from '../authentication/testing/sign-in.ts'
import { database } from '../db/client.ts'
import type { Endpoint } from '../http/endpoint.ts'
import { PEER_ADDRESS_HEADER } from '../http/request-context.ts'
import { serve } from '../http/serve.ts'
import { contextAt } from '../http/testing/context.ts'
import { hashingPool } from '../passwords/pool.ts'
import { newUser } from '../users/testing/new-user.ts'
import { deleteAccountEndpoint } from './account-deletion/endpoints.ts'
import { emailChangeEndpoint } from './email-change/endpoints.ts'
import { loginEndpoint } from './login/endpoints.ts'
import { passwordChangeEndpoint } from './password-change/endpoints.ts'
import { reauthenticateEndpoint } from './reauthentication/endpoints.ts'
import { tokenObtainEndpoint } from './token-obtain/endpoints.ts'

const PASSWORD = 'Old-Passw0rd-quartz'
const HASH = `bcrypt_sha256$$2b$10$${'C'.repeat(21)}.${'C'.repeat(31)}`

// What is asked here is how many are checked; a hash each would only take its time.
const right = createHash('sha256').update(PASSWORD).digest('hex')
hashingPool().run = async ({ input }) => 'input' in input && input.input === right

/** Each with an IP address of its own, and so a pace of its own. */
let people = 0

async function person() {
  const address = `192.0.2.${++people}`
  const user = await newUser({ password: HASH })
  const { tokens } = await database().$transaction((tx) => signIn(tx, user, contextAt(new Date())))
  const send = (endpoint: Endpoint, body: object) => {
    const headers = {
      'Content-Type': 'application/json',
      Authorization: `Bearer ${tokens?.access}`,
      [PEER_ADDRESS_HEADER]: address,
    }
    const request = new Request(`http://localhost${endpoint.contract.path}`, {
      method: endpoint.contract.method,
      headers,
      body: JSON.stringify(body),
    })
    return serve(endpoint)[endpoint.contract.method](request)
  }
  return { user, send }
}

const passwords = { password: 'New-Passw0rd-quartz', confirm_password: 'New-Passw0rd-quartz' }
const WAYS: [endpoint: Endpoint, fields: (password: string) => object][] = [
  [passwordChangeEndpoint, (current_password) => ({ ...passwords, current_password })],
  [emailChangeEndpoint, (password) => ({ email: 'new@endpoints.example', password })],
  [deleteAccountEndpoint, (password) => ({ password })],
  [reauthenticateEndpoint, (password) => ({ password })],
]

it('wrong passwords at all endpoints share the limit of failed logins, each is audited, and over the limit the correct one waits too', async () => {
  const { user, send } = await person()
  const wrong = async (n: number) => {
    const [endpoint, fields] = WAYS[n % WAYS.length] as (typeof WAYS)[number]
    return (await send(endpoint, fields(`wrong ${n}`))).status
  }
  const statuses: number[] = []
  for (let n = 0; n < 14; n++) statuses.push(await wrong(n))
  expect(statuses).toEqual([...Array(10).fill(400), ...Array(4).fill(429)])
  expect((await send(loginEndpoint, { email: user.email, password: PASSWORD })).status).toBe(429)
  expect((await send(tokenObtainEndpoint, { email: user.email, password: PASSWORD })).status).toBe(429)
  const events = await recentEvents(user.id)
  const count = (name: string) => events.filter(({ event }) => event === name).length
  expect([count('reauthentication_failed'), count('request_throttled')]).toEqual([10, 1])
})

it('right ones use up nothing', async () => {
  const { user, send } = await person()
  for (let n = 0; n < 11; n++) expect((await send(reauthenticateEndpoint, { password: PASSWORD })).status).toBe(200)
  for (let n = 0; n < 11; n++) expect((await send(emailChangeEndpoint, { email: user.email, password: PASSWORD })).status).toBe(400)
  expect((await send(loginEndpoint, { email: user.email, password: PASSWORD })).status).toBe(200)
})

it('right logins of one account at once are all let in, also more than the limit; of fifty wrong ones ten are tried', async () => {
  const { user, send } = await person()
  const logins = async (n: number, password: string) => {
    const answers = await Promise.all(Array.from({ length: n }, () => send(tokenObtainEndpoint, { email: user.email, password })))
    return answers.map(({ status }) => status).sort()
  }
  expect(await logins(15, PASSWORD)).toEqual(Array(15).fill(200))
  expect(await logins(50, 'wrong')).toEqual([...Array(10).fill(401), ...Array(40).fill(429)])
})

it('successes have a pace: sixty in a minute from one address, of however many accounts', async () => {
  const { user, send } = await person()
  const statuses: number[] = []
  for (let n = 0; n < 61; n++) statuses.push((await send(reauthenticateEndpoint, { password: PASSWORD })).status)
  expect(statuses).toEqual([...Array(60).fill(200), 429])
  expect((await send(loginEndpoint, { email: user.email, password: PASSWORD })).status).toBe(429)
})
