import { deflateRawSync } from 'node:zlib'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { encodeFlash, readDraft, readFlash } from './flash.ts'

const flashed = (value: string) => readFlash(`latchkey_flash=${value}`)

it('brings thousands of chosen ids to the next page in one cookie, all of them or none', () => {
  const every = (count: number, step: number) => Array.from({ length: count }, (_, index) => 1 + index * step).join(',')
  const flash = {
    form: '/x',
    errors: { name: ['required'] },
    values: { groups: every(3000, 1), user_permissions: every(700, 3), name: 'N' },
  }
  const encoded = encodeFlash(flash)
  expect(encoded.length).toBeLessThan(3900)
  expect(flashed(encoded)).toEqual(flash)
  const random = Array.from({ length: 9000 }, (_, index) => index * 7919 + ((index * index * 31) % 7000)).join(',')
  expect(flashed(encodeFlash({ ...flash, values: { groups: random } }))).toEqual({ ...flash, values: {} })
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
