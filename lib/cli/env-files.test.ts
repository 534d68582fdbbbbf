import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import nextEnv from '@next/env'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { formatProblems } from '../settings-problems.ts'
import { loadEnvFiles } from './env-files.ts'

const KEY = 'django-insecure-s^3k!$w8)x2=#m@v$abc%q_7z&t(1y*e5+u0'
const SILENT = { info: () => {}, error: () => {} } as unknown as Console

let directory: string
beforeEach(() => {
  nextEnv.loadEnvConfig('/', false, SILENT)
  nextEnv.updateInitialEnv({ SECRET_KEY: undefined, DATABASE_URL: undefined })
  directory = mkdtempSync(join(tmpdir(), 'latchkey-env-'))
})
afterEach(() => {
  rmSync(directory, { recursive: true, force: true })
})

/** Loads files as a new process would. @param real variables of its environment */
function load(files: Record<string, string>, real: Record<string, string> = {}) {
  nextEnv.updateInitialEnv(real)
  for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text)
  nextEnv.loadEnvConfig(directory, false, SILENT, true)
  const problems = loadEnvFiles(directory, true)
  return { problems, told: problems.map(({ setting, message }) => `${setting}: ${message}`) }
}

describe('a value that Next’s loader changes is reported', () => {
  it.each([
    ['single quotes do not help', `SECRET_KEY='${KEY}'`, 'SECRET_KEY: Its value in .env was expanded at a $.'],
    ['double quotes neither', `SECRET_KEY="${KEY}"`, 'SECRET_KEY: Its value in .env was expanded at a $.'],
    ['no quotes', `SECRET_KEY=${KEY}`, 'SECRET_KEY: Its value in .env was expanded at a $ and cut at a #.'],
    ['export', `export SECRET_KEY='${KEY}'`, 'SECRET_KEY: Its value in .env was expanded at a $.'],
    ['a colon', `SECRET_KEY: ab#cd`, 'SECRET_KEY: Its value in .env was cut at a #.'],
    ['nothing is left', 'SIGNING_KEY=#abc', 'SIGNING_KEY: Its value in .env was cut at a #.'],
    ['a name in braces', `SMTP_URL=smtp://u:a${'$'}{b}c@mail.example.com`, 'SMTP_URL: Its value in .env was expanded at a $.'],
    ['a name that is set', 'REDIS_URL=redis://:a$PATH@localhost', 'REDIS_URL: Its value in .env was expanded at a $.'],
    ['of several fallbacks one', `SECRET_KEY_FALLBACKS='abc,d$ef'`, 'SECRET_KEY_FALLBACKS: Its value in .env was expanded at a $.'],
    ['Windows line ends', 'APP_NAME=x\r\nDATABASE_URL=postgresql://u:p#q@db/n\r\n', 'DATABASE_URL: Its value in .env was cut at a #.'],
    ['the last of two', `SECRET_KEY=x\nSECRET_KEY='a$b'`, 'SECRET_KEY: Its value in .env was expanded at a $.'],
    ['what commands read', `SUPERUSER_PASSWORD='pa$word'`, 'SUPERUSER_PASSWORD: Its value in .env was expanded at a $.'],
  ])('%s', (_, text, expected) => {
    expect(load({ '.env': text }).told).toEqual([expected])
  })

  it('with the setting, the file and what to do, and without any part of the value', () => {
    const { problems } = load({ '.env': `SECRET_KEY='${KEY}'` })
    expect(problems).toMatchObject([{ id: 'settings.W060', level: 'warning', setting: 'SECRET_KEY' }])
    expect(problems[0]?.hint).toContain(String.raw`'a\$b#c'`)
    expect(formatProblems(problems)).not.toMatch(/insecure|w8\)|abc%q/)
  })

  it('in the file that decides, and in no other', () => {
    expect(load({ '.env.test': `SECRET_KEY='a$b'`, '.env': 'SECRET_KEY=c#d' }).told).toEqual([
      'SECRET_KEY: Its value in .env.test was expanded at a $.',
    ])
    expect(load({ '.env.test': `SECRET_KEY='good'`, '.env': 'SECRET_KEY=c#d' }).told).toEqual([])
  })
})

describe('a value that comes through as it is written is not reported', () => {
  it.each([
    ['escaped', `SECRET_KEY='${KEY.replaceAll('$', '\\$')}'`, KEY],
    ['escaped in double quotes', `SECRET_KEY="${KEY.replaceAll('$', '\\$')}"`, KEY],
    ['escaped without quotes', 'SECRET_KEY=a\\$b', 'a$b'],
    ['a $ that names nothing', `SECRET_KEY='a$(b$'`, 'a$(b$'],
    ['a comment behind it', 'SECRET_KEY=abc # not $this #one', 'abc'],
    ['a comment behind quotes', `SECRET_KEY='a#b'# not $this`, 'a#b'],
    ['quotes within', `SECRET_KEY='it''s'`, "it''s"],
    ['blanks around', 'SECRET_KEY =  abc  ', 'abc'],
    ['empty', 'SECRET_KEY=', ''],
    ['empty with a comment', 'SECRET_KEY= # later', ''],
    ['line breaks', 'SECRET_KEY="a\\nb"', 'a\nb'],
    ['several lines', 'SECRET_KEY="a\nb"\nAPP_NAME=x', 'a\nb'],
    ['in a comment', `# SECRET_KEY='x$y'\nSECRET_KEY=z`, 'z'],
    ['an apostrophe alone', `SECRET_KEY='abc\nAPP_NAME='x'`, "'abc"],
  ])('%s', (_, text, value) => {
    expect(load({ '.env': text }).told).toEqual([])
    expect(process.env.SECRET_KEY).toBe(value)
  })

  it('variables that are no settings: theirs may be expanded on purpose', () => {
    expect(load({ '.env': 'NEXT_PUBLIC_ORIGIN=$APP_URL' }).told).toEqual([])
  })
})

describe('a variable of the environment is what it was', () => {
  it.each([
    ['named in a file', { '.env': 'SECRET_KEY=other\nDATABASE_URL=' }],
    ['named in two files', { '.env.test': 'SECRET_KEY=one', '.env': `SECRET_KEY='t$o'\nDATABASE_URL=x` }],
    ['named in none', { '.env': 'APP_NAME=x' }],
  ])('%s', (_, files) => {
    const real = { SECRET_KEY: KEY, DATABASE_URL: 'postgresql://u:p$w\\$d#x@db/n' }
    expect(load(files as Record<string, string>, real).told).toEqual([])
    expect(process.env).toMatchObject(real)
  })
})
