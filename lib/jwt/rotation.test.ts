import { describe, expect, it } from 'vitest'
import { ALGORITHMS, type KeyFileEntry, type KeysFile, keyWeakness, parseKeysFile, privateKeyOf } from './keys.ts'
import { makeFileKey, rotate } from './rotation.ts'

const NOW = 1_800_000_000
const PLAN = { activateAfter: 600, retireAfter: 86_400, environmentSigns: true }
const key = (kid: string): KeyFileEntry => ({ kty: 'oct', k: 'A'.repeat(86), kid, alg: 'HS256', use: 'sig', iat: 0 })
const rotated = (before: KeysFile | null, kid: string, now: number, plan: Partial<typeof PLAN> = {}) => {
  const rotation = rotate(before, key(kid), now, { ...PLAN, ...plan })
  if (!rotation) throw new Error('refused')
  return rotation
}
const lives = ({ keys }: KeysFile) => keys.map(({ kid, nbf, exp }) => [kid, nbf, exp])

describe('a rotation', () => {
  it('begins with the environment’s key, which signs until the new one does, and verifies as long as its tokens live', () => {
    const { file, retiring, activeFrom } = rotated(null, 'a', NOW)
    expect(lives(file)).toEqual([['a', NOW + 600, undefined]])
    expect(file.environment).toEqual({ exp: NOW + 600 + 86_400 })
    expect(retiring).toEqual([{ kid: null, exp: NOW + 600 + 86_400 }])
    expect(activeFrom).toBe(NOW + 600)
  })

  it('signs immediately when no other key can', () => {
    expect(rotated(null, 'a', NOW, { environmentSigns: false }).activeFrom).toBe(NOW)
  })

  it('retires the key before when the next one signs, and removes it with the rotation after its retirement', () => {
    const first = rotated(null, 'a', NOW).file
    const second = rotated(first, 'b', NOW + 10_000).file
    expect(lives(second)).toEqual([
      ['a', NOW + 600, NOW + 10_600 + 86_400],
      ['b', NOW + 10_600, undefined],
    ])
    expect(second.environment).toEqual(first.environment)
    const third = rotated(second, 'c', NOW + 10_600 + 86_400)
    expect(third.removed).toEqual(['a'])
    expect(third.file.keys.map(({ kid }) => kid)).toEqual(['b', 'c'])
  })

  it('never lengthens a retirement', () => {
    const second = rotated(rotated(null, 'a', NOW).file, 'b', NOW + 10_000).file
    const third = rotated(second, 'c', NOW + 20_000).file
    expect(third.keys[0]?.exp).toBe(second.keys[0]?.exp)
  })

  it('is refused while a key waits to sign', () => {
    const first = rotated(null, 'a', NOW).file
    expect(rotate(first, key('b'), NOW + 599, PLAN)).toBeNull()
    expect(rotate(first, key('b'), NOW + 600, PLAN)).not.toBeNull()
  })

  it('after a leak leaves nothing but the new key: not the old, not the waiting, not the environment’s', () => {
    const second = rotated(rotated(null, 'a', NOW).file, 'b', NOW + 10_000).file
    const { file, retiring, removed } = rotated(second, 'c', NOW + 10_001, { activateAfter: 0, retireAfter: 0 })
    expect(lives(file)).toEqual([['c', NOW + 10_001, undefined]])
    expect(file.environment).toEqual({ exp: NOW + 10_001 })
    expect([retiring, removed]).toEqual([[], ['a', 'b']])
  })

  it('lets no key of the environment in where the file did not', () => {
    expect(rotated({ keys: [{ ...key('a'), nbf: 0 }] }, 'b', NOW).file.environment).toBeUndefined()
  })

  it('keeps what it does not know', () => {
    const before = { keys: [{ ...key('a'), nbf: 0, note: 'mine' }], team: 'x' } as unknown as KeysFile
    expect(rotated(before, 'b', NOW).file).toMatchObject({ team: 'x', keys: [{ note: 'mine' }, {}] })
  })
})

describe('a key that is made', () => {
  it.each(ALGORITHMS)('for %s is strong enough and read again as it was written', async (algorithm) => {
    const made = await makeFileKey(algorithm, NOW)
    const [read] = parseKeysFile(JSON.stringify({ keys: [made] })).keys
    expect(read).toEqual(made)
    expect(keyWeakness(privateKeyOf(read as KeyFileEntry), algorithm)).toBeNull()
  })

  it('is another one each time', async () => {
    const kids = await Promise.all([1, 2, 3].map(async () => (await makeFileKey('HS256', NOW)).kid))
    expect(new Set(kids).size).toBe(3)
  })
})
