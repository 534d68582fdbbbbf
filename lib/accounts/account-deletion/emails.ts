import { type EmailContent, formatDateTime, formatDuration } from '../../mail/render-email.ts'
import { settings } from '../../settings.ts'
import { retentionNotice } from '../../users/delete-account.ts'

/** @param grace how long the account can be restored, in seconds */
export function deletionEmail(due: Date, grace: number, details: NonNullable<EmailContent['details']>): EmailContent {
  const { APP_NAME } = settings()
  return {
    subject: `Your ${APP_NAME} account will be deleted`,
    preheader: `You have ${formatDuration(grace)} to change your mind.`,
    heading: 'Your account will be deleted',
    paragraphs: [
      `Your account is closed and can’t be signed in to. On ${formatDateTime(due)} it will be permanently deleted. ${retentionNotice()}`,
      'You can restore it until then.',
    ],
    action: { label: 'Restore my account', page: '/account-deletion/undo', withToken: true },
    expires: { at: due, after: grace },
    details,
    closing: 'If this wasn’t you, restore the account and change its password, because someone else knows it.',
  }
}
