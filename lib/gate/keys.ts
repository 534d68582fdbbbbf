/** The keys that sign and verify tokens: SECRET_KEY (or SIGNING_KEY) for HMAC, a PEM pair for the others. */
import { type CryptoKey, importPKCS8, importSPKI } from 'jose'
import { type Settings, settings } from '../settings.ts'

type Key = CryptoKey | Uint8Array

export interface Keys {
  signing: Key
  verifying: Key
}

const cache = new WeakMap<Settings, Promise<Keys>>()

/** The keys of the current settings; imported once. */
export function keys(): Promise<Keys> {
  const current = settings()
  let found = cache.get(current)
  if (!found) {
    found = load(current)
    cache.set(current, found)
  }
  return found
}

async function load({ ALGORITHM, SECRET_KEY, SIGNING_KEY, VERIFYING_KEY }: Settings): Promise<Keys> {
  if (ALGORITHM.startsWith('HS')) {
    const secret = new TextEncoder().encode(SIGNING_KEY ?? SECRET_KEY)
    return { signing: secret, verifying: secret }
  }
  const pem = (text = '') => text.replaceAll('\\n', '\n')
  return {
    signing: await importPKCS8(pem(SIGNING_KEY), ALGORITHM),
    verifying: await importSPKI(pem(VERIFYING_KEY), ALGORITHM),
  }
}
