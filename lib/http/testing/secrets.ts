/**
 * Watches that no secret of any test turns up where it does not belong (ASVS 16.2.5): in what a server prints, in its audit
 * log or its outbox, or in the answer to the request that brought it.
 */
import type { Answer, SendOptions } from './send.ts'
import type { TestServer } from './test-server.ts'

/** Fields of requests whose values are secret. */
const SECRET_FIELDS = ['password', 'confirm_password', 'current_password', 'token', 'refresh']
/** Below this many characters a text turns up by chance. */
const SHORTEST = 12
/** What looks like a token of ours, of any account. */
const TOKEN = /\beyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]{10,}/

/** Every secret that this process has sent or been given so far. */
const planted = new Set<string>()

/** Tests use addresses and repeated letters as passwords, too; those stand in many places. */
const isTelling = (value: unknown): value is string =>
  typeof value === 'string' && value.length >= SHORTEST && !/[@\s]/.test(value) && new Set(value).size > 4

const plant = (values: unknown[]) => {
  for (const value of values) if (isTelling(value)) planted.add(value)
}

function secretsOf({ json, form, multipart, headers }: SendOptions): string[] {
  const fields = [json, form, multipart].flatMap((body) =>
    typeof body === 'object' && body !== null ? (Array.isArray(body) ? body : Object.entries(body)) : [],
  )
  const values = fields.flatMap((pair: unknown) => (Array.isArray(pair) && SECRET_FIELDS.includes(pair[0]) ? [pair[1]] : []))
  const bearer = /^bearer (\S+)$/i.exec(headers?.authorization ?? '')?.[1]
  return [...values, bearer].filter(isTelling)
}

/** The tokens that an answer hands out, in its body and its cookies. */
function tokensIn({ text, cookies }: Answer): string[] {
  return [text, ...cookies].flatMap((part) => [...part.matchAll(new RegExp(TOKEN, 'g'))].map(([token]) => token))
}

/** Remembers what a request and its answer hold. @throws when the answer repeats a secret of its own request */
export function watchAnswer(path: string, options: SendOptions, answer: Answer): void {
  const secrets = secretsOf(options)
  plant([...secrets, ...tokensIn(answer)])
  const { 'set-cookie': _all, ...headers } = answer.headers
  // A mailed link's token waits in its cookie until it is used, so that a refused form comes back for the same link.
  const cookies = answer.cookies.filter((cookie) => !/^(__Host-)?latchkey_link=/.test(cookie))
  const told = answer.text + JSON.stringify([headers, cookies])
  const repeated = secrets.find((secret) => told.includes(JSON.stringify(secret).slice(1, -1)))
  if (repeated !== undefined)
    throw new Error(`the answer to ${path} repeats a secret of its request: ${answer.status} ${told.slice(0, 2000)}`)
}

/** Remembers the tokens of a mail. */
export const watchMail = (text: string) => plant([...text.matchAll(/token=([\w-]+)/g)].map(([, token]) => token))

/** @throws when a server printed a secret or wrote it into a table that people read */
export async function expectNoSecrets(server: TestServer): Promise<void> {
  const tables = ['accounts_auditevent', 'accounts_outboxmail'].map(async (table) => {
    const rows = await server.sql(`SELECT * FROM ${table}`).catch(() => [])
    return [table, JSON.stringify(rows)] as const
  })
  for (const [place, text] of [['output', server.output()] as const, ...(await Promise.all(tables))]) {
    const found = [...planted].find((secret) => text.includes(JSON.stringify(secret).slice(1, -1))) ?? TOKEN.exec(text)?.[0]
    if (found === undefined) continue
    const at = text.indexOf(found)
    throw new Error(`a secret stands in ${place}: …${text.slice(Math.max(0, at - 300), at + 100)}…`)
  }
}
