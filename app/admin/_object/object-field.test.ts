import { expect, it } from 'vitest'
import { pickerSearch } from './object-field.tsx'

it('the words that a picker was searched for are cut between code points', () => {
  expect(pickerSearch({ find_groups: `a${'👍'.repeat(300)}` }, 'groups')).toBe(`a${'👍'.repeat(199)}`)
  expect(pickerSearch({ find_groups: ['a', 'b'] }, 'groups')).toBe('')
})
