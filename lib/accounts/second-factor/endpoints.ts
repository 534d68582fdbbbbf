import * as z from 'zod/mini'
import { endpoint } from '../../http/endpoint.ts'
import { tokenPairShape } from '../../tokens/refresh-token.ts'
import { userShape } from '../../users/user.ts'
import { AFTER_LOGIN, SECOND_FACTOR_PAGE } from '../../web/routes.ts'
import { beginEnrolmentAtLogin, finishLogin } from './finish-login.ts'
import { codeSchema, finishLoginSchema, savedSchema, ticketSchema } from './schema.ts'
import {
  AUTHENTICATOR_PAGE,
  beginAuthenticator,
  confirmAuthenticator,
  forgetDevices,
  RECOVERY_CODES_PAGE,
  readSecondFactor,
  removeAuthenticator,
  replaceCodes,
  saveCodes,
} from './second-factor.ts'

const time = z.iso.datetime()
const codesShape = z.object({ detail: z.string(), recovery_codes: z.array(z.string()) })
const tag = 'Second factor'
const SECURITY_PAGE = '/settings/security'

/** A stolen session must neither add nor remove a factor (MF-4). */
const policy = { access: 'authenticated', recentAuthentication: true, throttle: { policy: 'change' } } as const

export const secondFactorStatusEndpoint = endpoint({
  contract: {
    method: 'GET',
    path: '/api/accounts/second-factor/',
    name: 'Second Factor',
    description: 'What the account has besides its password',
    operationId: 'getSecondFactor',
    summary: 'Show the second factor',
    tag,
    responses: {
      200: z.object({
        authenticator: z.nullable(z.object({ created_at: time, last_used_at: z.nullable(time) })),
        recovery_codes: z.nullable(z.object({ created_at: time, total: z.int(), left: z.int() })),
      }),
    },
  },
  policy: { access: 'authenticated' },
  run: readSecondFactor,
})

export const beginAuthenticatorEndpoint = endpoint({
  contract: {
    method: 'POST',
    path: '/api/accounts/second-factor/authenticator/',
    name: 'Authenticator App',
    description: 'Begins to set up an authenticator app. It counts once its first code has been confirmed',
    operationId: 'beginAuthenticator',
    summary: 'Begin to set up an authenticator app',
    tag,
    responses: { 200: z.object({ secret: z.string(), uri: z.string() }) },
    errorStatuses: [403, 409],
  },
  policy,
  form: { page: AUTHENTICATOR_PAGE, success: AUTHENTICATOR_PAGE },
  run: beginAuthenticator,
})

export const confirmAuthenticatorEndpoint = endpoint({
  contract: {
    method: 'POST',
    path: '/api/accounts/second-factor/authenticator/confirm/',
    name: 'Confirm Authenticator App',
    description: 'Adds the authenticator app with its first code. The recovery codes are in this response only',
    operationId: 'confirmAuthenticator',
    summary: 'Add the authenticator app',
    tag,
    responses: { 200: codesShape },
    input: codeSchema,
  },
  policy,
  form: { page: AUTHENTICATOR_PAGE, success: RECOVERY_CODES_PAGE, status: 'authenticator_added' },
  run: confirmAuthenticator,
})

export const removeAuthenticatorEndpoint = endpoint({
  contract: {
    method: 'DELETE',
    path: '/api/accounts/second-factor/authenticator/',
    name: 'Authenticator App',
    description: 'Removes the authenticator app and the recovery codes, by a code of either',
    operationId: 'removeAuthenticator',
    summary: 'Remove the authenticator app',
    tag,
    responses: { 204: null },
    errorStatuses: [404],
    input: codeSchema,
  },
  policy,
  form: { page: AUTHENTICATOR_PAGE, success: SECURITY_PAGE, status: 'authenticator_removed' },
  run: removeAuthenticator,
})

export const replaceRecoveryCodesEndpoint = endpoint({
  contract: {
    method: 'POST',
    path: '/api/accounts/second-factor/recovery-codes/',
    name: 'Recovery Codes',
    description: 'Makes a new set of recovery codes, by a code of the app or of the old set. They are in this response only',
    operationId: 'replaceRecoveryCodes',
    summary: 'Replace the recovery codes',
    tag,
    responses: { 200: codesShape },
    errorStatuses: [404],
    input: codeSchema,
  },
  policy,
  form: { page: RECOVERY_CODES_PAGE, success: RECOVERY_CODES_PAGE, status: 'recovery_codes_replaced' },
  run: replaceCodes,
})

export const saveRecoveryCodesEndpoint = endpoint({
  contract: {
    method: 'POST',
    path: '/api/accounts/second-factor/recovery-codes/saved/',
    name: 'Recovery Codes Saved',
    description: 'Says that the codes on the page have been saved, which no longer shows them',
    operationId: 'saveRecoveryCodes',
    summary: 'Say that the recovery codes have been saved',
    tag,
    responses: { 204: null },
    input: savedSchema,
  },
  policy: { access: 'authenticated', throttle: { policy: 'change' } },
  form: { page: RECOVERY_CODES_PAGE, success: SECURITY_PAGE, status: 'recovery_codes_saved' },
  run: saveCodes,
})

export const forgetTrustedDevicesEndpoint = endpoint({
  contract: {
    method: 'DELETE',
    path: '/api/accounts/second-factor/trusted-devices/',
    name: 'Trusted Devices',
    description: 'Forgets the browsers in which logins need no second factor. Without one nothing happens',
    operationId: 'forgetTrustedDevices',
    summary: 'Forget trusted devices',
    tag,
    responses: { 204: null },
  },
  policy: { access: 'authenticated', throttle: { policy: 'change' } },
  form: { page: SECURITY_PAGE, success: SECURITY_PAGE, status: 'trusted_devices_forgotten' },
  run: forgetDevices,
})

const login = { method: 'POST', tag: 'Sign-up and login' } as const

export const secondFactorEndpoint = endpoint({
  contract: {
    ...login,
    path: '/api/accounts/login/second-factor/',
    name: 'Second Factor',
    description: 'Finishes a login that was answered `mfa_required`, with a code from the authenticator app or a recovery code',
    operationId: 'finishLogin',
    summary: 'Finish a login with a second factor',
    responses: {
      200: z.object({
        message: z.literal('Login successful'),
        user: userShape,
        tokens: tokenPairShape,
        recovery_codes: z.optional(z.array(z.string())),
      }),
    },
    errorStatuses: [401, 429],
    input: finishLoginSchema,
  },
  // The account is counted once the ticket has named it (login-limits.ts).
  policy: { access: 'public', throttle: { policy: 'second_factor' } },
  form: { page: SECOND_FACTOR_PAGE, success: AFTER_LOGIN },
  // A browser's ticket is in its cookie. An API client is no device to be trusted.
  prepareInput: ({ trust, ...data }, client) =>
    client === 'browser' ? { ...data, ticket: '-', ...(trust !== undefined && { trust }) } : data,
  run: finishLogin,
})

export const enrolmentAtLoginEndpoint = endpoint({
  contract: {
    ...login,
    path: '/api/accounts/login/second-factor/authenticator/',
    name: 'Authenticator App at Login',
    description:
      'Begins to add an authenticator app, for a login that was answered `mfa_enrolment_required`. Its first code finishes the login',
    operationId: 'beginAuthenticatorAtLogin',
    summary: 'Add an authenticator app at the login',
    responses: { 200: z.object({ secret: z.string(), uri: z.string() }) },
    errorStatuses: [401, 409],
    input: ticketSchema,
  },
  policy: { access: 'public', throttle: { policy: 'second_factor' } },
  form: { page: SECOND_FACTOR_PAGE, success: SECOND_FACTOR_PAGE },
  prepareInput: (data, client) => (client === 'browser' ? { ...data, ticket: '-' } : data),
  run: beginEnrolmentAtLogin,
})
