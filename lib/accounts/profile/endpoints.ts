import { endpoint } from '../../http/endpoint.ts'
import { settings } from '../../settings.ts'
import { ownUserShape, publicUser, storedTexts, userShape } from '../../users/public-user.ts'
import { checkAvailability } from './check-availability.ts'
import { ownAccount } from './own-account.ts'
import { profileSchema } from './schema.ts'
import { updateProfile } from './update-profile.ts'

export const meEndpoint = endpoint({
  contract: {
    method: 'GET',
    path: '/api/accounts/me/',
    name: 'Me',
    description: 'The account that the request belongs to',
    operationId: 'getAccount',
    summary: 'Read the account',
    tag: 'Account',
    responses: { 200: ownUserShape, 304: null },
  },
  policy: { access: 'authenticated' },
  run: async (_input, { principal }) => ownAccount(principal.user),
})

export const updateProfileEndpoint = endpoint({
  contract: {
    method: 'PATCH',
    path: '/api/accounts/me/',
    name: 'Me',
    description: 'Changes the fields that are given: name, phone, first and last name, and the user name where it may be changed',
    operationId: 'updateAccount',
    summary: 'Change the account',
    tag: 'Account',
    responses: { 200: ownUserShape },
    errorStatuses: [412],
    input: profileSchema,
    partial: true,
  },
  policy: {
    access: 'authenticated',
    // It says whether a phone number or a user name has an account.
    throttle: { policy: 'change' },
  },
  form: { page: '/settings/profile', success: '/settings/profile', status: 'changes_saved' },
  stored: async ({ principal }) => storedTexts(principal.user),
  prepareInput: ({ username, ...data }) => (settings().USERNAME_EDITABLE && username !== undefined ? { ...data, username } : data),
  validate: checkAvailability,
  run: updateProfile,
})

/** The tutorial's example of a protected view. */
export const protectedEndpoint = endpoint({
  contract: {
    method: 'GET',
    path: '/api/protected-endpoint/',
    name: 'Protected Endpoint',
    description: 'Protected endpoint that requires authentication',
    operationId: 'getProtected',
    summary: 'An example of a protected endpoint',
    tag: 'Account',
    responses: { 200: userShape },
  },
  policy: { access: 'authenticated' },
  run: async (_input, { principal }) => ({ body: publicUser(principal.user) }),
})
