import * as z from 'zod/mini'
import { detailShape, endpoint } from '../../http/endpoint.ts'
import { tokenPairShape } from '../../tokens/refresh-token.ts'
import { userShape } from '../../users/user.ts'
import { AFTER_LOGIN, LOGIN_PAGE, REAUTHENTICATE_PAGE, SECOND_FACTOR_PAGE } from '../../web/routes.ts'
import { credentialSchema, passkeyFactorSchema, passkeyLoginSchema, ticketSchema } from '../passkeys/schema.ts'
import { requestOptionsShape } from '../passkeys/shapes.ts'
import { beginPasskeyLogin, logInWithPasskey } from './log-in.ts'
import { beginPasskeyFactor, finishLoginWithPasskey } from './second-factor.ts'
import { beginPasskeyConfirmation, confirmWithPasskey } from './step-up.ts'

const loggedIn = z.object({ message: z.literal('Login successful'), user: userShape, tokens: tokenPairShape })

const asking = { policy: 'passkey' } as const
const login = { method: 'POST', tag: 'Sign-up and login' } as const

export const beginPasskeyLoginEndpoint = endpoint({
  contract: {
    ...login,
    path: '/api/accounts/login/passkey/options/',
    name: 'Passkey Login Options',
    description: 'What navigator.credentials.get() takes to log in with any passkey of this site; good for five minutes',
    operationId: 'beginPasskeyLogin',
    summary: 'Begin to log in with a passkey',
    responses: { 200: requestOptionsShape },
  },
  policy: { access: 'public', throttle: asking, forScripts: true },
  run: beginPasskeyLogin,
})

export const passkeyLoginEndpoint = endpoint({
  contract: {
    ...login,
    path: '/api/accounts/login/passkey/',
    name: 'Passkey Login',
    description:
      'Logs in with a passkey that has verified its user, which is two factors. One that no account has is answered 404 `passkey_unknown`',
    operationId: 'logInWithPasskey',
    summary: 'Log in with a passkey',
    responses: { 200: loggedIn },
    errorStatuses: [401],
    input: passkeyLoginSchema,
  },
  policy: { access: 'public', throttle: asking },
  form: { page: LOGIN_PAGE, success: AFTER_LOGIN },
  prepareInput: ({ remember, ...data }, client) => (client === 'browser' && remember !== undefined ? { ...data, remember } : data),
  run: logInWithPasskey,
})

/** A browser's ticket is in its cookie. */
const withTicket = (data: Record<string, unknown>, client: 'browser' | 'api') => (client === 'browser' ? { ...data, ticket: '-' } : data)

export const beginPasskeyFactorEndpoint = endpoint({
  contract: {
    ...login,
    path: '/api/accounts/login/second-factor/passkey/options/',
    name: 'Passkey Second Factor Options',
    description:
      'What navigator.credentials.get() takes to finish a login that was answered `mfa_required` with `passkey` among its methods',
    operationId: 'beginPasskeyFactor',
    summary: 'Begin to finish a login with a passkey',
    responses: { 200: requestOptionsShape },
    errorStatuses: [401],
    input: ticketSchema,
  },
  policy: { access: 'public', throttle: asking, forScripts: true },
  prepareInput: withTicket,
  run: beginPasskeyFactor,
})

export const passkeyFactorEndpoint = endpoint({
  contract: {
    ...login,
    path: '/api/accounts/login/second-factor/passkey/',
    name: 'Passkey Second Factor',
    description: 'Finishes a login that was answered `mfa_required` with a passkey of the account',
    operationId: 'finishLoginWithPasskey',
    summary: 'Finish a login with a passkey',
    responses: { 200: loggedIn },
    errorStatuses: [401, 429],
    input: passkeyFactorSchema,
  },
  // The account is counted once the ticket has named it (login-limits.ts).
  policy: { access: 'public', throttle: { policy: 'second_factor' } },
  form: { page: SECOND_FACTOR_PAGE, success: AFTER_LOGIN },
  prepareInput: withTicket,
  run: finishLoginWithPasskey,
})

export const beginPasskeyConfirmationEndpoint = endpoint({
  contract: {
    method: 'POST',
    path: '/api/accounts/reauthenticate/passkey/options/',
    name: 'Passkey Confirmation Options',
    description: 'What navigator.credentials.get() takes to confirm who you are with a passkey of the account; good for five minutes',
    operationId: 'beginPasskeyConfirmation',
    summary: 'Begin to confirm who you are with a passkey',
    tag: 'Sessions',
    responses: { 200: requestOptionsShape },
  },
  policy: { access: 'authenticated', throttle: asking },
  run: beginPasskeyConfirmation,
})

export const passkeyConfirmationEndpoint = endpoint({
  contract: {
    method: 'POST',
    path: '/api/accounts/reauthenticate/passkey/',
    name: 'Passkey Confirmation',
    description: 'Takes a passkey of the account in place of the password, before what a stolen session must not do',
    operationId: 'confirmWithPasskey',
    summary: 'Confirm who you are with a passkey',
    tag: 'Sessions',
    responses: { 200: detailShape },
    input: credentialSchema,
  },
  policy: {
    access: 'authenticated',
    // Counted with wrong passwords.
    throttle: { policy: 'login', account: (_input, { principal }) => principal.user.email },
  },
  form: { page: REAUTHENTICATE_PAGE, success: AFTER_LOGIN, status: 'reauthenticated' },
  run: confirmWithPasskey,
})
