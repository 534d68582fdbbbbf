/** The API in this process: the project's route files behind Node's own HTTP server and the server hook, without Next. */
import { readdirSync } from 'node:fs'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { dirname, join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { signIn } from '../../authentication/testing/sign-in.ts'
import { database, disconnectDatabase } from '../../db/client.ts'
import { jobs } from '../../jobs/registry.ts'
import { startJobs } from '../../jobs/start-jobs.ts'
import { catalogue } from '../../openapi/catalogue.ts'
import { type ApiDocument, describeApi } from '../../openapi/document.ts'
import { makePassword } from '../../passwords/hash.ts'
import { hashingPool } from '../../passwords/pool.ts'
import { processValue } from '../../process-state.ts'
import { settings } from '../../settings.ts'
import { createUser } from '../../users/create-user.ts'
import { installServerHook } from '../server-hook.ts'
import { type Account, newPerson, PASSWORD, PASSWORD_HASH, type Person } from './accounts.ts'
import { contextAt } from './context.ts'

type Handler = (request: Request) => Promise<Response>

interface Route {
  path: RegExp
  handlers: Record<string, Handler>
}

const APP = join(import.meta.dirname, '..', '..', '..', 'app')

/** How much more often than in a server emails are looked for: nothing else happens while a test waits for one. */
const MAIL_HASTE = 20

const routeFiles = ['api', '.well-known']
  .flatMap((folder) => readdirSync(join(APP, folder), { recursive: true, encoding: 'utf8' }).map((file) => join(folder, file)))
  .filter((file) => file.endsWith('/route.ts'))
  // As in Next, a segment that is written out comes before `[id]`, and that before `[[...path]]`.
  .sort((a, b) => (a.replaceAll('[', '\uffff') < b.replaceAll('[', '\uffff') ? -1 : 1))

const routes: Route[] = await Promise.all(
  routeFiles.map(async (file) => ({
    path: patternOf(dirname(file)),
    handlers: (await import(join(APP, file))) as Route['handlers'],
  })),
)
if (processValue('settings').current) throw new Error('a module reads the settings while it is imported')

function patternOf(folder: string): RegExp {
  const segments = folder.split('/').map((segment) => {
    if (segment.startsWith('[[...')) return '(?:/.*)?'
    return segment.startsWith('[') ? '/[^/]+' : `/${segment.replaceAll('.', '\\.')}`
  })
  return new RegExp(`^${segments.join('')}/?$`)
}

/** What the API says of itself. */
export const apiDocument = (): ApiDocument => describeApi(catalogue)

/**
 * Creates an account that is signed in, in a tenth of a sign-up's time, and one whose logins are as quick: the usual password's hash
 * is known. Sign-up itself also sends an email and records an event.
 */
export async function createAccount(given: Partial<Person> = {}): Promise<Account> {
  const person = newPerson(given)
  const { name, email, phone, password } = person
  const passwordHash = password === PASSWORD ? PASSWORD_HASH : await makePassword(password)
  const context = contextAt(new Date(), { userAgent: '' })
  return database().$transaction(async (tx) => {
    const user = await createUser(tx, { name, email, phone, username: email, passwordHash }, context.now)
    const { tokens } = await signIn(tx, user, context)
    if (!tokens) throw new Error('a login without tokens')
    return { ...person, id: user.id, ...tokens }
  })
}

/** Answers the server's requests and sends the emails that are due. @returns what ends both and closes the database */
export function serveRoutes(server: Server): () => Promise<void> {
  installServerHook(server)
  server.on('request', (incoming, outgoing) => {
    // The client hung up, or a handler threw, which none may do.
    respond(incoming, outgoing).catch(() => outgoing.destroy())
  })
  const stopJobs = startJobs(
    {
      now: () => new Date(),
      after: (seconds, callback) => {
        const timer = setTimeout(callback, (seconds * 1000) / MAIL_HASTE)
        return () => clearTimeout(timer)
      },
      random: Math.random,
    },
    jobs.filter(({ name }) => name === 'deliver-mail'),
  )
  return async () => {
    stopJobs()
    await disconnectDatabase()
    await hashingPool().close()
  }
}

async function respond(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const url = new URL(settings().APP_URL.origin + incoming.url)
  const route = routes.find(({ path }) => path.test(url.pathname))
  if (!route) {
    outgoing.writeHead(501, { 'Content-Type': 'text/plain' }).end('Pages are rendered by Next alone: test them with Playwright.')
    return
  }
  const method = incoming.method ?? 'GET'
  const gone = new AbortController()
  outgoing.once('close', () => gone.abort())
  const hasBody = method !== 'GET' && method !== 'HEAD'
  const request = new Request(url, {
    method,
    headers: Object.entries(incoming.headers).flatMap(([name, value]) => [value ?? []].flat().map((one): [string, string] => [name, one])),
    signal: gone.signal,
    ...(hasBody && { body: Readable.toWeb(incoming) as ReadableStream, duplex: 'half' as const }),
  })
  const response = await (route.handlers[method] as Handler)(request)
  outgoing.statusCode = response.status
  for (const [name, value] of response.headers) {
    if (name === 'set-cookie') outgoing.appendHeader(name, value)
    else outgoing.setHeader(name, value)
  }
  if (response.body === null || method === 'HEAD') outgoing.end()
  else await pipeline(Readable.fromWeb(response.body as Parameters<typeof Readable.fromWeb>[0]), outgoing)
}
