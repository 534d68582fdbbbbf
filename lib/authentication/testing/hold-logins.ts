/** For tests: a stage that holds logins back, as a second factor does. */
import type { Identity } from '../identify.ts'
import { type LoginStage, stages } from '../stages.ts'

/** @returns takes the stage away again */
export function holdLogins(name: string, applies: (identity: Identity) => boolean): () => void {
  const challenge = { code: `${name}_required`, detail: 'Enter a code to finish signing in.', methods: ['totp'], page: `/login/${name}` }
  const stage: LoginStage = { name, applies, challenge: () => challenge }
  stages.push(stage)
  return () => stages.splice(stages.indexOf(stage), 1)
}
