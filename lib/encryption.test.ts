import { describe, expect, it } from 'vitest'
import { seal, unseal } from './encryption.ts'
import { applySettings, newState, withState } from './testing/process-states.ts'

const [FIRST, SECOND] = ['Zmlyc3Qta2V5LW9mLXRoZXNlLXRlc3RzLTEyMzQ1Njc4', 'c2Vjb25kLWtleS1vZi10aGVzZS10ZXN0cy0xMjM0NTY3']

const withKeys = <Result>(key: string, fallbacks: string, work: () => Result): Result =>
  withState(newState(), () => {
    applySettings({ ...process.env, SECRET_KEY: key, SECRET_KEY_FALLBACKS: fallbacks })
    return work()
  })

describe('a sealed text', () => {
  it('is opened for its owner, whatever it says', () => {
    for (const text of ['', 'JBSWY3DPEHPK3PXP', 'ñ\u{1f511}', 'x'.repeat(5000)]) expect(unseal(seal(text, 'a'), 'a')).toBe(text)
  })

  it('differs each time and holds nothing of the text', () => {
    const [one, other] = [seal('JBSWY3DPEHPK3PXP', 'a'), seal('JBSWY3DPEHPK3PXP', 'a')]
    expect(one).not.toBe(other)
    expect(one).not.toContain('JBSWY3DPEHPK3PXP')
  })

  it('is not opened for another owner, when it was changed, or cut', () => {
    const sealed = seal('JBSWY3DPEHPK3PXP', 'a')
    const [id = '', encrypted = ''] = sealed.split('.')
    expect(unseal(sealed, 'b')).toBeNull()
    const bytes = Buffer.from(encrypted, 'base64url')
    for (const at of [0, 12, bytes.length - 1]) {
      const changed = Buffer.from(bytes)
      changed[at] = (changed[at] ?? 0) ^ 1
      expect(unseal(`${id}.${changed.toString('base64url')}`, 'a'), `byte ${at}`).toBeNull()
    }
    for (const cut of ['', '.', id, `${id}.`, `${id}.AAAA`, sealed.slice(0, -4), 'x.y.z']) expect(unseal(cut, 'a'), cut).toBeNull()
  })

  it('is opened with the key that sealed it for as long as that is a fallback, and not after', () => {
    const sealed = withKeys(FIRST, '', () => seal('text', 'a'))
    expect(withKeys(SECOND, FIRST, () => unseal(sealed, 'a'))).toBe('text')
    expect(withKeys(SECOND, '', () => unseal(sealed, 'a'))).toBeNull()
  })
})
