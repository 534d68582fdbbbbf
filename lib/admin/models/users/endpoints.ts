import * as z from 'zod/mini'
import { fieldsShownTo } from '../../../fields/account.ts'
import { endpoint } from '../../../http/endpoint.ts'
import { userItemShape } from '../../../users/user.ts'
import { objectEndpoints } from '../../core/endpoints.ts'
import { exportEndpoint } from '../../core/list-endpoints.ts'
import { listOfAction } from '../../core/list-selection.ts'
import { sessionShape } from '../sessions/declaration.ts'
import { actOnUsers, userActionSchema } from './act-on-users.ts'
import { checkChange, checkNewUser, comparePasswords, storedTextsOf } from './check-input.ts'
import { userAdmin } from './declaration.ts'
import { userDetailShape } from './read-user.ts'
import { resetSecondFactor } from './reset-second-factor.ts'
import { addUserSchema, changeUserSchema, resetSecondFactorSchema, setPasswordSchema } from './schema.ts'
import { checkSetPassword, setPassword } from './set-password.ts'
import { endUserSessions, listUserSessions } from './user-sessions.ts'

const tag = 'Administration'
const access = 'authenticated'
const throttle = { policy: 'admin' } as const
const LIST = '/admin/users'
const ONE = '/admin/users/{id}'

const refusedShape = z.object({
  id: z.int(),
  code: z.string(),
  references: z.optional(z.array(z.object({ table: z.string(), count: z.nullable(z.int()) }))),
})

export const {
  list: listUsersEndpoint,
  add: addUserEndpoint,
  read: readUserEndpoint,
  change: changeUserEndpoint,
  remove: deleteUserEndpoint,
} = objectEndpoints(userAdmin, {
  noun: ['account', 'accounts'],
  descriptions: {
    list: 'A page of the accounts, searched, filtered and sorted. Every word of `search` is in the address, the name or the phone number.',
    add: 'Adds an account without any right. With `sign_in_by` `invitation` its owner is mailed a link to choose a password, with `none` it has no password.',
    read: 'An account with its groups and permissions. Of its password no more is shown than how it is kept.',
    remove: 'Deletes an account at once, with everything that is kept about it.',
  },
  shapes: { item: userItemShape, detail: userDetailShape },
  add: { input: addUserSchema, validate: checkNewUser, refine: comparePasswords },
  change: {
    input: changeUserSchema,
    // The choice of a form that leaves a closed account as it is.
    prepareInput: ({ is_active, ...data }, client) =>
      is_active === undefined || (client === 'browser' && is_active === '') ? data : { ...data, is_active },
    stored: storedTextsOf,
    validate: checkChange,
  },
  removeErrors: [409],
})

export const setUserPasswordEndpoint = endpoint({
  contract: {
    method: 'POST',
    path: '/api/admin/users/{id}/password/',
    name: 'User Password',
    description: 'Sets an account’s password, or with `usable_password` false switches it off. Its sessions end, and its owner is told.',
    operationId: 'adminSetPassword',
    summary: 'Set an account’s password',
    tag,
    responses: { 200: userDetailShape },
    errorStatuses: [409],
    input: setPasswordSchema,
  },
  policy: { access, permission: 'accounts.change_user', recentAuthentication: true, throttle },
  form: { page: `${ONE}/password`, success: ONE },
  validate: checkSetPassword,
  run: setPassword,
})

export const resetSecondFactorEndpoint = endpoint({
  contract: {
    method: 'POST',
    path: '/api/admin/users/{id}/second-factor/reset/',
    name: 'User Second Factor',
    description:
      'Removes the authenticator app, recovery codes and passkeys of an account whose owner has lost them. The owner is told the reason. 409 `last_sign_in_method` where the passkeys are the only way in.',
    operationId: 'adminResetSecondFactor',
    summary: 'Remove an account’s second factor',
    tag,
    responses: { 204: null },
    errorStatuses: [409],
    input: resetSecondFactorSchema,
  },
  policy: { access, permission: 'accounts.change_user', recentAuthentication: true, throttle },
  form: { page: `${ONE}/second-factor`, success: ONE },
  run: resetSecondFactor,
})

export const listUserSessionsEndpoint = endpoint({
  contract: {
    method: 'GET',
    path: '/api/admin/users/{id}/sessions/',
    name: 'User Sessions',
    description: 'The sessions of an account that still stand.',
    operationId: 'adminListUserSessions',
    summary: 'List an account’s sessions',
    tag,
    responses: { 200: z.array(sessionShape) },
  },
  policy: {
    access,
    // Those who may end them see what there is to end.
    permission: ['sessions.view_session', 'accounts.change_user'],
    throttle,
  },
  run: listUserSessions,
})

export const endUserSessionsEndpoint = endpoint({
  contract: {
    method: 'DELETE',
    path: '/api/admin/users/{id}/sessions/',
    name: 'User Sessions',
    description: 'Ends all sessions of an account; of one’s own all but the one that asks.',
    operationId: 'adminEndUserSessions',
    summary: 'End an account’s sessions',
    tag,
    responses: { 200: z.object({ sessions_ended: z.int() }) },
  },
  policy: { access, permission: 'accounts.change_user', recentAuthentication: true, throttle },
  form: { page: ONE, success: ONE, status: 'user_sessions_ended' },
  run: endUserSessions,
})

export const userActionsEndpoint = endpoint({
  contract: {
    method: 'POST',
    path: '/api/admin/users/actions/',
    name: 'User Actions',
    description:
      'Does something to several accounts: those of `ids`, or with `all` those that search and filters show, 1000 at most. After 20 seconds it stops: `left` are the ids of the accounts that nothing was done to yet, for another request. `export` leads to their download, however many.',
    operationId: 'adminActOnUsers',
    summary: 'Act on several accounts',
    tag,
    responses: {
      200: z.object({ action: z.string(), count: z.int(), failed: z.array(refusedShape), left: z.array(z.int()) }),
    },
    input: userActionSchema,
    strict: true,
  },
  policy: {
    access,
    permission: 'accounts.view_user',
    recentAuthentication: { page: (fields, next) => listOfAction(LIST, fields, next) },
    throttle,
  },
  form: { page: LIST, success: LIST, status: 'action_done' },
  run: actOnUsers,
})

export const exportUsersEndpoint = exportEndpoint(userAdmin, fieldsShownTo('staff'), 'users_exported', {
  name: 'Users Export',
  description:
    'The accounts of `ids`, or that search and filters show, as CSV in the order of the list. What a spreadsheet would compute begins with an apostrophe.',
  operationId: 'adminExportUsers',
  summary: 'Download the accounts',
})
