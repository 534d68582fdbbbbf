/**
 * The costly key derivations, in a thread of their own so that the event loop stays free. Plain JavaScript with nothing
 * but packages to import: the same file runs under the bundler, in the standalone output, in tests and in the CLI.
 */
import { pbkdf2Sync, scryptSync } from 'node:crypto'
import { setPriority } from 'node:os'
import { parentPort } from 'node:worker_threads'
import { compareSync, hashSync } from 'bcryptjs'
import { argon2d, argon2i, argon2id } from 'hash-wasm'

const argon2 = { argon2d, argon2i, argon2id }

const derivations = {
  bcryptHash: ({ input, cost }) => hashSync(input, cost),
  bcryptCompare: ({ input, hash }) => compareSync(input, hash),
  pbkdf2: ({ password, salt, iterations, length, digest }) => pbkdf2Sync(password, salt, iterations, length, digest).toString('base64'),
  scrypt: ({ password, salt, length, N, r, p }) =>
    scryptSync(password, salt, length, { N, r, p, maxmem: 256 * N * r + 1024 * 1024 }).toString('base64'),
  argon2: async ({ type, password, salt, memory, iterations, parallelism, length }) => {
    const options = { password, salt: Buffer.from(salt, 'base64'), memorySize: memory, iterations, parallelism, hashLength: length }
    return Buffer.from(await argon2[type]({ ...options, outputType: 'binary' })).toString('base64')
  },
}

// On Linux this lowers the calling thread alone, so that requests go before hashes when cores are short.
if (process.platform === 'linux') setPriority(0, 10)

parentPort.on('message', async ({ derivation, input }) => {
  try {
    parentPort.postMessage({ result: await derivations[derivation](input) })
  } catch {
    // The input holds the password: nothing of the error is passed on.
    parentPort.postMessage({ failed: true })
  }
})
