import * as z from 'zod/mini'
import { ApiError } from '../../errors.ts'
import { isId } from '../../fields/choice.ts'
import { type AuthenticatedContext, detailShape, endpoint, type Result } from '../../http/endpoint.ts'
import { tokenPairShape } from '../../tokens/refresh-token.ts'
import { userShape } from '../../users/user.ts'
import { ACTIVITY_PAGE, AFTER_LOGIN, LOGIN_PAGE, REAUTHENTICATE_PAGE } from '../../web/routes.ts'
import { checkProfile, completeExternalSignUp } from './complete-sign-up.ts'
import { listExternalAccounts, unlinkExternalAccount } from './link.ts'
import {
  confirmAtProvider,
  finishAtCallback,
  leaveForProvider,
  linkAtProvider,
  logInNatively,
  passOnToCallback,
} from './log-in-at-provider.ts'
import { COMPLETE_SIGN_UP_PAGE } from './log-in-externally.ts'
import { beginSchema, callbackSchema, completeSignUpSchema, confirmSchema, nativeLoginSchema, postedCallbackSchema } from './schema.ts'

const loggedIn = z.object({ message: z.literal('Login successful'), user: userShape, tokens: tokenPairShape })

/** An account at a provider as its owner sees it. */
const externalAccountShape = z.object({
  id: z.int(),
  provider: z.string(),
  email: z.nullable(z.string()),
  created_at: z.iso.datetime(),
  last_used_at: z.iso.datetime(),
})

export const beginExternalLoginEndpoint = endpoint({
  contract: {
    method: 'POST',
    path: '/api/accounts/login/oidc/{provider}/start/',
    name: 'External Login Start',
    description: 'Leads a browser’s form to the login page of an identity provider',
    operationId: 'beginExternalLogin',
    summary: 'Begin to log in with an identity provider',
    tag: 'Sign-up and login',
    responses: {},
    input: beginSchema,
  },
  policy: { access: 'public', throttle: { policy: 'oidc' } },
  form: { page: LOGIN_PAGE, success: AFTER_LOGIN, leaves: true },
  run: leaveForProvider,
})

export const externalLoginCallbackEndpoint = endpoint({
  contract: {
    method: 'GET',
    path: '/api/accounts/login/oidc/{provider}/callback/',
    name: 'External Login Callback',
    description: 'Where an identity provider leads a browser back to',
    operationId: 'finishExternalLogin',
    summary: 'Come back from an identity provider',
    tag: 'Sign-up and login',
    // Of a HEAD, which does nothing.
    responses: { 200: null },
    query: callbackSchema,
    openQuery: true,
  },
  policy: { access: 'public', throttle: { policy: 'oidc' }, sideEffects: 'state' },
  form: { page: LOGIN_PAGE, success: AFTER_LOGIN },
  run: finishAtCallback,
})

export const postedCallbackEndpoint = endpoint({
  contract: {
    method: 'POST',
    path: '/api/accounts/login/oidc/{provider}/callback/',
    name: 'External Login Callback',
    description: 'Where Apple posts its response (`response_mode=form_post`): leads the browser on to the same address by GET',
    operationId: 'receiveExternalLogin',
    summary: 'Come back from Apple',
    tag: 'Sign-up and login',
    responses: { 303: null },
    input: postedCallbackSchema,
    errorStatuses: [405],
  },
  policy: { access: 'public', throttle: { policy: 'oidc' }, anyOrigin: true },
  run: passOnToCallback,
})

export const nativeLoginEndpoint = endpoint({
  contract: {
    method: 'POST',
    path: '/api/accounts/login/oidc/{provider}/',
    name: 'External Login',
    description:
      'Logs in a native client that has been at the identity provider: with a code and its PKCE verifier, or with an ID token and the nonce it was asked for with, as it is or as its SHA-256 in hex. A new account is answered 403 `profile_incomplete` with a ticket for signup/complete/',
    operationId: 'logInExternally',
    summary: 'Log in with an identity provider',
    tag: 'Sign-up and login',
    responses: { 200: loggedIn },
    input: nativeLoginSchema,
  },
  policy: { access: 'public', throttle: { policy: 'oidc' } },
  run: logInNatively,
})

export const completeSignUpEndpoint = endpoint({
  contract: {
    method: 'POST',
    path: '/api/accounts/signup/complete/',
    name: 'Complete Signup',
    description: 'Creates the account of a user who has logged in at an identity provider, with what the provider does not give',
    operationId: 'completeSignUp',
    summary: 'Complete a sign-up with an identity provider',
    tag: 'Sign-up and login',
    responses: { 201: z.object({ message: z.literal('User registered successfully'), user: userShape, tokens: tokenPairShape }) },
    input: completeSignUpSchema,
  },
  policy: { access: 'public', throttle: { policy: 'signup', account: ({ email }) => email ?? null } },
  form: { page: COMPLETE_SIGN_UP_PAGE, success: AFTER_LOGIN, status: 'signed_up' },
  validate: checkProfile,
  run: completeExternalSignUp,
})

export const beginLinkEndpoint = endpoint({
  contract: {
    method: 'POST',
    path: '/api/accounts/login/oidc/{provider}/link/',
    name: 'External Account Link',
    description:
      'Connects an identity provider, to log in to the account with it from then on: a native client shows a login as at login/oidc/{provider}/, a browser’s form is led there first',
    operationId: 'linkExternalAccount',
    summary: 'Connect an identity provider',
    tag: 'Account',
    responses: { 200: detailShape },
    input: nativeLoginSchema,
    errorStatuses: [409],
  },
  policy: { access: 'authenticated', recentAuthentication: true, throttle: { policy: 'change' } },
  form: { page: ACTIVITY_PAGE, success: ACTIVITY_PAGE, leaves: true },
  run: linkAtProvider,
})

export const beginConfirmationEndpoint = endpoint({
  contract: {
    method: 'POST',
    path: '/api/accounts/login/oidc/{provider}/confirm/',
    name: 'External Confirmation',
    description:
      'Takes a login at a connected identity provider, before what a stolen session must not do: a native client shows one as at login/oidc/{provider}/, a browser’s form is led there first',
    operationId: 'confirmExternally',
    summary: 'Confirm who you are with an identity provider',
    tag: 'Sessions',
    responses: { 200: detailShape },
    input: confirmSchema,
  },
  policy: { access: 'authenticated', throttle: { policy: 'oidc' } },
  form: { page: REAUTHENTICATE_PAGE, success: AFTER_LOGIN, leaves: true },
  run: confirmAtProvider,
})

export const listExternalAccountsEndpoint = endpoint({
  contract: {
    method: 'GET',
    path: '/api/accounts/external-accounts/',
    name: 'External Accounts',
    description: 'The accounts at identity providers that the account is logged in to with',
    operationId: 'listExternalAccounts',
    summary: 'List the connected identity providers',
    tag: 'Account',
    responses: { 200: z.array(externalAccountShape) },
  },
  policy: { access: 'authenticated' },
  run: async (_input, { principal }) => ({
    body: (await listExternalAccounts(principal.user.id)).map(({ id, provider, email, linkedAt, lastUsedAt }) => {
      return { id, provider, email, created_at: linkedAt, last_used_at: lastUsedAt }
    }),
  }),
})

export const unlinkExternalAccountEndpoint = endpoint({
  contract: {
    method: 'DELETE',
    path: '/api/accounts/external-accounts/{id}/',
    name: 'External Account',
    description: 'Ends that an account at an identity provider logs in to this one',
    operationId: 'unlinkExternalAccount',
    summary: 'Disconnect an identity provider',
    tag: 'Account',
    responses: { 204: null },
    errorStatuses: [409],
  },
  policy: { access: 'authenticated', recentAuthentication: true, throttle: { policy: 'change' } },
  form: { page: ACTIVITY_PAGE, success: ACTIVITY_PAGE, status: 'external_account_unlinked' },
  run: unlink,
})

async function unlink(_input: unknown, context: AuthenticatedContext): Promise<Result> {
  const { id = '' } = context.params
  if (!isId(id)) throw new ApiError(404, { detail: 'Not found.' })
  await unlinkExternalAccount(Number(id), context.principal, context)
  return { status: 204, body: null }
}
