import * as z from 'zod/mini'
import { endpoint } from '../../http/endpoint.ts'
import { publicKeys } from '../../jwt/keyring.ts'
import { JWKS_MAX_AGE } from '../../jwt/rotation.ts'

/** For services that verify access tokens by themselves (RFC 7517 §5; RFC 8414's jwks_uri). Secrets are never in it. */
export const jwksEndpoint = endpoint({
  contract: {
    method: 'GET',
    path: '/.well-known/jwks.json/',
    name: 'JSON Web Key Set',
    description: 'The public keys with which access tokens are verified.',
    operationId: 'getKeys',
    summary: 'Read the public keys',
    tag: 'Tokens',
    responses: { 200: z.object({ keys: z.array(z.looseObject({ kty: z.string(), kid: z.string(), alg: z.string(), use: z.string() })) }) },
  },
  policy: { access: 'public' },
  run: async (_input, { now }) => ({ body: await publicKeys(now), headers: { 'Cache-Control': `public, max-age=${JWKS_MAX_AGE}` } }),
})
