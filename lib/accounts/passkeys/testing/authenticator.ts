/** For tests: an authenticator in software, with the browser around it (WebAuthn Level 3). It can do everything wrong, too. */
import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto'

/** As much of what browsers are given as it looks at. */
export interface CreationOptions {
  rp: { id: string }
  user: { id: string }
  challenge: string
}

export interface RequestOptions {
  rpId: string
  challenge: string
}

/** What it says of itself in place of what is right. */
export interface Said {
  origin?: string
  rpId?: string
  type?: string
  challenge?: string
  crossOrigin?: boolean
  /** Whether its user was there, and has shown who they are. */
  userPresent?: boolean
  userVerified?: boolean
  signCount?: number
  userHandle?: string | null
  /** The id of another passkey. */
  credentialId?: string
  format?: string
  /** An attestation statement, as CBOR. */
  statement?: Buffer
  tampered?: boolean
}

const sha256 = (data: string | Buffer) => createHash('sha256').update(data).digest()

/** The head of a CBOR item (RFC 8949 §3). */
function head(major: number, value: number): Buffer {
  if (value < 24) return Buffer.from([(major << 5) | value])
  if (value < 0x100) return Buffer.from([(major << 5) | 24, value])
  return Buffer.from([(major << 5) | 25, value >> 8, value & 0xff])
}

const cborNumber = (value: number) => (value >= 0 ? head(0, value) : head(1, -1 - value))
const cborBytes = (value: Buffer) => Buffer.concat([head(2, value.length), value])
const cborText = (value: string) => Buffer.concat([head(3, value.length), Buffer.from(value)])
const cborMap = (pairs: [Buffer, Buffer][]) => Buffer.concat([head(5, pairs.length), ...pairs.flat()])

const FLAGS = { userPresent: 1, userVerified: 4, backupEligible: 8, backedUp: 16, attested: 64 }

export interface Authenticator {
  credentialId: string
  /** `navigator.credentials.create()`, as `toJSON()` has it. */
  create: (options: CreationOptions, said?: Said) => Record<string, unknown>
  /** `navigator.credentials.get()`. */
  get: (options: RequestOptions, said?: Said) => Record<string, unknown>
}

/**
 * @param origin of the page that asks
 * @param options `counts`: whether it counts how often it was used; `synced`: whether it is one of a password manager
 */
export function newAuthenticator(
  origin: string,
  { aaguid = '00000000-0000-0000-0000-000000000000', counts = false, synced = true } = {},
): Authenticator {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' })
  const ownId = randomBytes(16).toString('base64url')
  let handle = randomBytes(32).toString('base64url')
  let count = 0

  const clientData = (type: string, challenge: string, said: Said) =>
    Buffer.from(
      JSON.stringify({
        type: said.type ?? type,
        challenge: said.challenge ?? challenge,
        origin: said.origin ?? origin,
        crossOrigin: said.crossOrigin ?? false,
      }),
    )
  const authenticatorData = (rpId: string, said: Said, attested: Buffer | null) => {
    if (counts) count += 1
    const { userPresent = true, userVerified = true, signCount = count } = said
    const flags =
      (userPresent ? FLAGS.userPresent : 0) |
      (userVerified ? FLAGS.userVerified : 0) |
      (synced ? FLAGS.backupEligible | FLAGS.backedUp : 0) |
      (attested ? FLAGS.attested : 0)
    const tail = Buffer.alloc(5)
    tail.writeUInt8(flags)
    tail.writeUInt32BE(signCount, 1)
    return Buffer.concat([sha256(said.rpId ?? rpId), tail, attested ?? Buffer.alloc(0)])
  }
  const signed = (data: Buffer, client: Buffer) => sign('sha256', Buffer.concat([data, sha256(client)]), privateKey)
  const asJson = (id: string, response: Record<string, unknown>) => ({
    id,
    rawId: id,
    type: 'public-key',
    authenticatorAttachment: 'platform',
    clientExtensionResults: {},
    response,
  })

  return {
    credentialId: ownId,
    create: ({ rp, user, challenge }, said = {}) => {
      handle = user.id
      const key = cborMap([
        [cborNumber(1), cborNumber(2)],
        [cborNumber(3), cborNumber(-7)],
        [cborNumber(-1), cborNumber(1)],
        [cborNumber(-2), cborBytes(Buffer.from(x, 'base64url'))],
        [cborNumber(-3), cborBytes(Buffer.from(y, 'base64url'))],
      ])
      const id = Buffer.from(said.credentialId ?? ownId, 'base64url')
      const length = Buffer.from([id.length >> 8, id.length & 0xff])
      const data = authenticatorData(rp.id, said, Buffer.concat([Buffer.from(aaguid.replaceAll('-', ''), 'hex'), length, id, key]))
      const client = clientData('webauthn.create', challenge, said)
      const attestation = cborMap([
        [cborText('fmt'), cborText(said.format ?? 'none')],
        [cborText('attStmt'), said.statement ?? cborMap([])],
        [cborText('authData'), cborBytes(data)],
      ])
      return asJson(said.credentialId ?? ownId, {
        clientDataJSON: client.toString('base64url'),
        attestationObject: attestation.toString('base64url'),
        transports: ['internal', 'hybrid'],
      })
    },
    get: ({ rpId, challenge }, said = {}) => {
      const client = clientData('webauthn.get', challenge, said)
      const data = authenticatorData(rpId, said, null)
      const signature = signed(data, said.tampered ? Buffer.from('{}') : client)
      const userHandle = said.userHandle === undefined ? handle : said.userHandle
      return asJson(said.credentialId ?? ownId, {
        clientDataJSON: client.toString('base64url'),
        authenticatorData: data.toString('base64url'),
        signature: signature.toString('base64url'),
        ...(userHandle !== null && { userHandle }),
      })
    },
  }
}
