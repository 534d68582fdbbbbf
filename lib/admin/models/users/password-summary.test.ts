import { expect, it } from 'vitest'
import users from '../../../passwords/testing/django-users.json' with { type: 'json' }
import { passwordSummary } from './password-summary.ts'

/** As Django's own admin words them (safe_summary of each hasher, mask_hash). */
it('what is said of a hash is what Django says of it: algorithm, cost, and six characters of salt and hash', () => {
  const stars = (count: number) => '*'.repeat(count)
  expect(passwordSummary('pbkdf2_sha256$260000$BeNKHWabcdefghijklmnop$W8zQAybcutK3by1RGDxsgfsd5F4K3NqGwcRTK3ZvBk45=').text).toBe(
    `algorithm: pbkdf2_sha256 iterations: 260000 salt: BeNKHW${stars(16)} hash: W8zQAy${stars(39)}`,
  )
  const bcrypt = '7ZRRMP0alAqb4ZM51woyK.U9pUKep7VMhxQ4GqZIiZkZBQc4egLse'
  expect(passwordSummary(`bcrypt_sha256$$2b$12$${bcrypt}`).text).toBe(
    `algorithm: bcrypt_sha256 work factor: 12 salt: 7ZRRMP${stars(16)} checksum: U9pUKe${stars(25)}`,
  )
  const argon2 = 'argon2$argon2id$v=19$m=102400,t=2,p=8$NGNHZXRNUjR3dnhyZnkzTlFrcU9wOA$XH+WzS3q6PmEr7DDRsylSg'
  expect(passwordSummary(argon2).text).toBe(
    `algorithm: argon2 variety: argon2id version: 19 memory cost: 102400 time cost: 2 parallelism: 8 salt: NGNHZX${stars(24)} hash: XH+WzS${stars(16)}`,
  )
  expect(passwordSummary('scrypt$16384$Zk3wQ9xTfVb2$8$1$C9xCYX7u2SZWGVf/kqBX').text).toBe(
    `algorithm: scrypt work factor: 16384 block size: 8 parallelism: 1 salt: Zk3wQ9${stars(6)} hash: C9xCYX${stars(14)}`,
  )
  expect(passwordSummary('md5$Nc8RoQex$566c3d361e0bf02cfa9876a9831f2e2e').text).toBe(
    `algorithm: md5 salt: Nc${stars(6)} hash: 566c3d${stars(26)}`,
  )
  expect(passwordSummary('566c3d361e0bf02cfa9876a9831f2e2e').text).toBe(`algorithm: md5 hash: 566c3d${stars(26)}`)
})

it('no summary shows more than six characters of what Django stored, and what matches no password says so', () => {
  for (const { hash: encoded } of users) {
    const { usable, text } = passwordSummary(encoded)
    const secrets = encoded
      .split('$')
      .filter((part) => part.length > 8 && !part.startsWith('pbkdf2') && !part.startsWith('bcrypt') && !part.startsWith('m='))
    if (usable) for (const secret of secrets) expect(text).not.toContain(secret.slice(0, 7))
  }
  for (const encoded of ['!TOOtYnDsbvPBBn3B85mV6lq23WFfF1f6mF9r7iIJ', ''])
    expect(passwordSummary(encoded)).toMatchObject({ usable: false, text: 'No password set.' })
  expect(passwordSummary('whirlpool$1$2$3').text).toBe('Invalid password format or unknown hashing algorithm.')
})
