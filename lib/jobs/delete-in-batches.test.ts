import { describe, expect, it } from 'vitest'
import { BATCH, deleteInBatches } from './delete-in-batches.ts'

const unavailable = () => Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:5432'), { code: 'P1001' })

/** Deletes a full batch, of which statements with the rows that `fails` names fail as with a database that is away. */
async function deleteBatch(fails: (id: number) => boolean) {
  let left = Array.from({ length: BATCH }, (_, id) => id)
  const [failed, statements]: [string[], number[]] = [[], []]
  const deletion = {
    row: 'row',
    find: async (without: number[]) => left.filter((id) => !without.includes(id)),
    remove: async (ids: number[]) => {
      statements.push(ids.length)
      if (ids.some(fails)) throw unavailable()
      left = left.filter((id) => !ids.includes(id))
      return { count: ids.length }
    },
  }
  let error: unknown
  try {
    for await (const _ of deleteInBatches(deletion, (row) => failed.push(row)));
  } catch (thrown) {
    error = thrown
  }
  return { left, failed, statements, error }
}

describe('deleting in batches', () => {
  it('waits for a database that is away four times, not once for each half of a batch', async () => {
    const { statements, error } = await deleteBatch(() => true)
    expect(error).toMatchObject({ code: 'P1001' })
    expect(statements).toEqual([BATCH, 1, 1, 1])
  })

  it.each([[[0]], [[0, 1]], [[251]], [[0, 1, 3, 250, 499]]])('leaves the rows that are locked alone: %j', async (locked) => {
    expect(await deleteBatch((id) => locked.includes(id))).toMatchObject({
      left: locked,
      failed: locked.map((id) => `row ${id}`),
      error: undefined,
    })
  })
})
