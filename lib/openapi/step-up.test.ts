/** What staff can do in the admin area, and of what the password is asked again first: a stolen session must give no power. */
import { expect, it } from 'vitest'
import type { Endpoint } from '../http/endpoint.ts'
import { catalogue } from './catalogue.ts'

const ALWAYS = 'always'

/** By operation: always, depending on what is sent (the use case checks, and its own tests say what), or why never. */
const STEP_UP: Record<string, string> = {
  adminAddUser: ALWAYS,
  adminChangeUser: 'for the address, the state, staff and superuser status, groups and permissions',
  adminSetPassword: ALWAYS,
  adminResetSecondFactor: ALWAYS,
  adminDeleteUser: ALWAYS,
  adminEndUserSessions: ALWAYS,
  adminEndSession: ALWAYS,
  adminActOnUsers: ALWAYS,
  adminExportUsers: ALWAYS,
  adminExportEvents: ALWAYS,
  adminAddGroup: 'where it is given permissions',
  adminChangeGroup: 'where its permissions change',
  adminDeleteGroup: ALWAYS,
  adminResendMail: 'never: it goes where it went, once more',
  adminReleaseThrottle: 'never: it gives tries back, and no right',
}

const isAction = ({ contract: { path, method }, policy: { sideEffects } }: Endpoint) =>
  path.startsWith('/api/admin/') && (method !== 'GET' || sideEffects !== undefined)

it('whatever staff can do is known to ask for the password again, or why not', () => {
  const actions = catalogue.filter(isAction)
  expect(actions.map(({ contract: { operationId } }) => operationId).sort()).toEqual(Object.keys(STEP_UP).sort())
  for (const { contract, policy } of actions)
    expect([contract.operationId, policy.recentAuthentication !== undefined]).toEqual([
      contract.operationId,
      STEP_UP[contract.operationId] === ALWAYS,
    ])
})
