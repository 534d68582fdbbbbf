import { afterAll, expect, it, vi } from 'vitest'
import { objectListEndpoints } from '#lib/admin/core/endpoints'
import { objectsOf } from '#lib/admin/core/read-object'
import { addUserEndpoint } from '#lib/admin/models/users/endpoints'
import { hasObjects, models } from '#lib/admin/registry'
import AddObjectPage from './page.tsx'

// Workers keep modules from file to file: those with mocks are this file's alone.
vi.hoisted(() => vi.resetModules())
afterAll(() => void vi.resetModules())

vi.mock('../../_object/require-object.ts', async (original) => ({
  ...(await original<object>()),
  requireObjects: async (path: string) => {
    const admin = models.find((model) => model.path === path)
    return { admin, view: {}, objects: admin && objectsOf(admin), permissions: {} }
  },
}))
vi.mock('../../../_session.ts', async (original) => ({
  ...(await original<object>()),
  requireRecentAuthentication: async (page: string) => {
    throw new Error(`asked before ${page}`)
  },
}))
vi.mock('../../_request.ts', () => ({ adminFormState: async () => ({ errors: {}, values: {} }) }))

const adding = [addUserEndpoint, ...objectListEndpoints].filter(({ contract: { method } }) => method === 'POST')

it.each(models.filter(hasObjects))('the form that adds one of $path asks for the password first where adding does', async ({ path }) => {
  const endpoint = adding.find((candidate) => candidate.contract.path === `/api/admin/${path}/`)
  const opened = AddObjectPage({ params: Promise.resolve({ model: path }), searchParams: Promise.resolve({}) }).then(
    () => 'opened',
    ({ message }: Error) => message,
  )
  expect(endpoint).toBeDefined()
  expect(await opened).toBe(endpoint?.policy.recentAuthentication ? `asked before /admin/${path}/add` : 'opened')
})
