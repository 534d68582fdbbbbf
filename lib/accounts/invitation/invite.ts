import type { AuditSource } from '../../audit/audit.ts'
import type { Transaction, User } from '../../db/client.ts'
import { settings } from '../../settings.ts'
import { mailPasswordResetLink } from '../password-reset/reset-link.ts'
import { invitationEmail } from './emails.ts'

/** Whether an account has never been used: it has no password yet, and its owner has never signed in. */
export const isInvited = ({ password, lastLogin }: Pick<User, 'password' | 'lastLogin'>) => password.startsWith('!') && lastLogin === null

/** Queues an invitation, which replaces an earlier one. @returns false if the address has been sent too many emails */
export const mailInvitation = (tx: Transaction, user: User, source: AuditSource): Promise<boolean> =>
  mailPasswordResetLink(tx, user, invitationEmail, source, { kind: 'invitation', lifetime: settings().INVITATION_TIMEOUT })
