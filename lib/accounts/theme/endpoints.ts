import * as z from 'zod/mini'
import { THEMES } from '../../fields/theme.ts'
import { endpoint } from '../../http/endpoint.ts'
import { chooseTheme } from './choose-theme.ts'
import { themeSchema } from './schema.ts'

export const themeEndpoint = endpoint({
  contract: {
    method: 'POST',
    path: '/api/accounts/theme/',
    name: 'Theme',
    description: 'Remembers in a cookie whether pages are light, dark or as the system is.',
    operationId: 'chooseTheme',
    summary: 'Choose light or dark pages',
    tag: 'Preferences',
    responses: { 200: z.object({ theme: z.enum(THEMES) }) },
    input: themeSchema,
  },
  policy: { access: 'public', throttle: { policy: 'preferences' } },
  form: { page: '/', success: '/' },
  prepareInput: (data) => ({ page: '/', ...data }),
  run: chooseTheme,
})
