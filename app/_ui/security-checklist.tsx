import type { ReactNode } from 'react'
import { lastTime } from '#lib/audit/page-of-events'
import { settings } from '#lib/settings'
import { DoneIcon, ErrorIcon } from './icons.tsx'
import { Timestamp } from './timestamp.tsx'

interface Props {
  user: { id: number; emailVerifiedAt: Date | null }
}

/** For how long a failed sign-in is worth a look, in milliseconds. */
const RECENT = 30 * 86_400_000

/** What keeps an account safe, what of it is in order, and what to do about the rest. */
export async function SecurityChecklist({ user }: Props) {
  const failure = await lastTime(user.id, ['login_failed'], 'failure')
  const changed = await lastTime(user.id, ['password_changed', 'password_reset'])
  const failedLately = failure !== null && Date.now() - failure.getTime() < RECENT
  return (
    <ul className="checklist">
      {user.emailVerifiedAt ? (
        <Item done title="Your email address is confirmed" href="/settings/email" action="Change email address" />
      ) : (
        settings().EMAIL_VERIFICATION !== 'none' && (
          <Item done={false} title="Your email address is not confirmed" href="/verify-email" action="Confirm email address" />
        )
      )}
      <Item
        done
        title={
          changed ? (
            <>
              You changed your password on <Timestamp date={changed} dayOnly />
            </>
          ) : (
            'Your password is the one you signed up with'
          )
        }
        href="/settings/password"
        action="Change password"
      />
      <Item
        done={!failedLately}
        title={failedLately ? 'Somebody tried to sign in with a wrong password lately' : 'No failed sign-ins in the last 30 days'}
        href="/settings/security#activity"
        action="Review activity"
      />
    </ul>
  )
}

function Item({ done, title, href, action }: { done: boolean; title: ReactNode; href: string; action: string }) {
  return (
    <li data-done={done || undefined}>
      {done ? <DoneIcon /> : <ErrorIcon />}
      <p>
        <span className="visually-hidden">{done ? 'In order: ' : 'To do: '}</span>
        {title}
      </p>
      <a href={href}>{action}</a>
    </li>
  )
}
