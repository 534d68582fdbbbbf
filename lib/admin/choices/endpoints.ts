import * as z from 'zod/mini'
import { endpoint } from '../../http/endpoint.ts'
import { pageShape } from '../core/list-result.ts'
import { groupChoices } from './choices.ts'
import { choicesQuery, listChoices } from './list-choices.ts'

const PATH = '/api/admin/groups/choices/'

const choiceShape = z.object({ id: z.int(), label: z.string(), grantable: z.boolean() }).register(z.globalRegistry, { id: 'Choice' })

export const listGroupChoicesEndpoint = endpoint({
  contract: {
    method: 'GET',
    path: PATH,
    name: 'Group Choices',
    description: 'A page of the groups that an account may be put into, and which of them the caller may give.',
    operationId: 'adminListGroupChoices',
    summary: 'List the groups to choose from',
    tag: 'Administration',
    responses: { 200: pageShape(choiceShape) },
    query: choicesQuery,
  },
  policy: {
    access: 'authenticated',
    // Staff who fill in the form see what there is to choose, as in Django's.
    permission: ['auth.view_group', 'accounts.change_user'],
    throttle: { policy: 'admin' },
  },
  run: (_input, context) => listChoices(PATH, groupChoices, context),
})
