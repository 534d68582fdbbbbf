import { expect, it } from 'vitest'
import { database, isUnavailable, probeWriting } from './client.ts'

it('a database that can be written passes', async () => {
  await expect(probeWriting()).resolves.toBeUndefined()
})

it('a database that only reads fails, as one that is not available', async () => {
  const readOnly = process.env.TEST_PROVIDER === 'sqlite' ? 'PRAGMA query_only = ON' : 'SET TRANSACTION READ ONLY'
  const probing = database().$transaction(async (tx) => {
    await tx.$executeRawUnsafe(readOnly)
    try {
      await probeWriting(tx)
    } finally {
      if (process.env.TEST_PROVIDER === 'sqlite') await tx.$executeRawUnsafe('PRAGMA query_only = OFF')
    }
  })
  await expect(probing).rejects.toSatisfy(isUnavailable)
})
