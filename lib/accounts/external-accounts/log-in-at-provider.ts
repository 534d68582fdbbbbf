/** A login at an identity provider: begun there, and brought back by a browser or shown by a native client. */
import { beginExternalLogin, consumeExternalLogin, consumeIdToken, type Intent } from '../../authentication/external-login.ts'
import {
  authorizationUrl,
  type ExternalIdentity,
  identityFromCode,
  identityFromIdToken,
  requireProvider,
} from '../../authentication/identity-provider.ts'
import type { ReadyProvider } from '../../authentication/provider-connection.ts'
import { database, type ExternalLogin, lockUser } from '../../db/client.ts'
import { ApiError, ValidationFailed } from '../../errors.ts'
import type { AuthenticatedContext, Context, Result } from '../../http/endpoint.ts'
import { settings } from '../../settings.ts'
import { ACTIVITY_PAGE, LOGIN_PAGE, safeNextPath } from '../../web/routes.ts'
import { AlreadyLinked, findExternalAccount, linkExternalAccount } from './link.ts'
import { logInExternally } from './log-in-externally.ts'
import { orRefuse, refusal } from './refusals.ts'
import type { NativeLoginInput } from './schema.ts'

/** Where providers lead browsers back to, as it is registered there. */
const callbackOf = ({ id }: ReadyProvider) => new URL(`/api/accounts/login/oidc/${id}/callback/`, settings().APP_URL)

const providerOf = ({ params }: Context) => requireProvider(params.provider ?? '')

/** @throws ApiError 400: without a cookie, nothing would bind the login to who began it */
function requireBrowser({ client }: Context): void {
  if (client !== 'browser') throw new ApiError(400, { detail: 'Only a browser’s form can do this.', code: 'browser_required' })
}

/** Leads a browser to a provider's login page. @throws the refusals of refusals.ts */
async function begin(provider: ReadyProvider, intent: Omit<Intent, 'provider'>, context: Context): Promise<Result> {
  const { secrets, cookie } = await beginExternalLogin({ provider: provider.id, ...intent }, context)
  const page = intent.purpose === 'link' ? ACTIVITY_PAGE : LOGIN_PAGE
  const url = await orRefuse(provider, context, authorizationUrl(provider, secrets, callbackOf(provider).href, context.now), page)
  return { body: null, setCookies: [cookie], leaveTo: { url, name: provider.name } }
}

export async function leaveForProvider({ next }: { next?: string }, context: Context): Promise<Result> {
  const provider = providerOf(context)
  requireBrowser(context)
  return begin(provider, { purpose: 'login', next: safeNextPath(next) }, context)
}

/** Begins to link an account at a provider. Not before the address is verified: its mailbox may be another person's (SU-5). */
export async function leaveToLink(_input: unknown, context: AuthenticatedContext): Promise<Result> {
  const provider = providerOf(context)
  requireBrowser(context)
  const { user, claims } = context.principal
  if (user.emailVerifiedAt === null) throw new ValidationFailed({ non_field_errors: ['external_link_unverified'] })
  return begin(provider, { purpose: 'link', next: null, owner: { userId: user.id, sid: claims.sid } }, context)
}

/** What a provider brings back: at the provider and in the browser that it was begun for, once (OI-1). */
export async function finishAtCallback(_input: unknown, context: Context): Promise<Result> {
  const provider = providerOf(context)
  requireBrowser(context)
  const { state, ...parameters } = context.query as Record<string, string>
  const begun = state === undefined ? null : await consumeExternalLogin(state, provider.id, context)
  if (!begun || state === undefined) throw refusal('external_login_expired', provider, context)
  const callback = callbackOf(provider)
  for (const [name, value] of Object.entries({ ...parameters, state })) callback.searchParams.set(name, value)
  const page = begun.row.purpose === 'link' ? ACTIVITY_PAGE : LOGIN_PAGE
  const identity = await orRefuse(provider, context, identityFromCode(provider, { callback, ...begun.secrets }, context.now), page)
  return begun.row.purpose === 'link'
    ? link(provider, identity, begun.row, context)
    : logInExternally(provider, identity, begun.row.next, context)
}

/** Links an account, in the session that asked for it. */
async function link(provider: ReadyProvider, identity: ExternalIdentity, row: ExternalLogin, context: Context): Promise<Result> {
  const { browserPrincipal: principal } = context
  const isOwner = principal !== null && principal.user.id === row.userId && principal.claims.sid === row.sessionId
  if (!isOwner) throw refusal('external_login_expired', provider, context)
  const linked = await findExternalAccount(identity)
  if (linked && linked.userId !== row.userId) throw refusal('external_account_taken', provider, context, ACTIVITY_PAGE)
  if (!linked) {
    try {
      await database().$transaction(async (tx) => {
        const user = await lockUser(tx, principal.user.id)
        // Another password, or another address, ends what was begun with the former one.
        const isSame = user?.isActive && user.password === principal.user.password && user.emailVerifiedAt !== null
        if (!isSame) throw refusal('external_login_expired', provider, context)
        await linkExternalAccount(tx, user, provider, identity, { by: 'owner', sessionId: principal.claims.sid }, context)
      })
    } catch (error) {
      if (error instanceof AlreadyLinked) throw refusal('external_account_taken', provider, context, ACTIVITY_PAGE)
      throw error
    }
  }
  return { body: null, redirect: ACTIVITY_PAGE, flash: { status: 'external_account_linked', values: { provider: provider.name } } }
}

/**
 * Signs in a native client, which has been at the provider itself.
 * @throws ValidationFailed for fields that are missing; the refusals of refusals.ts
 */
export async function logInNatively(input: NativeLoginInput, context: Context): Promise<Result> {
  const provider = providerOf(context)
  return logInExternally(provider, await identityOf(provider, input, context), null, context)
}

async function identityOf(provider: ReadyProvider, input: NativeLoginInput, context: Context): Promise<ExternalIdentity> {
  const { code, code_verifier: verifier, redirect_uri, iss, id_token, nonce } = input
  if (id_token !== undefined) {
    if (nonce === undefined) throw new ValidationFailed({ nonce: ['required'] })
    const { expiresAt, ...identity } = await orRefuse(provider, context, identityFromIdToken(provider, id_token, nonce, context.now))
    if (!(await consumeIdToken(provider.id, id_token, expiresAt, context.now))) throw refusal('external_login_failed', provider, context)
    return identity
  }
  if (code === undefined) throw new ValidationFailed({ code: ['required'] })
  if (verifier === undefined) throw new ValidationFailed({ code_verifier: ['required'] })
  if (redirect_uri === undefined) throw new ValidationFailed({ redirect_uri: ['required'] })
  if (!URL.canParse(redirect_uri)) throw new ValidationFailed({ redirect_uri: ['invalid'] })
  const callback = new URL(redirect_uri)
  callback.search = new URLSearchParams({ code, ...(iss !== undefined && { iss }) }).toString()
  callback.hash = ''
  return orRefuse(provider, context, identityFromCode(provider, { callback, verifier, ...(nonce !== undefined && { nonce }) }, context.now))
}
