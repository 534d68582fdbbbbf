/** What clients are told of a passkey that is not accepted, and what the audit log is. */
import { PasskeyRefused, type RefusalReason } from '../../credentials/passkeys.ts'
import { type ErrorCode, ValidationFailed } from '../../errors.ts'

/** A copied passkey is told no more than that it is refused: its holder may be the thief. */
export const errorCodeOf = (reason: RefusalReason): ErrorCode => `passkey_${reason === 'copied' ? 'refused' : reason}`

/** As the audit log names it. */
export const failureOf = (reason: RefusalReason) => (reason === 'copied' ? 'passkey_copied' : 'wrong_passkey')

/**
 * What a passkey's verification yields, or why it was refused.
 * @throws whatever is no refusal
 */
export async function refusalOr<Value>(verification: Promise<Value>): Promise<Value | PasskeyRefused> {
  try {
    return await verification
  } catch (error) {
    if (error instanceof PasskeyRefused) return error
    throw error
  }
}

/** A refusal on the field that holds the passkey's response. Whether the passkey is another account's is told to no one. */
export const fieldError = ({ reason }: PasskeyRefused): ValidationFailed =>
  new ValidationFailed({ credential: [errorCodeOf(reason === 'unknown' ? 'refused' : reason)] })

/** @throws ValidationFailed, as fieldError() */
export async function orFieldError<Value>(verification: Promise<Value>): Promise<Value> {
  const outcome = await refusalOr(verification)
  if (outcome instanceof PasskeyRefused) throw fieldError(outcome)
  return outcome
}
