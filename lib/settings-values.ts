/** How the values of settings are written, each as a zod schema whose issues are the codes of settings-problems.ts. */
import * as z from 'zod'

const UNITS: Record<string, number> = { ms: 0.001, s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 }

/** `60m`, `1d`, `90s`, `500ms` or a bare number of seconds; yields seconds. */
export const duration = (fallback: string, minimum = 0) =>
  z
    .string()
    .default(fallback)
    .transform((text, context) => {
      const match = /^(\d+(?:\.\d+)?)\s*(ms|s|m|h|d|w)?$/.exec(text.trim())
      const seconds = match ? Number(match[1]) * (UNITS[match[2] ?? 's'] as number) : Number.NaN
      if (!(seconds >= minimum && seconds <= 3650 * 86_400)) {
        context.issues.push({ code: 'custom', input: text, message: 'E008', params: { minimum } })
        return z.NEVER
      }
      return seconds
    })

/** A whole number from `minimum` to `maximum`. */
export const integer = (fallback: number, minimum: number, maximum: number) =>
  z
    .string()
    .default(String(fallback))
    .transform((text, context) => {
      const value = Number(text)
      if (!Number.isInteger(value) || value < minimum || value > maximum) {
        context.issues.push({ code: 'custom', input: text, message: 'E009', params: { minimum, maximum } })
        return z.NEVER
      }
      return value
    })

const TRUE = ['true', '1', 'yes', 'on']
const FALSE = ['false', '0', 'no', 'off']
/** true, 1, yes, on, or false, 0, no, off. */
export const boolean = (fallback: boolean) =>
  z
    .string()
    .default(String(fallback))
    .transform((text, context) => {
      const word = text.trim().toLowerCase()
      if (!TRUE.includes(word) && !FALSE.includes(word)) {
        context.issues.push({ code: 'custom', input: text, message: 'E010' })
        return z.NEVER
      }
      return TRUE.includes(word)
    })

/** The name of a claim. */
export const name = (fallback: string) =>
  z
    .string()
    .default(fallback)
    .refine((text) => /^[\w-]{1,64}$/.test(text), { message: 'E011' })

/** `name@example.com` or `Name <name@example.com>`, on one line. */
export const mailbox = z
  .string()
  .refine((text) => /^(?:[^<>\r\n]*<[^\s<>@]+@[^\s<>@]+>|[^\s<>@]+@[^\s<>@]+)$/.test(text.trim()), { message: 'E017' })

/** Where letters are handed over. */
export const smtpUrl = z.string().refine((text) => /^smtps?:$/.test(URL.canParse(text) ? new URL(text).protocol : ''), { message: 'E016' })
