/** For tests: the original's project, run by a real Django where Debian's packages are installed. */
import { execFile, execFileSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll } from 'vitest'
import type { DatabaseTarget } from '../../settings-values.ts'

const PYTHON = '/usr/bin/python3'

/** Whether Django, REST framework, Simple JWT and PostgreSQL's driver are installed. */
export function djangoInstalled(): boolean {
  try {
    execFileSync(PYTHON, ['-c', 'import django, rest_framework, rest_framework_simplejwt, psycopg2'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

export interface DjangoProject {
  /** Runs Python within the project, `call_command` imported. @returns what it printed @throws with its error output */
  run: (script: string, moreApps?: string[]) => Promise<string>
  /** Replaces a part of a file of the app. */
  edit: (file: string, replaced: string, by: string) => void
}

const SETUP = `
import django
django.setup()
from django.core.management import call_command
`

/** A copy of the project, on a database. */
export function djangoProject(target: DatabaseTarget): DjangoProject {
  const directory = mkdtempSync(join(tmpdir(), 'latchkey-django-'))
  cpSync(join(import.meta.dirname, 'django-project'), directory, { recursive: true })
  afterAll(() => rmSync(directory, { recursive: true, force: true }))
  const run = async (script: string, moreApps: string[] = []) => {
    const env = {
      ...process.env,
      DJANGO_SETTINGS_MODULE: 'settings',
      DJANGO_DATABASE: JSON.stringify(databaseSettings(target)),
      MORE_APPS: JSON.stringify(moreApps),
      PYTHONDONTWRITEBYTECODE: '1',
    }
    return (await promisify(execFile)(PYTHON, ['-c', SETUP + script], { cwd: directory, env })).stdout
  }
  const edit = (file: string, replaced: string, by: string) => {
    const path = join(directory, 'accounts', file)
    const text = readFileSync(path, 'utf8')
    if (!text.includes(replaced)) throw new Error(`${file} does not contain ${replaced}`)
    writeFileSync(
      path,
      text.replace(replaced, () => by),
    )
  }
  return { run, edit }
}

function databaseSettings(target: DatabaseTarget): Record<string, unknown> {
  if (target.provider === 'sqlite') return { ENGINE: 'django.db.backends.sqlite3', NAME: target.file }
  const url = new URL(target.connectionString)
  return {
    ENGINE: 'django.db.backends.postgresql',
    NAME: url.pathname.slice(1),
    USER: url.username,
    PASSWORD: url.password,
    HOST: url.hostname,
    PORT: url.port,
    OPTIONS: { options: `-c search_path=${target.schema ?? 'public'}` },
  }
}
