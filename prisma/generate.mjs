#!/usr/bin/env node
/**
 * Writes what is derived from prisma/schema.prisma into lib/db/generated: the PostgreSQL schema and the two clients.
 * Does nothing when they are up to date, so every npm script may call it first.
 */
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { derivePostgresqlSchema } from './derive-postgresql.mjs'

const [major, minor] = process.versions.node.split('.').map(Number)
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`Node 20.19 or newer is needed; this is ${process.versions.node}.`)
  process.exit(1)
}

const here = dirname(fileURLToPath(import.meta.url))
const generated = join(here, '..', 'lib', 'db', 'generated')
const stamp = join(generated, '.stamp')
const source = readFileSync(join(here, 'schema.prisma'), 'utf8')
// Tests of models that a product adds have two clients of their own.
const clubs = join(here, '..', 'lib', 'db', 'testing', 'clubs.prisma')
const testModels = existsSync(clubs) ? readFileSync(clubs, 'utf8') : ''
const require = createRequire(import.meta.url)
const { version } = require('@prisma/client/package.json')
const wanted = createHash('sha256').update(`${version}\n${source}${testModels}`).digest('hex')

if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== wanted) {
  const postgresql = join(generated, 'postgresql.prisma')
  mkdirSync(generated, { recursive: true })
  writeFileSync(postgresql, derivePostgresqlSchema(source))
  // Generating needs no engine, but asks that the file named here exists; without it Prisma would download one.
  const env = { ...process.env, PRISMA_SCHEMA_ENGINE_BINARY: process.execPath, PRISMA_HIDE_UPDATE_MESSAGE: '1', CHECKPOINT_DISABLE: '1' }
  const cli = join(dirname(require.resolve('prisma/package.json')), 'build', 'index.js')
  const schemas = [join(here, 'schema.prisma'), postgresql]
  if (testModels !== '') {
    const testing = join(generated, 'testing')
    mkdirSync(testing, { recursive: true })
    for (const [provider, text] of [
      ['sqlite', source + testModels],
      ['postgresql', derivePostgresqlSchema(source + testModels)],
    ]) {
      const file = join(testing, `${provider}.prisma`)
      writeFileSync(file, text.replace(/(output\s*=\s*)".*"/, `$1"./${provider}"`))
      schemas.push(file)
    }
  }
  for (const schema of schemas) {
    // Its output comes with the error, where there is one.
    execFileSync(process.execPath, [cli, 'generate', '--schema', schema], { env, stdio: ['ignore', 'pipe', 'pipe'], cwd: join(here, '..') })
  }
  writeFileSync(stamp, wanted)
}
