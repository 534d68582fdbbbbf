import type { ReactNode } from 'react'
import { PASSKEYS_PAGE } from '#lib/accounts/passkeys/passkeys'
import { failedSignIns, type PasswordOrigin, passwordOrigin } from '#lib/authentication/sign-in-history'
import { codesLeft, type SecondFactors } from '#lib/credentials/second-factors'
import { settings } from '#lib/settings'
import { lastLookAtActivity } from '../_request.ts'
import { formatCount } from './format-text.ts'
import { DoneIcon, ErrorIcon, NoteIcon } from './icons.tsx'
import { Timestamp } from './timestamp.tsx'

interface Props {
  user: { id: number; emailVerifiedAt: Date | null; dateJoined: Date; password: string }
  factors: SecondFactors
}

/** What keeps an account safe, what of it is in order, and what to do about the rest. */
export async function SecurityChecklist({ user, factors }: Props) {
  const { count, alarming } = await failedSignIns(user.id, await lastLookAtActivity(user.id), new Date())
  const origin = await passwordOrigin(user)
  const left = codesLeft(factors)
  const hasApp = factors.device !== null && factors.device.confirmedAt !== null
  return (
    <ul className="rows rows-signed">
      {user.emailVerifiedAt ? (
        <Item state="done" title="Your email address is confirmed" href="/settings/email" action="Change email address" />
      ) : (
        settings().EMAIL_VERIFICATION !== 'none' && (
          <Item state="todo" title="Your email address is not confirmed" href="/verify-email" action="Confirm email address" />
        )
      )}
      <Item
        state={origin?.by === 'owner' ? 'done' : 'note'}
        title={<PasswordWords origin={origin} />}
        href="/settings/password"
        action={origin?.by === 'none' ? 'Set a password' : 'Change password'}
      />
      {hasApp ? (
        <Item
          state={left > 2 ? 'done' : 'todo'}
          title={
            left > 2
              ? 'Signing in takes a code from your authenticator app'
              : `You have ${formatCount(left, 'recovery code', 'recovery codes')} left`
          }
          href="/settings/security/recovery-codes"
          action="Recovery codes"
        />
      ) : factors.passkeys > 0 ? (
        <Item state="done" title="You can sign in with a passkey" href={PASSKEYS_PAGE} action="Passkeys" />
      ) : (
        <Item
          state="note"
          title="Signing in takes your password alone"
          href={settings().PASSKEY_RP_ID !== null ? PASSKEYS_PAGE : '/settings/security/authenticator'}
          action={settings().PASSKEY_RP_ID !== null ? 'Create a passkey' : 'Add an authenticator app'}
        />
      )}
      <Item
        state={alarming ? 'todo' : count > 0 ? 'note' : 'done'}
        title={count > 0 ? `Failed sign-in attempts in the last 30 days: ${count}` : 'No failed sign-ins in the last 30 days'}
        href="/settings/security#activity"
        action="Review activity"
      />
    </ul>
  )
}

function PasswordWords({ origin }: { origin: PasswordOrigin }) {
  if (origin === null) return 'We don’t know when you last changed your password'
  if (origin.by === 'none') return 'You sign in without a password'
  if (origin.by === 'signup') return 'Your password is the one you signed up with'
  return (
    <>
      {origin.by === 'owner' ? 'You' : 'An administrator'} changed your password on <Timestamp date={origin.at} dayOnly />
    </>
  )
}

type State = 'done' | 'note' | 'todo'

const SPOKEN: Record<State, string> = { done: 'Done: ', note: '', todo: 'Action needed: ' }
const SIGNS: Record<State, () => ReactNode> = { done: DoneIcon, note: NoteIcon, todo: ErrorIcon }

function Item({ state, title, href, action }: { state: State; title: ReactNode; href: string; action: string }) {
  const Sign = SIGNS[state]
  return (
    <li data-state={state}>
      <Sign />
      <p className="label">
        <span className="visually-hidden">{SPOKEN[state]}</span>
        {title}
      </p>
      <a href={href}>{action}</a>
    </li>
  )
}
