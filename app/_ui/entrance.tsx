import type { ReactNode } from 'react'
import { Door, type DoorState } from './door.tsx'

/** A page at the front door: what is to be done on one side, the house on the other. */
export function Entrance({ door, children }: { door: DoorState; children: ReactNode }) {
  return (
    <div className="entrance">
      <div className="entrance-inner">{children}</div>
      <div className="house" aria-hidden="true">
        <Door state={door} />
      </div>
    </div>
  )
}
