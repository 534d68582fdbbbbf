/** `createsuperuser` and `changepassword`: what they ask, create and refuse (the security requirement PW-5). */
import { afterAll, expect, it } from 'vitest'
import { authenticatePassword } from '../authentication/identify.ts'
import { database } from '../db/client.ts'
import { newPerson, PASSWORD, PASSWORD_HASH, unique, uniquePhone } from '../http/testing/accounts.ts'
import { hashingPool } from '../passwords/pool.ts'
import { newUser } from '../users/testing/new-user.ts'
import { manage } from './testing/manage.ts'

const NEW_PASSWORD = 'Another-Corr3ct-battery'
const source = { now: new Date(), requestId: 'test', clientIp: null, userAgent: '' }
const logIn = (email: string, password: string) => authenticatePassword(email, password, source)

afterAll(() => hashingPool().close())

/** @param answers lines of the standard input, which come all at once, as from a pipe */
const manageWith = (answers: string[], ...args: string[]) => manage(args, process.env, answers.map((answer) => `${answer}\n`).join(''))

it('createsuperuser --no-input makes an administrator who can log in', async () => {
  const { email, phone, password } = newPerson()
  const args = ['createsuperuser', '--no-input', '--email', email, '--phone', phone, '--name', 'Root']
  const create = () => manage(args, { ...process.env, SUPERUSER_PASSWORD: password })
  const first = await create()
  expect(first).toMatchObject({ code: 0, output: expect.stringContaining('Superuser created successfully.') })
  expect(await logIn(email, password)).toMatchObject({ user: { isStaff: true, isSuperuser: true, name: 'Root' } })
  const second = await create()
  expect(second).toEqual({ code: 1, output: 'Error: That email is already taken.\n' })
  expect(first.output + second.output).not.toContain(password)
})

it('createsuperuser --no-input says what is missing (2) or wrong (1)', async () => {
  const { email, name, phone, password } = newPerson()
  const named = ['--name', name, '--phone', phone]
  for (const [args, SUPERUSER_PASSWORD, message, code] of [
    [[], password, '--email', 2],
    [['--email', email, ...named], '', 'SUPERUSER_PASSWORD', 2],
    [['--email', email, ...named], '12345', 'This password is too short.', 1],
    [['--email', 'nope', ...named], password, 'Enter a valid email address.', 1],
  ] as const) {
    const result = await manage(['createsuperuser', '--no-input', ...args], { ...process.env, SUPERUSER_PASSWORD })
    expect(result).toMatchObject({ code, output: expect.stringContaining(message) })
  }
  expect(await database().user.count({ where: { email } })).toBe(0)
})

it('createsuperuser takes its answers from a pipe and asks again for bad ones', async () => {
  const { email, phone } = newPerson()
  const answers = ['nope', email.toUpperCase(), 'Root', phone, NEW_PASSWORD, 'different', NEW_PASSWORD, NEW_PASSWORD]
  const { code, output } = await manageWith(answers, 'createsuperuser')
  expect(code).toBe(0)
  expect(output).toContain('Enter a valid email address.')
  expect(output).toContain("Your passwords didn't match.")
  expect(output).not.toContain(NEW_PASSWORD)
  expect(await logIn(email, NEW_PASSWORD)).toMatchObject({ user: { isSuperuser: true } })
})

it('createsuperuser fails when the pipe ends before the answers', async () => {
  const result = await manageWith([`${unique()}@example.com`], 'createsuperuser')
  expect(result).toMatchObject({ code: 1, output: expect.stringContaining('With no terminal use --no-input.') })
})

it('a phone that another account has is refused at the prompt and asked for again', async () => {
  const { phone } = await newUser()
  const answers = [`${unique()}@example.com`, 'Root', phone, uniquePhone(), NEW_PASSWORD, NEW_PASSWORD]
  const { output } = await manageWith(answers, 'createsuperuser')
  expect(output).toContain('That phone is already taken.')
  expect(output).toContain('Superuser created successfully.')
})

it('PW-5: changepassword refuses a password that resembles any of the account’s own words', async () => {
  const { email } = await newUser({ name: 'Wolfeschlegelstein' })
  for (const word of ['wolfeschlegelstein1', email]) {
    const { code, output } = await manageWith(Array(6).fill(word), 'changepassword', email)
    expect(code).toBe(1)
    expect(output).toMatch(/too similar to the (name|email)/)
  }
})

it('changepassword gives up after three bad tries and changes nothing', async () => {
  const { email } = await newUser({ password: PASSWORD_HASH })
  const { code, output } = await manageWith(Array(6).fill('12345'), 'changepassword', email)
  expect({ code, output }).toMatchObject({ code: 1, output: expect.stringContaining('after 3 attempts') })
  expect(await logIn(email, PASSWORD)).toMatchObject({ user: { email } })
})

it('changepassword: an unknown email ends with 1', async () => {
  const result = await manageWith([], 'changepassword', `${unique()}@example.com`)
  expect(result).toMatchObject({ code: 1, output: expect.stringContaining('does not exist') })
})
