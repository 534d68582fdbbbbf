/** What a form's answer carries to the next page: error codes and the values to show again, in a cookie of a minute. */
import * as z from 'zod/mini'
import type { FieldErrors } from '../errors.ts'
import { flashCookieName, readCookie } from '../gate/cookies.ts'

const flashSchema = z.object({
  /** The form it belongs to, by its page. */
  form: z.string(),
  /** A message by its name, for a page that is not the form's own. */
  status: z.optional(z.string()),
  errors: z.optional(z.record(z.string(), z.array(z.string()))),
  values: z.optional(z.record(z.string(), z.string())),
})

export interface Flash {
  form: string
  status?: string | undefined
  errors?: FieldErrors | undefined
  values?: Record<string, string> | undefined
}

/** Longest value carried, in characters; a longer one than any field takes is not worth a cookie's 4 KB. */
const VALUE_LENGTH = 260

/** Longest cookie that browsers keep, in bytes, less what its name and attributes take. */
const COOKIE_LENGTH = 3900

export function encodeFlash(flash: Flash): string {
  const values = Object.entries(flash.values ?? {}).map(([name, value]) => [name, value.slice(0, VALUE_LENGTH).toWellFormed()])
  const encode = (content: Flash) => Buffer.from(JSON.stringify(content)).toString('base64url')
  const whole = encode({ ...flash, values: Object.fromEntries(values) })
  // Long texts in many-byte letters may be too much: better the messages alone than a cookie that the browser drops.
  return whole.length <= COOKIE_LENGTH ? whole : encode({ ...flash, values: {} })
}

/** The flash of a Cookie header; null when there is none or it is not one of ours. */
export function readFlash(cookieHeader: string | null): Flash | null {
  const encoded = readCookie(cookieHeader, flashCookieName())
  if (encoded === null) return null
  try {
    return flashSchema.parse(JSON.parse(Buffer.from(encoded, 'base64url').toString()))
  } catch {
    return null
  }
}
