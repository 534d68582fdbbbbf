/** A login at an identity provider: begun there, and brought back by a browser or shown by a native client. */
import { recordEvent } from '../../audit/audit.ts'
import { nameFromApple } from '../../authentication/apple.ts'
import { type ExternalIdentity, type ReadyProvider, toName } from '../../authentication/external-identity.ts'
import { beginExternalLogin, consumeExternalLogin, consumeIdToken, type Intent } from '../../authentication/external-login.ts'
import { authorizationUrl, identityFromCode, identityFromIdToken, requireProvider } from '../../authentication/identity-provider.ts'
import { database, type ExternalLogin, lockUser } from '../../db/client.ts'
import { ApiError, ValidationFailed } from '../../errors.ts'
import type { AuthenticatedContext, Context, Result } from '../../http/endpoint.ts'
import type { Principal } from '../../sessions/principal.ts'
import { renewAuthentication } from '../../sessions/session.ts'
import { settings } from '../../settings.ts'
import { ACTIVITY_PAGE, AFTER_LOGIN, LOGIN_PAGE, REAUTHENTICATE_PAGE, safeNextPath } from '../../web/routes.ts'
import { AlreadyLinked, findExternalAccount, linkExternalAccount } from './link.ts'
import { logInExternally } from './log-in-externally.ts'
import { orRefuse, refusal } from './refusals.ts'
import type { NativeLoginInput, PostedCallbackInput } from './schema.ts'

/** Where providers lead browsers back to, as it is registered there. */
const callbackOf = ({ id }: ReadyProvider) => new URL(`/api/accounts/login/oidc/${id}/callback/`, settings().APP_URL)

const providerOf = ({ params }: Context) => requireProvider(params.provider ?? '')

/** @throws ApiError 400: without a cookie, nothing would bind the login to who began it */
function requireBrowser({ client }: Context): void {
  if (client !== 'browser') throw new ApiError(400, { detail: 'Only a browser’s form can do this.', code: 'browser_required' })
}

/** Where errors are shown, by what the login was begun for. */
const PAGES = { login: LOGIN_PAGE, link: ACTIVITY_PAGE, confirm: REAUTHENTICATE_PAGE } as const

const pageOf = ({ purpose }: Pick<ExternalLogin, 'purpose'>) => PAGES[purpose as Intent['purpose']]

/** Leads a browser to a provider's login page. @throws the refusals of refusals.ts */
async function begin(provider: ReadyProvider, intent: Omit<Intent, 'provider'>, context: Context): Promise<Result> {
  const { secrets, cookie } = await beginExternalLogin({ provider: provider.id, ...intent }, context)
  const again = intent.purpose === 'confirm'
  const asked = authorizationUrl(provider, secrets, callbackOf(provider).href, context.now, { again })
  const url = await orRefuse(provider, context, asked, { page: pageOf(intent) })
  return { body: null, setCookies: [cookie], leaveTo: { url, name: provider.name } }
}

export async function leaveForProvider({ next, remember = '' }: { next?: string; remember?: string }, context: Context): Promise<Result> {
  const provider = providerOf(context)
  requireBrowser(context)
  return begin(provider, { purpose: 'login', next: safeNextPath(next), remember: remember !== '' }, context)
}

/**
 * Links an account at a provider: a browser is led there first. Not before the address is verified: its mailbox may be another
 * person's (SU-5).
 */
export async function linkAtProvider(input: NativeLoginInput, context: AuthenticatedContext): Promise<Result> {
  const provider = providerOf(context)
  const { user, claims } = context.principal
  if (user.emailVerifiedAt === null) throw new ValidationFailed({ non_field_errors: ['external_link_unverified'] })
  if (context.client === 'api') return link(provider, await identityOf(provider, input, context), context.principal, context)
  return begin(provider, { purpose: 'link', next: null, remember: false, owner: { userId: user.id, sid: claims.sid } }, context)
}

/** Step-up: the owner shows at a provider that is linked that it is they. A browser is led there first. */
export async function confirmAtProvider(
  { next, ...input }: NativeLoginInput & { next?: string },
  context: AuthenticatedContext,
): Promise<Result> {
  const provider = providerOf(context)
  const { user, claims } = context.principal
  if (context.client === 'api') {
    const since = new Date(context.now.getTime() - settings().REAUTHENTICATION_TIMEOUT * 1000)
    return confirm(provider, await identityOf(provider, input, context, since), null, context.principal, context)
  }
  const owner = { userId: user.id, sid: claims.sid }
  return begin(provider, { purpose: 'confirm', next: safeNextPath(next), remember: false, owner }, context)
}

/**
 * A response that is posted from Apple's site, to which browsers send none of our cookies (SameSite=Lax): it is led on to the
 * callback by GET, to which they do. Nothing is looked up, used or set here, and only what a callback takes is passed on.
 * @throws ApiError 405 for another provider, whose response comes by GET
 */
export async function passOnToCallback({ user, ...parameters }: PostedCallbackInput, context: Context): Promise<Result> {
  const provider = providerOf(context)
  if (provider.client.kind !== 'apple') throw new ApiError(405, { detail: 'Method "POST" not allowed.' })
  const name = nameFromApple(user)
  const callback = callbackOf(provider)
  callback.search = new URLSearchParams({ ...parameters, ...(name !== null && { name }) }).toString()
  return { status: 303, body: null, redirect: callback.pathname + callback.search }
}

/** What a provider brings back: at the provider and in the browser that it was begun for, once (OI-1). */
export async function finishAtCallback(_input: unknown, context: Context): Promise<Result> {
  const provider = providerOf(context)
  requireBrowser(context)
  const { state, name, ...parameters } = context.query as Record<string, string>
  const begun = state === undefined ? null : await consumeExternalLogin(state, provider.id, context)
  if (!begun || state === undefined) throw refusal('external_login_expired', provider, context)
  const callback = callbackOf(provider)
  for (const [name, value] of Object.entries({ ...parameters, state })) callback.searchParams.set(name, value)
  const { row, secrets } = begun
  const code = { callback, ...secrets, ...(row.purpose === 'confirm' && { since: row.createdAt }) }
  const asked = identityFromCode(provider, code, context.now)
  const verified = await orRefuse(provider, context, asked, { page: pageOf(row), login: { subjectId: row.userId } })
  // Apple's is not signed, and said to the browser alone: it fills in a field that its owner sees, and nothing else is made of it.
  const identity = provider.client.kind === 'apple' ? { ...verified, name: toName(name) } : verified
  if (row.purpose === 'login') return logInExternally(provider, identity, row, context)
  const principal = requireOwner(provider, row, context)
  return row.purpose === 'link' ? link(provider, identity, principal, context) : confirm(provider, identity, row.next, principal, context)
}

/** @throws refusal() where another session than the one that began it brings it back */
function requireOwner(provider: ReadyProvider, { userId, sessionId }: ExternalLogin, context: Context): Principal {
  const { browserPrincipal: principal } = context
  if (principal === null || principal.user.id !== userId || principal.claims.sid !== sessionId)
    throw refusal('external_login_expired', provider, context)
  return principal
}

/** The session may then do what a stolen one must not, as after the password. */
async function confirm(
  provider: ReadyProvider,
  identity: ExternalIdentity,
  next: string | null,
  principal: Principal,
  context: Context,
): Promise<Result> {
  const { user, claims } = principal
  const who = { actorId: user.id, subjectId: user.id, sessionId: claims.sid }
  if ((await findExternalAccount(identity))?.userId !== user.id) {
    const failure = { ...who, outcome: 'failure', detail: { reason: 'wrong_external_account' } } as const
    await recordEvent(database(), 'reauthentication_failed', failure, context)
    throw refusal('external_account_refused', provider, context, REAUTHENTICATE_PAGE)
  }
  await database().$transaction(async (tx) => {
    if (!(await renewAuthentication(tx, principal, context.now))) throw refusal('external_login_expired', provider, context)
    await recordEvent(tx, 'reauthenticated', { ...who, detail: { provider: provider.name } }, context)
  })
  const body = { detail: 'You have confirmed that it is you.' }
  return { body, redirect: next ?? AFTER_LOGIN, flash: { status: 'reauthenticated' } }
}

/** Links an account, in the session that asked for it. */
async function link(provider: ReadyProvider, identity: ExternalIdentity, principal: Principal, context: Context): Promise<Result> {
  const linked = await findExternalAccount(identity)
  if (linked && linked.userId !== principal.user.id) throw refusal('external_account_taken', provider, context, ACTIVITY_PAGE)
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
  return { body: { detail: 'The account is connected.' }, redirect: ACTIVITY_PAGE, flash: { status: 'external_account_linked' } }
}

/**
 * Signs in a native client, which has been at the provider itself.
 * @throws ValidationFailed for fields that are missing; the refusals of refusals.ts
 */
export async function logInNatively(input: NativeLoginInput, context: Context): Promise<Result> {
  const provider = providerOf(context)
  return logInExternally(provider, await identityOf(provider, input, context), { next: null, remember: false }, context)
}

/** Whose it was to be is not known. */
const LOGIN = { login: { subjectId: null } }

/** Who a native client shows to have signed in. @param since when at the earliest */
async function identityOf(provider: ReadyProvider, input: NativeLoginInput, context: Context, since?: Date): Promise<ExternalIdentity> {
  const { code, code_verifier: verifier, redirect_uri, iss, id_token, nonce } = input
  if (id_token !== undefined) {
    if (nonce === undefined) throw new ValidationFailed({ nonce: ['required'] })
    const { expiresAt, ...identity } = await orRefuse(
      provider,
      context,
      identityFromIdToken(provider, id_token, nonce, context.now, since),
      LOGIN,
    )
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
  const asked = identityFromCode(provider, { callback, verifier, since, ...(nonce !== undefined && { nonce }) }, context.now)
  return orRefuse(provider, context, asked, LOGIN)
}
