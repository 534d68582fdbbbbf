/** Every endpoint that there is (document.test.ts compares it with the routes), in the order of the API's description. */
import * as accountDeletion from '../accounts/account-deletion/endpoints.ts'
import * as dataExport from '../accounts/data-export/endpoints.ts'
import * as emailChange from '../accounts/email-change/endpoints.ts'
import * as emailLogin from '../accounts/email-login/endpoints.ts'
import * as emailVerification from '../accounts/email-verification/endpoints.ts'
import * as externalAccounts from '../accounts/external-accounts/endpoints.ts'
import * as jwks from '../accounts/jwks/endpoints.ts'
import * as login from '../accounts/login/endpoints.ts'
import * as logout from '../accounts/logout/endpoints.ts'
import * as passkeyLogin from '../accounts/passkey-login/endpoints.ts'
import * as passkeys from '../accounts/passkeys/endpoints.ts'
import * as passwordChange from '../accounts/password-change/endpoints.ts'
import * as passwordReset from '../accounts/password-reset/endpoints.ts'
import * as profile from '../accounts/profile/endpoints.ts'
import * as reauthentication from '../accounts/reauthentication/endpoints.ts'
import * as secondFactor from '../accounts/second-factor/endpoints.ts'
import * as securityContact from '../accounts/security-contact/endpoints.ts'
import * as sessions from '../accounts/sessions/endpoints.ts'
import * as signup from '../accounts/signup/endpoints.ts'
import * as theme from '../accounts/theme/endpoints.ts'
import * as tokenBlacklist from '../accounts/token-blacklist/endpoints.ts'
import * as tokenObtain from '../accounts/token-obtain/endpoints.ts'
import * as tokenRefresh from '../accounts/token-refresh/endpoints.ts'
import * as tokenVerify from '../accounts/token-verify/endpoints.ts'
import * as adminChoices from '../admin/choices/endpoints.ts'
import * as adminPermissions from '../admin/choices/endpoints.ts'
import * as adminObjects from '../admin/core/endpoints.ts'
import * as adminAudit from '../admin/models/audit/endpoints.ts'
import * as adminOutbox from '../admin/models/outbox/endpoints.ts'
import * as adminSessions from '../admin/models/sessions/endpoints.ts'
import * as adminTokens from '../admin/models/tokens/endpoints.ts'
import * as adminUsers from '../admin/models/users/endpoints.ts'
import * as adminThrottles from '../admin/throttles/endpoints.ts'
import * as service from '../health/endpoints.ts'
import { type Endpoint, TAGS } from '../http/endpoint.ts'

const isEndpoint = (exported: unknown): exported is Endpoint =>
  typeof exported === 'object' && exported !== null && 'contract' in exported && 'policy' in exported

const named = (endpoints: Endpoint[]) => Object.fromEntries(endpoints.map((endpoint) => [endpoint.contract.operationId, endpoint]))

/** Their modules; what else they export, such as use cases for tests, is no endpoint. */
const modules: object[] = [
  signup,
  login,
  emailLogin,
  externalAccounts,
  passkeyLogin,
  logout,
  tokenObtain,
  tokenRefresh,
  tokenVerify,
  tokenBlacklist,
  jwks,
  sessions,
  reauthentication,
  emailVerification,
  emailChange,
  passwordReset,
  passwordChange,
  secondFactor,
  passkeys,
  profile,
  dataExport,
  accountDeletion,
  theme,
  adminUsers,
  named(adminObjects.objectListEndpoints),
  named(adminObjects.objectEndpointsOfOne),
  adminChoices,
  adminPermissions,
  adminSessions,
  adminTokens,
  adminOutbox,
  adminThrottles,
  adminAudit,
  service,
  securityContact,
]

/** By tag, then in the order of the modules above. */
export const catalogue: readonly Endpoint[] = modules
  .flatMap((module) => Object.values(module))
  .filter(isEndpoint)
  .sort((a, b) => TAGS.indexOf(a.contract.tag) - TAGS.indexOf(b.contract.tag))
