/** Logins at identity providers that end without a session: what is said, logged and audited. Nothing the provider says is shown. */
import { recordEvent } from '../../audit/audit.ts'
import { ProviderFailure, type ReadyProvider } from '../../authentication/external-identity.ts'
import { database } from '../../db/client.ts'
import { ApiError, ValidationFailed } from '../../errors.ts'
import type { Context } from '../../http/endpoint.ts'
import { message } from '../../http/messages.ts'
import { errorFields, log } from '../../log.ts'

/** Why, by the error's code, with the status that API clients get. */
const STATUSES = {
  external_login_denied: 400,
  external_login_failed: 400,
  external_login_expired: 400,
  external_account_exists: 403,
  external_account_refused: 403,
  external_account_taken: 409,
  external_email_unverified: 403,
  provider_unreachable: 503,
} as const

export type Refusal = keyof typeof STATUSES

/** How soon a provider may be asked again, in seconds. */
const RETRY_AFTER = 10

/**
 * The error of a refusal: a browser's form shows it, API clients get its code.
 * @param page where a browser is told, if not on the sign-in page
 */
export function refusal(code: Refusal, { name }: ReadyProvider, { client }: Context, page?: string): ApiError | ValidationFailed {
  const status = STATUSES[code]
  const errorCode = `${code}:${name}`
  if (client === 'browser') return new ValidationFailed({ non_field_errors: [errorCode] }, page)
  const retry: Record<string, string> = status === 503 ? { 'Retry-After': String(RETRY_AFTER) } : {}
  return new ApiError(status, { detail: message(errorCode), code }, retry)
}

/** Records a refused login of someone who was at the provider. @param subjectId the account that it was about */
export function recordRefusal(code: Refusal, { name }: ReadyProvider, subjectId: number | null, context: Context): Promise<void> {
  const entry = { outcome: 'failure', actorId: null, subjectId, detail: { provider: name, reason: code } } as const
  return recordEvent(database(), 'external_login_failed', entry, context)
}

const BY_REASON = {
  denied: 'external_login_denied',
  unavailable: 'provider_unreachable',
  invalid: 'external_login_failed',
} as const

/**
 * Asks a provider something.
 * @param options `page` as refusal() has it; `login`: whether it ends a login, whose failure is recorded, for the account it is about
 * @throws the refusal that its failure is answered with
 */
export async function orRefuse<Answer>(
  provider: ReadyProvider,
  context: Context,
  question: Promise<Answer>,
  { page, login }: { page?: string; login?: { subjectId: number | null } } = {},
): Promise<Answer> {
  try {
    return await question
  } catch (error) {
    if (!(error instanceof ProviderFailure)) throw error
    const { reason, code } = error
    log().warn({ provider: provider.id, reason, code, requestId: context.requestId }, 'identity_provider_failed')
    if (reason === 'unavailable' && error.cause !== undefined) log().debug(errorFields(error.cause), 'identity_provider_failed')
    if (login) await recordRefusal(BY_REASON[reason], provider, login.subjectId, context)
    throw refusal(BY_REASON[reason], provider, context, page)
  }
}
