/** Walks the data half of docs/migrating-from-django.md with a real Django, by the guide's own lines. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { DatabaseTarget } from '../settings-values.ts'
import { openDatabase } from './client.ts'
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
const COMPLETE = { pending: [], missing: [], searchIndexes: [] }

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
    'Django’s own queries by date find and sort the rows of both',
    async () => {
      const { target, django } = await originalDatabase()
      await migrate(target)
      await django.run("call_command('migrate', 'token_blacklist', fake=True, verbosity=0)", BLACKLIST)
      const db = openDatabase(target)
      const at = (text: string) => new Date(`2026-11-${text}Z`)
      const insert = (name: string, joined: Date) =>
        db.user.create({
          data: {
            ...{ email: `${name}@date.example`, username: name, phone: name, name, firstName: '', lastName: '', password: '!' },
            ...{ isActive: true, isStaff: false, isSuperuser: false, dateJoined: joined, lastLogin: joined },
          },
        })
      await insert('second', at('29T13:11:59.000'))
      await insert('fraction', at('29T13:11:59.644'))
      await insert('midnight', at('30T00:00:00.000'))
      const user = await insert('day-before', at('28T23:59:59.999'))
      await db.logEntry.create({
        data: { actionTime: at('29T13:11:59.644'), userId: user.id, objectRepr: '', actionFlag: 1, changeMessage: '' },
      })
      for (const [jti, expiresAt] of [
        ['over', at('29T13:11:59.000')],
        ['good', at('29T13:11:59.645')],
      ] as const) {
        await db.outstandingToken.create({ data: { token: jti, jti, createdAt: at('28T13:11:59.000'), expiresAt, userId: user.id } })
      }
      const printed = await django.run(
        `
import json
from datetime import date, datetime, timezone
from django.contrib.admin.models import LogEntry
from django.db.models import Count
from django.db.models.functions import ExtractHour, TruncDay
from django.utils.timezone import activate
from rest_framework_simplejwt.token_blacklist.models import OutstandingToken
from accounts.models import User
activate(timezone.utc)
def instant(day, *time):
    return datetime(2026, 11, day, *time, tzinfo=timezone.utc)
def create(name, joined):
    User.objects.create(email=name + '@date.example', username=name, name=name, phone=name, date_joined=joined, last_login=joined)
create('django-second', instant(29, 13, 12))
create('django-fraction', instant(29, 13, 11, 59, 644001))
create('django-before', instant(29, 13, 11, 58, 999999))
users = User.objects.filter(email__endswith='@date.example')
def names(query):
    return [user.username for user in query.order_by('date_joined')]
print(json.dumps({
    'date': names(users.filter(date_joined__date=date(2026, 11, 29))),
    'lte': names(users.filter(date_joined__lte=instant(29, 13, 11, 59, 644000))),
    'gt': names(users.filter(last_login__gt=instant(29, 13, 11, 59, 644000))),
    'order': names(users),
    'year': users.filter(date_joined__year=2026).count(),
    'days': [[str(row['day'])[:10], row['n']] for row in users.annotate(day=TruncDay('date_joined')).values('day').annotate(n=Count('id')).order_by('day')],
    'hour': users.annotate(hour=ExtractHour('last_login')).get(username='fraction').hour,
    'log': LogEntry.objects.filter(action_time__date=date(2026, 11, 29)).count(),
    'expired': [token.jti for token in OutstandingToken.objects.filter(expires_at__lte=instant(29, 13, 11, 59, 644000))],
    'value': str(users.get(username='fraction').date_joined),
}))
`,
        BLACKLIST,
      )
      const day = ['django-before', 'second', 'fraction', 'django-fraction', 'django-second']
      expect(JSON.parse(printed)).toEqual({
        date: day,
        lte: ['day-before', ...day.slice(0, 3)],
        gt: ['django-fraction', 'django-second', 'midnight'],
        order: ['day-before', ...day, 'midnight'],
        year: 7,
        days: [
          ['2026-11-28', 1],
          ['2026-11-29', 5],
          ['2026-11-30', 1],
        ],
        hour: 13,
        log: 1,
        expired: ['over'],
        value: '2026-11-29 13:11:59.644000+00:00',
      })
      const where = { email: { endsWith: '@date.example' } }
      const sorted = await db.user.findMany({ where, orderBy: { dateJoined: 'asc' }, select: { username: true } })
      expect(sorted.map(({ username }) => username)).toEqual(['day-before', ...day, 'midnight'])
      await db.$disconnect()
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
