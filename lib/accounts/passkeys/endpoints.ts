import * as z from 'zod/mini'
import { requireRpId } from '../../credentials/passkey-options.ts'
import { endpoint } from '../../http/endpoint.ts'
import { settings } from '../../settings.ts'
import { addPasskey, beginPasskey, listPasskeys, PASSKEYS_PAGE, removePasskey, renamePasskey } from './passkeys.ts'
import { addPasskeySchema, renamePasskeySchema } from './schema.ts'
import { creationOptionsShape } from './shapes.ts'

const time = z.iso.datetime()
const tag = 'Passkeys'

const passkeyShape = z
  .object({
    id: z.int(),
    name: z.string(),
    credential_id: z.string(),
    created_at: time,
    last_used_at: z.nullable(time),
    synced: z.boolean(),
  })
  .register(z.globalRegistry, { id: 'Passkey' })

/** A stolen session must neither add nor remove one (MF-4). */
const recent = { access: 'authenticated', recentAuthentication: true, throttle: { policy: 'change' } } as const

export const beginPasskeyEndpoint = endpoint({
  contract: {
    method: 'POST',
    path: '/api/accounts/passkeys/options/',
    name: 'Passkey Options',
    description: 'What navigator.credentials.create() takes to make a passkey; good for five minutes, in this session',
    operationId: 'beginPasskey',
    summary: 'Begin to add a passkey',
    tag,
    responses: { 200: creationOptionsShape },
  },
  policy: { ...recent, throttle: { policy: 'passkey' } },
  run: beginPasskey,
})

export const listPasskeysEndpoint = endpoint({
  contract: {
    method: 'GET',
    path: '/api/accounts/passkeys/',
    name: 'Passkeys',
    description: 'The account’s passkeys, and what a browser tells password managers of them (PublicKeyCredential.signal…)',
    operationId: 'listPasskeys',
    summary: 'List passkeys',
    tag,
    responses: {
      200: z.object({
        rp_id: z.string(),
        user: z.object({ id: z.nullable(z.string()), name: z.string(), display_name: z.string() }),
        passkeys: z.array(passkeyShape),
      }),
    },
  },
  policy: { access: 'authenticated' },
  run: async (_input, { principal }) => ({ body: await listPasskeys(principal.user) }),
})

export const addPasskeyEndpoint = endpoint({
  contract: {
    method: 'POST',
    path: '/api/accounts/passkeys/',
    name: 'Passkeys',
    description: 'Adds a passkey that passkeys/options/ was used to make: `credential` is the PublicKeyCredential as JSON',
    operationId: 'addPasskey',
    summary: 'Add a passkey',
    tag,
    responses: { 201: passkeyShape },
    errorStatuses: [409],
    input: addPasskeySchema,
  },
  policy: recent,
  form: { page: PASSKEYS_PAGE, success: PASSKEYS_PAGE, status: 'passkey_added' },
  run: addPasskey,
})

export const renamePasskeyEndpoint = endpoint({
  contract: {
    method: 'PATCH',
    path: '/api/accounts/passkeys/{id}/',
    name: 'Passkey',
    description: 'Changes the name of a passkey, which is shown to its owner alone',
    operationId: 'renamePasskey',
    summary: 'Rename a passkey',
    tag,
    responses: { 200: passkeyShape },
    input: renamePasskeySchema,
  },
  policy: { access: 'authenticated', throttle: { policy: 'preferences' } },
  form: { page: `${PASSKEYS_PAGE}?rename={id}`, success: PASSKEYS_PAGE, status: 'passkey_renamed' },
  run: renamePasskey,
})

export const removePasskeyEndpoint = endpoint({
  contract: {
    method: 'DELETE',
    path: '/api/accounts/passkeys/{id}/',
    name: 'Passkey',
    description: 'Removes a passkey, and ends the other sessions that it began',
    operationId: 'removePasskey',
    summary: 'Remove a passkey',
    tag,
    responses: { 204: null },
    errorStatuses: [409],
  },
  policy: recent,
  form: { page: PASSKEYS_PAGE, success: PASSKEYS_PAGE, status: 'passkey_removed' },
  run: removePasskey,
})

/** Where password managers lead people (W3C, "A Well-Known URL for Relying Party Passkey Endpoints"). */
export const passkeyEndpointsUrlEndpoint = endpoint({
  contract: {
    method: 'GET',
    path: '/.well-known/passkey-endpoints/',
    name: 'Passkey Endpoints',
    description: 'Says where passkeys are added and managed.',
    operationId: 'getPasskeyEndpoints',
    summary: 'Pages for passkeys',
    tag: 'Service',
    responses: { 200: z.object({ enroll: z.url(), manage: z.url() }) },
  },
  policy: { access: 'public' },
  run: async () => {
    requireRpId()
    const { href } = new URL(PASSKEYS_PAGE, settings().APP_URL)
    return { body: { enroll: href, manage: href } }
  },
})
