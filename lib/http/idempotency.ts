/**
 * `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header): a request that a client sends again, because it never saw the
 * answer, is answered as the first time and done once.
 */
import { createHmac, hkdfSync } from 'node:crypto'
import { CompactEncrypt, compactDecrypt } from 'jose'
import { database, type Transaction } from '../db/client.ts'
import { ApiError } from '../errors.ts'
import { JsonNumber } from '../fields/text.ts'
import { settings } from '../settings.ts'
import type { Context, Contract, Result } from './endpoint.ts'

/** How long an answer can be had again, in milliseconds. */
const KEPT = 24 * 3_600_000
/** How long a request may take before another one with its key is done in its place, as its process may be gone, in milliseconds. */
const LEASE = 60_000
/** How soon a client may ask again for an answer that is not there yet, in seconds. */
const RETRY_AFTER = 1

/** A structured field's string (RFC 9651 §3.3.3) of 1 to 255 characters; its quotes may be left out. */
const KEY = /^(?:"((?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\["\\]){1,255})"|([\x21\x23-\x2b\x2d-\x5b\x5d-\x7e]{1,255}))$/

type Stored = Pick<Result, 'status' | 'body' | 'headers'>
type KeepAnswer = Context['storeResult']

/** Keeps no answer: for a request that carries no key. */
export const storeNothing: KeepAnswer = async (_tx, answer) => answer

/**
 * Once an answer is kept, the key belongs to it, whatever happens afterwards: the transaction that did the work commits both.
 * @param header Idempotency-Key; null for a request that is done each time
 * @param data what the request holds
 * @param act does it, and keeps its answer in the transaction that changes something; an error before that frees the key
 * @throws ApiError 400 for a malformed key, 422 for one that came with something else, 409 while the first is being answered
 */
export async function withIdempotencyKey(
  { operationId }: Pick<Contract, 'operationId'>,
  { now, principal }: Pick<Context, 'now' | 'principal'>,
  header: string | null,
  data: unknown,
  act: (keepAnswer: KeepAnswer) => Promise<Result>,
): Promise<Result> {
  if (header === null) return act(storeNothing)
  const [, quoted, bare] = KEY.exec(header.trim()) ?? []
  const key = quoted?.replace(/\\(.)/g, '$1') ?? bare
  if (key === undefined)
    throw new ApiError(400, { detail: 'Idempotency-Key must be a string of 1 to 255 characters.', code: 'invalid_idempotency_key' })
  const id = digest('id', operationId, String(principal?.user.id ?? ''), key)
  const fingerprint = digest('fingerprint', id, canonical(data))
  const lease = new Date(now.getTime() + LEASE)
  const known = await claim(id, fingerprint, now, lease)
  if (known) {
    if (known.fingerprint !== fingerprint)
      throw new ApiError(422, { detail: 'This Idempotency-Key was already used with a different request.', code: 'idempotency_key_reused' })
    if (known.answer !== null) return opened(known.answer, key)
    throw inUse()
  }
  const ours = { id, answer: null, expiresAt: lease }
  const keep = async (db: Transaction, { status, body, headers }: Result) => {
    const data = { answer: await sealed({ status, body, headers } as Stored, key), expiresAt: new Date(now.getTime() + KEPT) }
    return (await db.idempotencyKey.updateMany({ where: ours, data })).count > 0
  }
  try {
    const answer = await act(async (tx, kept) => {
      // Another request has taken the key over, as this one's time was up: the transaction must not commit what that one does.
      if (!(await keep(tx, kept))) throw inUse()
      return kept
    })
    // Only the answer of a request that changed nothing is not kept yet.
    await keep(database(), answer)
    return answer
  } catch (error) {
    // A key that cannot be freed, because the database is away, is free when its lease is over.
    await database()
      .idempotencyKey.deleteMany({ where: ours })
      .catch(() => {})
    throw error
  }
}

const inUse = () =>
  new ApiError(
    409,
    { detail: 'The first request with this Idempotency-Key is being answered.', code: 'idempotency_key_in_use' },
    { 'Retry-After': String(RETRY_AFTER) },
  )

/** Takes a key, or one whose time is over. @returns what it is taken by; null when it is ours now */
async function claim(id: string, fingerprint: string, now: Date, lease: Date) {
  const taken = await database().$executeRaw`
    INSERT INTO accounts_idempotencykey (id, fingerprint, answer, expires_at) VALUES (${id}, ${fingerprint}, NULL, ${lease})
    ON CONFLICT (id) DO UPDATE SET fingerprint = excluded.fingerprint, answer = NULL, expires_at = excluded.expires_at
    WHERE accounts_idempotencykey.expires_at <= ${now}`
  if (taken > 0) return null
  // One that was given back at this very moment looks as if it were still being answered, and is free at the next try.
  return (await database().idempotencyKey.findUnique({ where: { id } })) ?? { fingerprint, answer: null }
}

const digest = (purpose: string, ...parts: string[]) =>
  createHmac('sha256', settings().SECRET_KEY)
    .update(JSON.stringify([`latchkey.idempotency.${purpose}`, ...parts]))
    .digest('base64url')

/** The same text for the same fields in whatever order. */
function canonical(data: unknown): string {
  const isObject = typeof data === 'object' && data !== null && !Array.isArray(data)
  const entries = isObject ? Object.entries(data).sort(([a], [b]) => (a < b ? -1 : 1)) : [['', data]]
  return JSON.stringify(entries, (_name, value) => (value instanceof JsonNumber ? { number: String(value) } : value))
}

/** Answers may hold tokens: they are kept under a key that only who sent the Idempotency-Key has a part of. */
const secret = (key: string) => new Uint8Array(hkdfSync('sha256', settings().SECRET_KEY, key, 'latchkey.idempotency.answer', 32))

const sealed = (answer: Stored, key: string) =>
  new CompactEncrypt(new TextEncoder().encode(JSON.stringify(answer)))
    .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
    .encrypt(secret(key))

async function opened(answer: string, key: string): Promise<Stored> {
  const { plaintext } = await compactDecrypt(answer, secret(key))
  return JSON.parse(new TextDecoder().decode(plaintext)) as Stored
}
