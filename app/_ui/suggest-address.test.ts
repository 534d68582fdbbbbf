import { describe, expect, it } from 'vitest'
import { suggestAddress } from './suggest-address.ts'

describe('the suggestion for an address', () => {
  it('mends a slip in a domain that many people have', () => {
    expect(suggestAddress('ada@homtail.com')).toBe('ada@hotmail.com')
    expect(suggestAddress('ada@gmial.com')).toBe('ada@gmail.com')
    expect(suggestAddress('ada@outlook.con')).toBe('ada@outlook.com')
  })

  it('leaves alone what is right, and what is somewhere else', () => {
    for (const address of ['ada@gmail.com', 'ada@example.com', 'ada@mail.com', 'ada@gov.uk', 'ada', '@gmial.com', '']) {
      expect(suggestAddress(address)).toBeNull()
    }
  })
})
