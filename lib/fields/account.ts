/**
 * The columns of an account that people see, each declared once: the API's answers and their description, the export, the admin
 * area's list, form, CSV and version, and the profile's schema read this list. docs/adding-a-column.md adds one.
 */
import * as z from 'zod/mini'
import { email, MAX_EMAIL_LENGTH } from './credentials.ts'
import { type Field, text } from './text.ts'

/** Who is shown a column. Each audience also sees the columns of those before it. */
const AUDIENCES = ['public', 'owner', 'staff', 'export'] as const
export type Audience = (typeof AUDIENCES)[number]

interface AccountColumn {
  /** The column as Prisma names it. */
  column: string
  /** What the API answers: a date as ISO 8601 in UTC; `isSet` answers whether there is a value. */
  shape: z.ZodMiniType
  isSet?: true
  /** The first audience that is shown it. */
  shownTo: Audience
  /** The field of the forms that change it. */
  input?: Field<string>
  /** Who can change it by name: the account's owner on the profile page, or only staff with the permission. */
  editableBy?: 'owner' | 'staff'
}

/** Django's UnicodeUsernameValidator: Python's \w is letters and numbers of every script, and the underscore. */
const USERNAME = /^[\p{L}\p{N}_.@+-]+$/u

const datetime = z.iso.datetime()

export const accountColumns = {
  id: { column: 'id', shape: z.int(), shownTo: 'public' },
  email: {
    column: 'email',
    shape: z.string(),
    shownTo: 'public',
    input: email({ label: 'Email address', maxLength: MAX_EMAIL_LENGTH }),
    editableBy: 'staff',
  },
  name: { column: 'name', shape: z.string(), shownTo: 'public', input: text({ label: 'Name', maxLength: 255 }), editableBy: 'owner' },
  phone: { column: 'phone', shape: z.string(), shownTo: 'public', input: text({ label: 'Phone', maxLength: 20 }), editableBy: 'owner' },
  username: {
    column: 'username',
    shape: z.string(),
    shownTo: 'owner',
    input: text({ label: 'Username', maxLength: 150, check: (value) => (USERNAME.test(value) ? [] : ['username']) }),
    editableBy: 'owner',
  },
  first_name: {
    column: 'firstName',
    shape: z.string(),
    shownTo: 'owner',
    input: text({ label: 'First name', maxLength: 150, blank: true }),
    editableBy: 'owner',
  },
  last_name: {
    column: 'lastName',
    shape: z.string(),
    shownTo: 'owner',
    input: text({ label: 'Last name', maxLength: 150, blank: true }),
    editableBy: 'owner',
  },
  is_active: { column: 'isActive', shape: z.boolean(), shownTo: 'staff' },
  is_staff: { column: 'isStaff', shape: z.boolean(), shownTo: 'owner' },
  is_superuser: { column: 'isSuperuser', shape: z.boolean(), shownTo: 'owner' },
  email_verified: { column: 'emailVerifiedAt', shape: z.boolean(), isSet: true, shownTo: 'owner' },
  last_login: { column: 'lastLogin', shape: z.nullable(datetime), shownTo: 'owner' },
  date_joined: { column: 'dateJoined', shape: datetime, shownTo: 'owner' },
  email_verified_at: { column: 'emailVerifiedAt', shape: z.nullable(datetime), shownTo: 'export' },
  phone_e164: { column: 'phoneE164', shape: z.nullable(z.string()), shownTo: 'export' },
  deletion_due_at: { column: 'deletionDueAt', shape: z.nullable(datetime), shownTo: 'export' },
} as const satisfies Record<string, AccountColumn>

type Columns = typeof accountColumns
export type AccountField = keyof Columns
type Level = { public: 'public'; owner: 'public' | 'owner'; staff: 'public' | 'owner' | 'staff'; export: Audience }
type ShownTo<A extends Audience> = { [F in AccountField]: Columns[F]['shownTo'] extends Level[A] ? F : never }[AccountField]
type EditableBy<Who extends 'owner' | 'staff'> = {
  [F in AccountField]: Columns[F] extends { editableBy: Who } ? F : never
}[AccountField]
export type OwnerEditable = EditableBy<'owner'>
export type TextColumn = EditableBy<'owner' | 'staff'>

const entries = Object.entries(accountColumns) as [AccountField, AccountColumn][]

/** The fields that an audience is shown, in order. */
export const fieldsShownTo = <A extends Audience>(audience: A): ShownTo<A>[] =>
  entries.filter(([, { shownTo }]) => AUDIENCES.indexOf(shownTo) <= AUDIENCES.indexOf(audience)).map(([field]) => field as ShownTo<A>)

/** Their shapes, by field. */
export const shapesShownTo = <A extends Audience>(audience: A) =>
  Object.fromEntries(fieldsShownTo(audience).map((field) => [field, accountColumns[field].shape])) as {
    [F in ShownTo<A>]: Columns[F]['shape']
  }

/** The text fields that staff can edit, in order. */
export const textColumns = entries.flatMap(([field, { editableBy }]) => (editableBy ? [field as TextColumn] : []))

/** Those that owners can edit too, in the order of the forms: the username, which a setting can fix, comes last. */
export const ownerEditable: OwnerEditable[] = [
  ...entries.flatMap(([field, { editableBy }]) => (editableBy === 'owner' && field !== 'username' ? [field as OwnerEditable] : [])),
  'username',
]

/** The inputs of some fields, for a schema. */
export const inputsOf = <F extends TextColumn>(fields: readonly F[]) =>
  Object.fromEntries(fields.map((field) => [field, accountColumns[field].input])) as { [K in F]: Field<string> }
