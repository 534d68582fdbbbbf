/**
 * What a form's response carries to the next page: error codes and values to show again, in a cookie of a minute; and a draft,
 * which is kept a little longer while the user enters their password again.
 */
import { deflateRawSync, inflateRawSync } from 'node:zlib'
import * as z from 'zod/mini'
import type { FieldErrors } from '../errors.ts'
import { truncate } from '../fields/text.ts'
import { flashCookieName, readCookie, readDraftCookie } from '../web/cookies.ts'

/** Names by which the pages look things up: none that every object inherits, like `constructor`. */
const name = z.string().check(z.refine((text) => !((text.split(':', 1)[0] ?? '') in Object.prototype)))

const flashSchema = z.object({
  /** The form it belongs to, by its page. */
  form: z.string(),
  /** A message by its name, for a page that is not the form's own. */
  status: z.optional(name),
  errors: z.optional(z.record(name, z.array(name))),
  values: z.optional(z.record(name, z.string())),
  /** Values that are ids, packed. */
  packed: z.optional(z.record(name, z.string())),
  /** Of a draft: whose it is. */
  user: z.optional(z.int()),
})

export interface Flash {
  form: string
  status?: string | undefined
  errors?: FieldErrors | undefined
  values?: Record<string, string> | undefined
  user?: number | undefined
}

/** Longest value carried, in code points; a longer one than any field takes is not worth a cookie's 4 KB. */
const VALUE_LENGTH = 260

/**
 * Longest cookie, in bytes: proxies take an answer whose head is 4 KB in all (nginx's proxy_buffer_size), of which the other
 * headers need 1.3 KB, and a request whose Cookie is 8 KB, of which a flash and a draft are two parts.
 */
const COOKIE_LENGTH = 2500

/** Longest content of a cookie that is unpacked, in bytes. */
const CONTENT_LENGTH = 256 * 1024

/** Ids as a picker sends them: a part of them would be another choice. */
export const IDS = /^\d{1,16}(,\d{1,16})*$/

const stepsBetween = (ids: number[]) => ids.map((id, index) => id - (ids[index - 1] ?? 0))

/** Ids in order, as the steps between them: thousands that lie close are few bytes, once they are compressed. */
const pack = (value: string) =>
  stepsBetween(
    value
      .split(',')
      .map(Number)
      .sort((a, b) => a - b),
  ).join(',')

function unpack(steps: string): string {
  let id = 0
  return steps
    .split(',')
    .map((step) => {
      id += Number(step)
      return String(id)
    })
    .join(',')
}

const PACKED = '~'

export function encodeFlash(flash: Flash): string {
  const given = Object.entries(flash.values ?? {})
  const values = given.map(([name, value]) => [name, IDS.test(value) ? value : truncate(value.toWellFormed(), VALUE_LENGTH)] as const)
  const encode = (content: object) => Buffer.from(JSON.stringify(content)).toString('base64url')
  const whole = encode({ ...flash, values: Object.fromEntries(values) })
  if (whole.length <= COOKIE_LENGTH) return whole
  // What is too much even so goes without its longest values: better than a cookie that the browser or a proxy drops.
  const kept = values.toSorted(([, a], [, b]) => a.length - b.length)
  for (; kept.length > 0; kept.pop()) {
    const packed = kept.filter(([, value]) => IDS.test(value)).map(([name, value]) => [name, pack(value)])
    const rest = kept.filter(([, value]) => !IDS.test(value))
    const content = { ...flash, values: Object.fromEntries(rest), packed: Object.fromEntries(packed) }
    const small = PACKED + deflateRawSync(JSON.stringify(content)).toString('base64url')
    if (small.length <= COOKIE_LENGTH) return small
  }
  const messages = PACKED + deflateRawSync(JSON.stringify({ ...flash, values: {} })).toString('base64url')
  return messages.length <= COOKIE_LENGTH ? messages : encode({ form: flash.form, status: flash.status, user: flash.user })
}

function decode(encoded: string | null): Flash | null {
  if (encoded === null) return null
  try {
    const bytes = Buffer.from(encoded.replace(/^~/, ''), 'base64url')
    const text = encoded.startsWith(PACKED) ? inflateRawSync(bytes, { maxOutputLength: CONTENT_LENGTH }) : bytes
    const { packed, ...flash } = flashSchema.parse(JSON.parse(text.toString()))
    if (packed === undefined) return flash
    const unpacked = Object.entries(packed).map(([name, steps]) => [name, unpack(steps)])
    return { ...flash, values: { ...flash.values, ...Object.fromEntries(unpacked) } }
  } catch {
    return null
  }
}

/** The flash of a Cookie header; null when there is none or it is not one of ours. */
export const readFlash = (cookieHeader: string | null): Flash | null => decode(readCookie(cookieHeader, flashCookieName()))

/** The draft of a Cookie header, if it is this account's and of the form on this page. @param page a path, whatever its query is */
export function readDraft(cookieHeader: string | null, userId: number, page: string): Flash | null {
  const draft = decode(readDraftCookie(cookieHeader))
  return draft?.user === userId && draft.form === page.split(/[?#]/)[0] ? draft : null
}
