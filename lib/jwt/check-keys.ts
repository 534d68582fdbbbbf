/** What can be wrong with the keys that the settings give or name. */

import { createPublicKey, type KeyObject } from 'node:crypto'
import { isPredictable } from '../settings-checks.ts'
import type { Report } from '../settings-problems.ts'
import { isHmac, keyWeakness, readKey, splitKeys } from './algorithms.ts'
import { isReadableByOthers, isWritableByOthers, KeysFileError, privateKeyOf, readKeysFile } from './keys-file.ts'

type Env = Record<string, string | undefined>

/** @param env without empty values @param algorithm one of Simple JWT's @param production whether a deployment's rules apply */
export function checkKeys(env: Env, algorithm: string, production: boolean, report: Report): void {
  const fileHasKeys = env.SIGNING_KEYS_FILE !== undefined && checkFile(env.SIGNING_KEYS_FILE, production, report)
  // Secrets are checked as SECRET_KEY is.
  if (isHmac(algorithm)) return
  const { SIGNING_KEY, VERIFYING_KEY, VERIFYING_KEYS } = env
  if (SIGNING_KEY !== undefined || VERIFYING_KEY !== undefined || !fileHasKeys) checkPair(SIGNING_KEY, VERIFYING_KEY, algorithm, report)
  for (const text of splitKeys(VERIFYING_KEYS ?? '')) checkVerifyingKey(text, algorithm, report)
}

function checkPair(signingText: string | undefined, verifyingText: string | undefined, algorithm: string, report: Report): void {
  const [signing, verifying] = [readKey(signingText ?? '', algorithm, 'private'), readKey(verifyingText ?? '', algorithm, 'public')]
  if (!signing || !verifying) {
    report('E013', 'SIGNING_KEY', `${algorithm} needs a private and a public key in PEM form.`)
    return
  }
  checkFlaw('SIGNING_KEY', signing, algorithm, true, report)
  if (!createPublicKey(signing).equals(verifying)) report('E043', 'VERIFYING_KEY', 'It does not belong to SIGNING_KEY.')
}

function checkVerifyingKey(text: string, algorithm: string, report: Report): void {
  const key = readKey(text, algorithm, 'public')
  if (text.includes('PRIVATE KEY-----')) report('E040', 'VERIFYING_KEYS', 'It holds a private key.')
  else if (!key) report('E041', 'VERIFYING_KEYS', `It holds something that is no key for ${algorithm}.`)
  else checkFlaw('VERIFYING_KEYS', key, algorithm, false, report)
}

function checkFlaw(setting: string, key: KeyObject, algorithm: string, signs: boolean, report: Report): void {
  const flaw = keyWeakness(key, algorithm)
  if (flaw === 'mismatch') report('E041', setting, `It is a key of another kind than ${algorithm} needs.`)
  else if (flaw === 'weak' || (flaw === 'short' && signs)) report('E042', setting, 'It is an RSA key that is too weak.')
  else if (flaw === 'short') report('W042', setting, 'It holds an RSA key of less than 3072 bits.')
}

/** @returns whether it has keys */
function checkFile(path: string, production: boolean, report: Report): boolean {
  try {
    const file = readKeysFile(path)
    if (!file) report('W040', 'SIGNING_KEYS_FILE', 'There is no such file; the keys of the environment sign.')
    else if (isWritableByOthers(path))
      report(production ? 'E045' : 'W041', 'SIGNING_KEYS_FILE', 'Others than the owner can change the file.')
    else if (isReadableByOthers(path)) report('W041', 'SIGNING_KEYS_FILE', 'Others than the owner can read the file.')
    const secrets = (file?.keys ?? []).filter(({ alg }) => isHmac(alg)).map((entry) => privateKeyOf(entry).export())
    if (production && secrets.some(isPredictable)) report('E026', 'SIGNING_KEYS_FILE', 'It holds a predictable secret.')
    return (file?.keys.length ?? 0) > 0
  } catch (error) {
    if (!(error instanceof KeysFileError)) throw error
    report('E044', 'SIGNING_KEYS_FILE', `The file does not serve. ${error.message}`)
    return false
  }
}
