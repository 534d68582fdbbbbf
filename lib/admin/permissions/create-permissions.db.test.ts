import { expect, it } from 'vitest'
import { database } from '../../db/client.ts'
import { catalogue } from '../../openapi/catalogue.ts'
import { models } from '../registry.ts'
import { createPermissions } from './create-permissions.ts'

async function permissionRows(): Promise<string[]> {
  const rows = await database().permission.findMany({ include: { contentType: true } })
  return rows.map(({ name, codename, contentType }) => `${contentType.appLabel}.${codename} ${name}`).sort()
}

it('permissions that Django’s remove_stale_contenttypes deleted are made again, in the words of the migrations', async () => {
  await createPermissions()
  const before = await permissionRows()
  await database().permission.deleteMany()
  await database().contentType.deleteMany()
  await createPermissions()
  expect(await permissionRows()).toEqual(before)
})

it('every permission that an endpoint or an action asks for exists', async () => {
  await createPermissions()
  const asked = [
    ...catalogue.map(({ policy: { permission } }) => permission),
    ...models.flatMap(({ actions }) => actions.map((a) => a.permission)),
  ]
  const names = (await permissionRows()).map((row) => row.split(' ')[0])
  const missing = asked.flat().filter((permission) => typeof permission === 'string' && !names.includes(permission))
  expect(asked.flat().filter(Boolean).length).toBeGreaterThan(10)
  expect(missing).toEqual([])
})
