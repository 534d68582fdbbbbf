import { deflateRawSync } from 'node:zlib'
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

it('gives a draft back to the account that typed it, on its page alone', () => {
  const header = `latchkey_draft=${encodeFlash({ form: '/admin/users/5', values: { name: 'Typed' }, user: 7 })}`
  expect(readDraft(header, 7, '/admin/users/5?next=%2Fx')).toMatchObject({ values: { name: 'Typed' } })
  expect(readDraft(header, 8, '/admin/users/5')).toBeNull()
  expect(readDraft(header, 7, '/admin/users/6')).toBeNull()
  expect(readDraft(null, 7, '/admin/users/5')).toBeNull()
})
