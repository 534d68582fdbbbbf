/** Accounts for tests: each test makes its own, so that none depends on another or on what a run left behind. */
import { randomBytes, randomInt } from 'node:crypto'
import * as z from 'zod'
import type { Answer, Call } from './send.ts'

export interface Person {
  name: string
  email: string
  phone: string
  password: string
}

export interface Account extends Person {
  id: number
  access: string
  refresh: string
}

export const PASSWORD = 'Zwolf-Quacksilver_jigs-WHITY!'

/** Of PASSWORD, as cheap as a stored hash may be. */
export const PASSWORD_HASH = 'bcrypt_sha256$$2b$04$sf37IL4bcaNazml.63tDDOSQcWQafv7ETPWprZkntWp5714N4CKbK'

/** Something that no other test has, in lower case. */
export const unique = () => randomBytes(8).toString('hex')

/** Fourteen digits, the first not zero. */
export const uniquePhone = () => `${randomInt(10_000_000, 99_999_999)}${String(randomInt(1e6)).padStart(6, '0')}`

export const newPerson = (given: Partial<Person> = {}): Person => ({
  name: 'Ada Lovelace',
  email: `${unique()}@example.com`,
  phone: uniquePhone(),
  password: PASSWORD,
  ...given,
})

/** The fields of a sign-up. */
export const signupFields = (person: Person) => ({ ...person, confirm_password: person.password })

const loggedInSchema = z.object({
  user: z.object({ id: z.int() }),
  tokens: z.object({ refresh: z.string(), access: z.string() }),
})

/** @throws when the answer is not the one of a successful sign-up or login */
export function readLogin(answer: Answer): { id: number; access: string; refresh: string } {
  const { user, tokens } = loggedInSchema.parse(answer.body, { error: () => `answered ${answer.status} ${answer.text}` })
  return { id: user.id, ...tokens }
}

export async function signUp(call: Call, given: Partial<Person> = {}): Promise<Account> {
  const person = newPerson(given)
  const answer = await call('/api/accounts/signup/', { json: signupFields(person) })
  return { ...person, ...readLogin(answer) }
}

export const logIn = (call: Call, { email, password }: Pick<Person, 'email' | 'password'>) =>
  call('/api/accounts/login/', { json: { email, password } })

export const bearer = (token: string) => ({ authorization: `Bearer ${token}` })

/** What the protected endpoint says to a token. */
export const openProtected = (call: Call, token: string) => call('/api/protected-endpoint/', { headers: bearer(token) })

export const refreshWith = (call: Call, refresh: string) => call('/api/accounts/token/refresh/', { json: { refresh } })

const pairSchema = z.object({ refresh: z.string(), access: z.string() })

/** @throws when the answer holds no pair of tokens */
export const readPair = (answer: Answer) => pairSchema.parse(answer.body, { error: () => `answered ${answer.status} ${answer.text}` })
