import { expect, it } from 'vitest'
import { foundIn } from './found-in.ts'

it('the words that a picker was searched for are cut between code points', () => {
  expect(foundIn({ find_groups: `a${'👍'.repeat(300)}` })('groups')).toBe(`a${'👍'.repeat(199)}`)
  expect(foundIn({ find_groups: ['a', 'b'] })('groups')).toBe('')
})
