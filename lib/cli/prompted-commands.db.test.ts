/** `createsuperuser` and `changepassword`: what they ask, create and refuse (the security requirement PW-5). */
import { PassThrough } from 'node:stream'
import { afterAll, afterEach, beforeEach, expect, it, vi } from 'vitest'
import { authenticatePassword } from '../authentication/identify.ts'
import { database } from '../db/client.ts'
import { newPerson, PASSWORD, PASSWORD_HASH, unique, uniquePhone } from '../http/testing/accounts.ts'
import { hashingPool } from '../passwords/pool.ts'
import { newUser } from '../users/testing/new-user.ts'
import { changePassword } from './changepassword.ts'
import { createSuperuser } from './createsuperuser.ts'

const NEW_PASSWORD = 'Another-Corr3ct-battery'
const source = { now: new Date(), requestId: 'test', clientIp: null, userAgent: '' }
const logIn = (email: string, password: string) => authenticatePassword(email, password, source)

let output = ''
beforeEach(() => {
  output = ''
  for (const stream of [process.stdout, process.stderr]) {
    vi.spyOn(stream, 'write').mockImplementation((text) => {
      output += String(text)
      return true
    })
  }
})
afterEach(() => {
  vi.restoreAllMocks()
})
afterAll(() => hashingPool().close())

/** Makes these lines the standard input, all at once, as a pipe does. */
function pipe(...answers: string[]): void {
  const input = new PassThrough()
  input.end(answers.map((answer) => `${answer}\n`).join(''))
  vi.spyOn(process, 'stdin', 'get').mockReturnValue(input as unknown as typeof process.stdin)
}

it('createsuperuser --no-input makes an administrator who can log in', async () => {
  const { email, phone, password } = newPerson()
  const create = () => createSuperuser({ email, phone, name: 'Root', input: false }, password)
  await create()
  expect(output).toContain('Superuser created successfully.')
  expect(await logIn(email, password)).toMatchObject({ user: { isStaff: true, isSuperuser: true, name: 'Root' } })
  await expect(create()).rejects.toMatchObject({ message: 'That email is already taken.', exitCode: 1 })
  expect(output).not.toContain(password)
})

it('createsuperuser --no-input says what is missing (2) or wrong (1)', async () => {
  const { email, name, phone, password } = newPerson()
  const whole = { email, name, phone, input: false }
  for (const [options, given, message, exitCode] of [
    [{ input: false }, password, '--email', 2],
    [whole, '', 'SUPERUSER_PASSWORD', 2],
    [whole, '12345', 'This password is too short.', 1],
    [{ ...whole, email: 'nope' }, password, 'Enter a valid email address.', 1],
  ] as const) {
    await expect(createSuperuser(options, given)).rejects.toMatchObject({ message: expect.stringContaining(message), exitCode })
  }
  expect(await database().user.count({ where: { email } })).toBe(0)
})

it('createsuperuser takes its answers from a pipe and asks again for bad ones', async () => {
  const { email, phone } = newPerson()
  pipe('nope', email.toUpperCase(), 'Root', phone, NEW_PASSWORD, 'different', NEW_PASSWORD, NEW_PASSWORD)
  await createSuperuser({ input: true }, undefined)
  expect(output).toContain('Enter a valid email address.')
  expect(output).toContain("Your passwords didn't match.")
  expect(output).not.toContain(NEW_PASSWORD)
  expect(await logIn(email, NEW_PASSWORD)).toMatchObject({ user: { isSuperuser: true } })
})

it('createsuperuser fails when the pipe ends before the answers', async () => {
  pipe(`${unique()}@example.com`)
  await expect(createSuperuser({ input: true }, undefined)).rejects.toMatchObject({ name: 'InputEnded', instead: '--no-input' })
})

it('a phone that another account has is refused at the prompt and asked for again', async () => {
  const { phone } = await newUser()
  pipe(`${unique()}@example.com`, 'Root', phone, uniquePhone(), NEW_PASSWORD, NEW_PASSWORD)
  await createSuperuser({ input: true }, undefined)
  expect(output).toContain('That phone is already taken.')
  expect(output).toContain('Superuser created successfully.')
})

it('PW-5: changepassword refuses a password that resembles any of the account’s own words', async () => {
  const { email } = await newUser({ name: 'Wolfeschlegelstein' })
  for (const word of ['wolfeschlegelstein1', email]) {
    pipe(...Array(6).fill(word))
    await expect(changePassword(email, { input: true }, undefined)).rejects.toMatchObject({ exitCode: 1 })
    expect(output).toMatch(/too similar to the (name|email)/)
    output = ''
  }
})

it('changepassword gives up after three bad tries and changes nothing', async () => {
  const { email } = await newUser({ password: PASSWORD_HASH })
  pipe(...Array(6).fill('12345'))
  await expect(changePassword(email, { input: true }, undefined)).rejects.toThrow(/after 3 attempts/)
  expect(await logIn(email, PASSWORD)).toMatchObject({ user: { email } })
})

it('changepassword: an unknown email ends with 1', async () => {
  await expect(changePassword(`${unique()}@example.com`, { input: true }, undefined)).rejects.toMatchObject({
    message: expect.stringContaining('does not exist'),
    exitCode: 1,
  })
})
