import * as z from 'zod/mini'
import { endpoint } from '../../http/endpoint.ts'
import { permissionFor } from '../declaration.ts'
import { models } from '../registry.ts'
import { chooseColumns } from './choose-columns.ts'
import { chooseColumnsSchema } from './schema.ts'

export const chooseColumnsEndpoint = endpoint({
  method: 'POST',
  path: '/api/admin/columns/{list}/',
  name: 'Columns',
  description:
    'Keeps the columns in which whoever asks sees a list on its page (`users`, `sessions` …). The first one is always among them; none stands for those that the list shows by itself.',
  operationId: 'adminChooseColumns',
  summary: 'Choose a list’s columns',
  tag: 'Administration',
  responses: { 200: z.object({ list: z.string(), columns: z.array(z.string()) }) },
  access: 'authenticated',
  // One of them lets in; the list that is named wants its own.
  permission: models.filter(({ listOptional }) => listOptional.length > 0).map((model) => permissionFor(model, 'view')),
  throttle: { policy: 'admin' },
  input: chooseColumnsSchema,
  form: { page: '/admin/{list}', success: '/admin/{list}', status: 'columns_chosen' },
  run: chooseColumns,
})
