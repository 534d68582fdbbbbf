import { useSyncExternalStore } from 'react'

const subscribe = () => () => {}

/** Whether JavaScript runs by now: false in the server's HTML and at the first render in the browser. */
export const useHydrated = () =>
  useSyncExternalStore(
    subscribe,
    () => true,
    () => false,
  )
