import { expect, it } from 'vitest'
import { searchParam } from './search-param.ts'

it('the words that a picker was searched for are cut between code points', () => {
  expect(searchParam({ find_groups: `a${'👍'.repeat(300)}` })('groups')).toBe(`a${'👍'.repeat(199)}`)
  expect(searchParam({ find_groups: ['a', 'b'] })('groups')).toBe('')
})
