/** Encryption of the few secrets that must be read again, such as an authenticator app's: AES with 256 bits in GCM (ASVS 11.3.2, 13.3.1). */
import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto'
import { secretKeys } from './settings.ts'

/** In bytes (NIST SP 800-38D §5.2.1.1, §5.2.1.2). */
const IV_LENGTH = 12
const TAG_LENGTH = 16

interface Key {
  /** By which a sealed text names it; it says nothing of the key. */
  id: string
  bytes: Buffer
}

/** The keys: the current one, derived from SECRET_KEY, then those of SECRET_KEY_FALLBACKS. */
const keys = (): Key[] =>
  secretKeys().map((secret) => {
    const bytes = Buffer.from(hkdfSync('sha256', secret, '', 'latchkey.encryption', 32))
    return { bytes, id: createHash('sha256').update(bytes).digest('hex').slice(0, 8) }
  })

/**
 * Encrypts a text with the current key.
 * @param owner whose it is: a sealed text that is moved to another row cannot be opened there
 * @returns the key's id and the encrypted text, with a full stop between them
 */
export function seal(text: string, owner: string): string {
  const [key] = keys() as [Key]
  const iv = randomBytes(IV_LENGTH)
  const cipher = createCipheriv('aes-256-gcm', key.bytes, iv).setAAD(Buffer.from(owner))
  const sealed = Buffer.concat([iv, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()])
  return `${key.id}.${sealed.toString('base64url')}`
}

/** @returns null where no key opens it: its own was removed, it was changed, or it is another owner's */
export function unseal(sealed: string, owner: string): string | null {
  const [id, encrypted = ''] = sealed.split('.')
  const key = keys().find((candidate) => candidate.id === id)
  const bytes = Buffer.from(encrypted, 'base64url')
  if (!key || bytes.length < IV_LENGTH + TAG_LENGTH) return null
  const decipher = createDecipheriv('aes-256-gcm', key.bytes, bytes.subarray(0, IV_LENGTH)).setAAD(Buffer.from(owner))
  decipher.setAuthTag(bytes.subarray(-TAG_LENGTH))
  try {
    return decipher.update(bytes.subarray(IV_LENGTH, -TAG_LENGTH), undefined, 'utf8') + decipher.final('utf8')
  } catch {
    return null
  }
}

/** What begins every text that the current key has sealed. */
export const currentKeyPrefix = (): string => `${keys()[0]?.id}.`
