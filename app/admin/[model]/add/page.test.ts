import { afterAll, expect, it, vi } from 'vitest'
import { objectListEndpoints } from '#lib/admin/objects/endpoints'
import { objectsOf } from '#lib/admin/objects/objects-of'
import { hasObjects, models } from '#lib/admin/registry'
import { addUserEndpoint } from '#lib/admin/users/endpoints'
import AddObjectPage from './page.tsx'

// Workers keep modules from file to file: those with mocks are this file's alone.
vi.hoisted(() => vi.resetModules())
afterAll(() => void vi.resetModules())

vi.mock('../../_object/require-object.ts', async (original) => ({
