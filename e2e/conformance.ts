/** Reads and replays HTTP conversations recorded from the original system (data/tutorial.json). */
import { randomBytes, randomInt } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod'
import type { Answer, SendOptions } from '../lib/http/testing/send.ts'

const requestSchema = z.strictObject({
  method: z.string().default('POST'),
  path: z.string(),
  headers: z.record(z.string(), z.string()).optional(),
  json: z.json().optional(),
  form: z.record(z.string(), z.string()).optional(),
  multipart: z.record(z.string(), z.string()).optional(),
  text: z.string().optional(),
})
const expectationSchema = z.strictObject({ status: z.int(), headers: z.record(z.string(), z.string()), body: z.json() })
const caseSchema = z.strictObject({
  name: z.string(),
  steps: z.array(z.strictObject({ request: requestSchema, expect: expectationSchema })),
})

export type RecordedCase = z.infer<typeof caseSchema>
type RecordedRequest = z.infer<typeof requestSchema>

export function readRecordings(file: string): RecordedCase[] {
  const text = readFileSync(join(import.meta.dirname, 'data', file), 'utf8')
  return z.object({ cases: z.array(caseSchema) }).parse(JSON.parse(text)).cases
}

/** What is new in every run, by its placeholder's name. */
type Variables = Record<'uniq' | 'digits', string>

export interface ReplayedStep {
  request: string
  expected: unknown
  /** What was answered, with what varies between runs replaced as in the recording. */
  answered: unknown
}

/** Sends a case's requests one after the other. */
export async function replay(
  recorded: RecordedCase,
  call: (path: string, options: SendOptions) => Promise<Answer>,
): Promise<ReplayedStep[]> {
  const variables = { uniq: `u${randomBytes(6).toString('hex')}`, digits: `55${String(randomInt(1e8)).padStart(8, '0')}` }
  const bodies: unknown[] = []
  const steps: ReplayedStep[] = []
  for (const { request, expect } of recorded.steps) {
    const { path, text, ...rest } = requestSchema.parse(fill(request, variables, bodies))
    const answer = await call(path, sendOptions(rest, text))
    bodies.push(answer.body)
    steps.push({ request: `${request.method} ${request.path}`, expected: expect, answered: contractOf(answer, variables) })
  }
  return steps
}

function sendOptions({ method, headers, json, form, multipart }: Omit<RecordedRequest, 'path' | 'text'>, text?: string): SendOptions {
  return {
    method,
    ...(headers && { headers }),
    ...(json !== undefined && { json }),
    ...(form && { form }),
    ...(multipart && { multipart }),
    ...(text !== undefined && { body: text }),
  }
}

/** Puts values for {{uniq}}, {{digits}} and {{STEP.path}}, the last from an earlier step's answer. */
function fill(value: unknown, variables: Variables, bodies: unknown[]): unknown {
  if (typeof value === 'string') {
    return value.replace(/\{\{([\w.]+)\}\}/g, (placeholder, name: string) => {
      const found = Object.hasOwn(variables, name) ? variables[name as keyof Variables] : follow(bodies, name.split('.'))
      if (typeof found !== 'string' && typeof found !== 'number') throw new Error(`${placeholder} stands for nothing`)
      return String(found)
    })
  }
  return mapValues(value, (inner) => fill(inner, variables, bodies))
}

const follow = (value: unknown, path: string[]): unknown =>
  path.reduce<unknown>((at, key) => (typeof at === 'object' && at !== null ? Reflect.get(at, key) : undefined), value)

function mapValues(value: unknown, change: (inner: unknown, key: string) => unknown): unknown {
  if (Array.isArray(value)) return value.map((inner) => change(inner, ''))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, change(inner, key)]))
}

/** The part of an answer that the contract is about. */
function contractOf(answer: Answer, variables: Variables) {
  const { 'content-type': contentType, 'www-authenticate': challenge, allow } = answer.headers
  const methods = (allow ?? '').split(',').map((method) => method.trim())
  const headers = {
    ...(contentType && { 'content-type': contentType.split(';')[0]?.trim().toLowerCase() }),
    ...(challenge && { 'www-authenticate': challenge }),
    // The original's order is that of a Python set, and HEAD comes with GET.
    ...(answer.status === 405 && {
      allow: methods
        .filter((method) => method !== 'HEAD')
        .sort()
        .join(', '),
    }),
  }
  const body = answer.text === '' ? null : answer.body
  return { status: answer.status, headers, body: generalise(body, variables) }
}

/** Puts placeholders for what varies from run to run. */
function generalise(value: unknown, variables: Variables, key = ''): unknown {
  if (typeof value === 'number' && (key === 'id' || key === 'user_id')) return '<int>'
  if (typeof value !== 'string') return mapValues(value, (inner, name) => generalise(inner, variables, name))
  const token = /^[\w-]+\.([\w-]+)\.[\w-]+$/.exec(value)
  if (token) {
    const claims = z
      .object({ token_type: z.string(), exp: z.number(), iat: z.number() })
      .parse(JSON.parse(Buffer.from(token[1] ?? '', 'base64url').toString()))
    return `<jwt ${claims.token_type} ${claims.exp - claims.iat}s>`
  }
  const parseError = /^(JSON|Multipart form) parse error - /.exec(value)
  if (parseError) return `${parseError[0]}<reason>`
  return Object.entries(variables).reduce((text, [name, variable]) => text.replaceAll(variable, `{{${name}}}`), value)
}
