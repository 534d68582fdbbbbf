import { deflateRawSync } from 'node:zlib'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { encodeFlash, readDraft, readFlash } from './flash.ts'

/** What an answer's head has room for, in bytes. */
const LONGEST = 2500

const flashed = (value: string) => readFlash(`latchkey_flash=${value}`)

it('brings thousands of chosen ids to the next page in one cookie, all of them or none', () => {
  const every = (count: number, step: number) => Array.from({ length: count }, (_, index) => 1 + index * step).join(',')
  const flash = {
    form: '/x',
    errors: { name: ['required'] },
    values: { groups: every(3000, 1), user_permissions: every(700, 3), name: 'N' },
  }
  const encoded = encodeFlash(flash)
  expect(encoded.length).toBeLessThan(LONGEST)
  expect(flashed(encoded)).toEqual(flash)
  const random = Array.from({ length: 9000 }, (_, index) => index * 7919 + ((index * index * 31) % 7000)).join(',')
  expect(flashed(encodeFlash({ ...flash, values: { groups: random } }))).toEqual({ ...flash, values: {} })
})

it('leaves room for the other headers within a proxy’s 4 KB, whatever was typed, and loses the longest values first', () => {
  const ideographs = (length: number) =>
    Array.from({ length }, (_, index) => String.fromCharCode(0x4e00 + ((index * 7919) % 20_000))).join('')
  const values = Object.fromEntries(Array.from({ length: 12 }, (_, index) => [`field${index}`, ideographs(20 + index * 20)]))
  const encoded = encodeFlash({ form: '/admin/users/5', errors: { email: ['invalid'] }, values })
  expect(encoded.length).toBeLessThanOrEqual(LONGEST)
  const shown = flashed(encoded)
  expect(shown?.errors).toEqual({ email: ['invalid'] })
  expect(shown?.values?.field0).toBe(values.field0)
  expect(Object.entries(shown?.values ?? {}).every(([name, value]) => values[name] === value)).toBe(true)
  const errors = Object.fromEntries(Array.from({ length: 900 }, (_, index) => [`${index * 7919}`, [`unknown:${index * 104_729}`]]))
  const many = encodeFlash({ form: '/x', errors, values })
  expect(many.length).toBeLessThanOrEqual(LONGEST)
  expect(flashed(many)?.form).toBe('/x')
})

it('reads nothing from what is no flash, however much it unpacks to', () => {
  const bomb = `~${deflateRawSync(JSON.stringify({ form: '/x', values: { a: 'a'.repeat(1e6) } })).toString('base64url')}`
  for (const value of ['~', '~AAAA', 'bnVsbA', bomb]) expect(flashed(value)).toBeNull()
})

it('brings any text whole, or its first 260 code points', () => {
  const texts = fc.string({ unit: 'binary', minLength: 250, maxLength: 270 })
  fc.assert(
    fc.property(texts, (text) => {
      const value = flashed(encodeFlash({ form: '/x', values: { name: text } }))?.values?.name ?? text
      return value === [...text].slice(0, 260).join('') || value === text
    }),
  )
})

it('has no name that every object inherits, so that nothing is looked up by one', () => {
  const encode = (content: string) => Buffer.from(content).toString('base64url')
  for (const name of Object.getOwnPropertyNames(Object.prototype)) {
    for (const part of [
      `"status":"${name}"`,
      `"errors":{"email":["${name}:x"]}`,
      `"errors":{"${name}":["email"]}`,
      `"values":{"${name}":"x"}`,
    ]) {
      const flash = flashed(encode(`{"form":"/login",${part}}`))
      // A schema may leave `__proto__` out.
      expect(Object.keys({ ...flash?.errors, ...flash?.values }), part).toEqual([])
      expect(flash?.status, part).toBeUndefined()
    }
  }
})

it('gives a draft back to the account that typed it, on its page alone', () => {
  const header = `latchkey_draft=${encodeFlash({ form: '/admin/users/5', values: { name: 'Typed' }, user: 7 })}`
  expect(readDraft(header, 7, '/admin/users/5?next=%2Fx')).toMatchObject({ values: { name: 'Typed' } })
  expect(readDraft(header, 8, '/admin/users/5')).toBeNull()
  expect(readDraft(header, 7, '/admin/users/6')).toBeNull()
  expect(readDraft(null, 7, '/admin/users/5')).toBeNull()
})
