/** Invitations: the first email to the owner of an account that staff added. */
import type { AuditSource } from '../audit/audit.ts'
import type { Transaction, User } from '../db/client.ts'
import { type EmailContent, formatDuration } from '../mail/render-email.ts'
import { settings } from '../settings.ts'
import { mailPasswordResetLink } from './password-reset-link.ts'

/** Whether the owner has never chosen a password nor signed in: the account still waits for its first use. */
export const isInvited = ({ password, lastLogin }: Pick<User, 'password' | 'lastLogin'>) => password.startsWith('!') && lastLogin === null

/** Queues an invitation, which takes an earlier one's place. @returns false when the address has been sent too many */
export const mailInvitation = (tx: Transaction, user: User, source: AuditSource): Promise<boolean> =>
  mailPasswordResetLink(tx, user, invitationEmail, source, { kind: 'invitation', lifetime: settings().INVITATION_TIMEOUT })

function invitationEmail({ now }: AuditSource): EmailContent {
  const { APP_NAME, APP_URL, INVITATION_TIMEOUT: after } = settings()
  return {
    subject: `You’re invited to ${APP_NAME}`,
    preheader: `Choose a password to sign in. The link expires in ${formatDuration(after)}.`,
    heading: `You’re invited to ${APP_NAME}`,
    paragraphs: ['An administrator has created an account for this email address. Choose a password to start using it.'],
    action: { label: 'Choose a password', page: '/password-reset/confirm', withToken: true },
    expires: { at: new Date(now.getTime() + after * 1000), after },
    closing: `If the link has expired, request a new one at ${APP_URL.origin}/password-reset. If you don’t want an account, ignore this email.`,
  }
}
