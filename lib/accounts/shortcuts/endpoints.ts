import * as z from 'zod/mini'
import { endpoint } from '../../http/endpoint.ts'
import { SHORTCUTS, shortcutsSchema } from './schema.ts'
import { switchShortcuts } from './switch-shortcuts.ts'

export const shortcutsEndpoint = endpoint({
  method: 'POST',
  path: '/api/accounts/shortcuts/',
  name: 'Shortcuts',
  description: 'Remembers in a cookie whether single keys are shortcuts on the pages.',
  operationId: 'switchShortcuts',
  summary: 'Switch keyboard shortcuts on or off',
  tag: 'Preferences',
  responses: { 200: z.object({ shortcuts: z.enum(SHORTCUTS) }) },
  access: 'public',
  throttle: { policy: 'preferences' },
  input: shortcutsSchema,
  prepareInput: (data) => ({ page: '/', ...data }),
  form: { page: '/', success: '/' },
  run: switchShortcuts,
})
