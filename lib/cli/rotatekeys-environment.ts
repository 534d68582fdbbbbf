/** How the keys of the environment are changed: two rounds of restarts, between which every server takes both keys' tokens. */
import { createPublicKey, randomBytes } from 'node:crypto'
import { type Algorithm, isHmac, newKey, splitKeys } from '../jwt/keys.ts'
import { retirementTime } from '../jwt/rotation.ts'
import type { Settings } from '../settings.ts'
import { CommandError } from './terminal.ts'

export interface Step {
  /** What is to be done with that, in words. */
  action: string
  /** Values of environment variables; null for one to be taken away. */
  set: Record<string, string | null>
}

/** How long anything counts that was derived from SECRET_KEY, in seconds. */
const secretLifetime = (settings: Settings) =>
  Math.max(
    retirementTime(settings),
    settings.EMAIL_VERIFICATION_TIMEOUT,
    settings.PASSWORD_RESET_TIMEOUT,
    settings.EMAIL_LOGIN_TIMEOUT,
    settings.EMAIL_CHANGE_TIMEOUT,
    settings.EMAIL_CHANGE_UNDO_TIMEOUT,
    settings.ACCOUNT_DELETION_GRACE,
  )

const words = (seconds: number) => (seconds >= 172_800 ? `${Math.ceil(seconds / 86_400)} days` : `${Math.ceil(seconds / 3600)} hours`)

/** The steps from the present key to a new one. @throws CommandError */
export function environmentSteps(settings: Settings, algorithm: Algorithm): Step[] {
  if (algorithm !== settings.ALGORITHM)
    throw new CommandError('another algorithm needs SIGNING_KEYS_FILE, where keys of several kinds live together', 2)
  const rolling = 'Restart one server after the other.'
  const wait = (seconds: number) => `When that is ${words(seconds)} ago, restart one server after the other once more.`
  const { SECRET_KEY, SECRET_KEY_FALLBACKS, SIGNING_KEY, VERIFYING_KEY, VERIFYING_KEYS } = settings
  if (SIGNING_KEY === undefined) {
    const secret = randomBytes(48).toString('base64url')
    return [
      { set: { SECRET_KEY_FALLBACKS: listed([secret, ...SECRET_KEY_FALLBACKS]) }, action: rolling },
      { set: { SECRET_KEY: secret, SECRET_KEY_FALLBACKS: listed([SECRET_KEY, ...SECRET_KEY_FALLBACKS]) }, action: rolling },
      { set: { SECRET_KEY_FALLBACKS: null }, action: wait(secretLifetime(settings)) },
    ]
  }
  const others = splitKeys(VERIFYING_KEYS ?? '')
  const pair = isHmac(algorithm) ? newSecret() : newPair(algorithm)
  const old = isHmac(algorithm) ? SIGNING_KEY : oneLine(VERIFYING_KEY ?? '')
  const joined = (keys: string[]) => (isHmac(algorithm) ? listed(keys) : keys.map(oneLine).join('\\n'))
  return [
    { set: { VERIFYING_KEYS: joined([pair.verifying, ...others]) }, action: rolling },
    {
      set: {
        SIGNING_KEY: pair.signing,
        ...(!isHmac(algorithm) && { VERIFYING_KEY: pair.verifying }),
        VERIFYING_KEYS: joined([old, ...others]),
      },
      action: rolling,
    },
    { set: { VERIFYING_KEYS: null }, action: wait(retirementTime(settings)) },
  ]
}

function listed(secrets: string[]): string {
  if (secrets.some((secret) => secret.includes(',')))
    throw new CommandError('a key that holds a comma cannot stand in a list; use SIGNING_KEYS_FILE')
  return secrets.join(',')
}

const oneLine = (pem: string) => pem.trim().replaceAll('\n', '\\n')

function newSecret() {
  const secret = randomBytes(48).toString('base64url')
  return { signing: secret, verifying: secret }
}

function newPair(algorithm: Algorithm) {
  const key = newKey(algorithm)
  return {
    signing: oneLine(key.export({ type: 'pkcs8', format: 'pem' }).toString()),
    verifying: oneLine(createPublicKey(key).export({ type: 'spki', format: 'pem' }).toString()),
  }
}

/** As they are printed for a person. */
export function stepsInWords(steps: Step[]): string {
  const lines = ({ set, action }: Step, index: number) => [
    `${index + 1}. Set on every server:`,
    ...Object.entries(set).map(([name, value]) => `     ${name}=${value ?? ''}`),
    `   ${action}`,
  ]
  return ['Nothing was changed. In this order no one is logged out and no request fails:', ...steps.flatMap(lines)].join('\n')
}
