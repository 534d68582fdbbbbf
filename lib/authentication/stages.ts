/** What a login has to pass after the account is identified, before a session starts. */
import type { Transaction, User } from '../db/client.ts'
import { settings } from '../settings.ts'
import type { Identity } from './identify.ts'

/** What a login that is held back asks for. */
export interface Challenge {
  /** Stable, for API clients: `mfa_required`. */
  code: string
  /** For people. */
  detail: string
  /** The ways to pass, where there are several. */
  methods?: readonly string[]
  /** The page where a browser continues. */
  page: string
}

/** A stage that holds a login back refuses it, or asks for more: then the login is pending until resumeLogin(). */
export type LoginStage = {
  name: string
  /** Whether it holds the login back. @param db the transaction of a sign-up, whose account no other connection sees yet */
  applies: (identity: Identity, db: Transaction) => boolean | Promise<boolean>
} & (
  | { /** As the audit log has it. */ refusal: 'wrong_credentials' | 'email_not_verified' }
  | { challenge: (identity: Identity) => Challenge | Promise<Challenge> }
)

/** Holds back logins of inactive accounts, as if the credential were wrong. */
const activeAccount: LoginStage = {
  name: 'active_account',
  applies: ({ user }) => !user.isActive,
  refusal: 'wrong_credentials',
}

/** Holds back logins until the account's email address is verified (EMAIL_VERIFICATION). */
const verifiedEmail: LoginStage = {
  name: 'verified_email',
  applies: ({ user }) => isVerificationRequired(user),
  refusal: 'email_not_verified',
}

/** The stages in their order. A second factor comes next, then what a sign-up elsewhere left out of the profile. */
export const stages: LoginStage[] = [activeAccount, verifiedEmail]

/** The first stage that holds a login back; null when it may complete. */
export async function stageThatHolds(identity: Identity, db: Transaction): Promise<LoginStage | null> {
  for (const stage of stages) if (await stage.applies(identity, db)) return stage
  return null
}

/** Whether an account cannot be used until its email is verified. */
export const isVerificationRequired = ({ emailVerifiedAt }: Pick<User, 'emailVerifiedAt'>) =>
  settings().EMAIL_VERIFICATION === 'mandatory' && emailVerifiedAt === null
