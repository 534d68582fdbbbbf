import type { ReactNode } from 'react'
import { DoorIllustration, type DoorState } from './illustration.tsx'

/** A page about signing in or an emailed link: the content on one side, on wide screens the illustration on the other. */
export function AuthLayout({ illustration, children }: { illustration: DoorState; children: ReactNode }) {
  return (
    <div className="auth">
      <div className="auth-content stack-loose">{children}</div>
      <div className="auth-illustration" aria-hidden="true">
        <DoorIllustration state={illustration} />
      </div>
    </div>
  )
}
