/** Walks the data half of docs/migrating-from-django.md with a real Django, by the guide's own lines. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { DatabaseTarget } from './database-url.ts'
import { migrate, migrationStatus } from './migrate.ts'
import { readOnly } from './migration-connection.ts'
import { takeoverProblems } from './takeover-problems.ts'
import { djangoInstalled, djangoProject } from './testing/django-project.ts'
import { countRows, emptyDatabase, postgresql, run } from './testing/empty-database.ts'

const guide = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'migrating-from-django.md'), 'utf8')
const BLACKLIST = ['rest_framework_simplejwt.token_blacklist']
const TIMEOUT = 180_000

/** The guide's code blocks of a language, without their indentation's first two blanks where they are in a list. */
const blocks = (language: string) =>
  [...guide.matchAll(/^( *)```(\w+)\n([\s\S]*?)^ *```/gm)].flatMap(([, indent = '', name, text = '']) =>
    name === language ? [text.replaceAll(new RegExp(`^${indent}`, 'gm'), '')] : [],
  )

const status = (target: DatabaseTarget) => readOnly(target, (rows) => migrationStatus(rows, postgresql ? 'postgresql' : 'sqlite'))
const COMPLETE = { pending: [], missing: [] }

/** The original's tables and two of its accounts, made by Django. */
async function originalDatabase() {
  const { target } = emptyDatabase()
  if (postgresql) await run(target, 'SELECT 1')
  const django = djangoProject(target)
  await django.run(`
call_command('makemigrations', 'accounts', verbosity=0)
call_command('migrate', verbosity=0)
from accounts.models import User
for name in ('ada', 'bea'):
    User.objects.create_user(email=name + '@example.com', username=name, name=name, phone=name, password='Tangerine-Bicycle-42')
`)
  return { target, django }
}

const installed = djangoInstalled()
if (!installed) process.stdout.write('Django not installed: the walk through docs/migrating-from-django.md did not run.\n')

describe.runIf(installed)('docs/migrating-from-django.md', () => {
  it(
    'the tutorial’s own project, without token_blacklist, is taken over, goes on working, and gets the app later',
    async () => {
      const { target, django } = await originalDatabase()
      expect(await takeoverProblems(true, target)).toEqual({ problems: [], takenOver: false })
      await migrate(target)
      expect(await status(target)).toEqual(COMPLETE)
      await django.run(`
call_command('check')
call_command('makemigrations', check=True, dry_run=True)
from accounts.models import User
User.objects.create_user(email='cleo@example.com', username='cleo', name='Cleo', phone='3', password='Tangerine-Bicycle-42')
User.objects.get(email='bea@example.com').delete()
`)
      await expect(django.run(`call_command('migrate')`, BLACKLIST)).rejects.toThrow(/already exists/)
      expect(guide).toContain('manage.py migrate --fake token_blacklist')
      const printed = await django.run(
        `
call_command('migrate', 'token_blacklist', fake=True, verbosity=0)
call_command('migrate', verbosity=0)
call_command('makemigrations', check=True, dry_run=True, verbosity=0)
from accounts.models import User
from rest_framework_simplejwt.tokens import RefreshToken
RefreshToken.for_user(User.objects.first()).blacklist()
from rest_framework_simplejwt.token_blacklist.models import BlacklistedToken
print(BlacklistedToken.objects.count())
`,
        BLACKLIST,
      )
      expect(printed.trim()).toBe('1')
      expect(await status(target)).toEqual(COMPLETE)
    },
    TIMEOUT,
  )

  it(
    'an address in other capitals is a field error in Django’s sign-up with the guide’s lines, and an exception without',
    async () => {
      const { target, django } = await originalDatabase()
      await migrate(target)
      const signUp = (email: string) => `
from accounts.serializers import UserRegistrationSerializer
password = 'Tangerine-Bicycle-42'
data = {'email': '${email}', 'name': 'Ada', 'phone': '9', 'password': password, 'confirm_password': password}
serializer = UserRegistrationSerializer(data=data)
if serializer.is_valid():
    serializer.save()
print({name: [str(error) for error in errors] for name, errors in serializer.errors.items()})
`
      await expect(django.run(signUp('ADA@example.com'))).rejects.toThrow(/IntegrityError/)
      const [imported = '', line = ''] = blocks('python')
      django.edit('serializers.py', 'from rest_framework import serializers\n', `from rest_framework import serializers\n${imported}`)
      django.edit('serializers.py', 'extra_kwargs = {\n', `extra_kwargs = {\n${line}`)
      expect((await django.run(signUp('ADA@example.com'))).trim()).toBe("{'email': ['user with this email already exists.']}")
      expect((await django.run(signUp('nonsense'))).trim()).toBe("{'email': ['Enter a valid email address.']}")
      expect((await django.run(signUp('new@example.com'))).trim()).toBe('{}')
      expect(await countRows(target, 'accounts_user')).toBe(3)
    },
    TIMEOUT,
  )

  it(
    'after Django has added a column to the user, what was lost is named and restored, and sign-ups work again',
    async () => {
      const { target, django } = await originalDatabase()
      await migrate(target)
      django.edit('models.py', 'phone =', 'is_verified = models.BooleanField(null=True)\n    phone =')
      await django.run(`call_command('makemigrations', 'accounts', verbosity=0)\ncall_command('migrate', verbosity=0)`)
      if (!postgresql) expect((await status(target))?.missing).toContain('column accounts_user.email_verified_at')
      await migrate(target)
      expect(await status(target)).toEqual(COMPLETE)
      const [fromColumn = ''] = blocks('sql')
      await run(target, `UPDATE accounts_user SET is_verified = ${postgresql ? 'true' : '1'} WHERE username = 'ada'`)
      await run(target, fromColumn)
      const verified = await run(target, 'SELECT username FROM accounts_user WHERE email_verified_at IS NOT NULL')
      expect(verified.map(({ username }) => username)).toEqual(['ada'])
    },
    TIMEOUT,
  )

  it(
    'addresses that django-allauth has verified are verified',
    async () => {
      const { target } = await originalDatabase()
      await migrate(target)
      const yes = postgresql ? 'true' : '1'
      await run(
        target,
        `CREATE TABLE account_emailaddress (user_id bigint, email varchar(254), verified bool); INSERT INTO account_emailaddress VALUES (1, 'ADA@example.com', ${yes}), (2, 'other@example.com', ${yes})`,
      )
      await run(target, blocks('sql')[1] ?? '')
      expect(await run(target, 'SELECT username FROM accounts_user WHERE email_verified_at IS NOT NULL')).toHaveLength(1)
    },
    TIMEOUT,
  )

  it(
    'a database that began here is taken over by Django, whose later migrations find its constraints',
    async () => {
      const { target } = emptyDatabase()
      await migrate(target)
      const django = djangoProject(target)
      await django.run(`call_command('makemigrations', 'accounts', verbosity=0)`, BLACKLIST)
      const commands = (blocks('sh')[0] ?? '').trim().split('\n')
      expect(commands).toHaveLength(3)
      const calls = commands.map((command) => {
        const [, , ...words] = command.split(' ')
        return `call_command(${words.map((word) => `'${word}'`).join(', ')}, verbosity=0)`
      })
      await django.run(calls.join('\n'), BLACKLIST)
      django.edit('models.py', 'phone = models.CharField(max_length=20, unique=True)', 'phone = models.CharField(max_length=20)')
      await django.run(
        `
call_command('makemigrations', 'accounts', verbosity=0)
call_command('migrate', verbosity=0)
call_command('check')
from accounts.models import User
for name in ('ada', 'bea'):
    User.objects.create_user(email=name + '@example.com', username=name, name=name, phone='1', password='Tangerine-Bicycle-42')
from django.contrib.sessions.backends.db import SessionStore
SessionStore().save()
`,
        BLACKLIST,
      )
      expect(await countRows(target, 'accounts_user')).toBe(2)
      expect(await countRows(target, 'django_session')).toBe(1)
    },
    TIMEOUT,
  )
})
