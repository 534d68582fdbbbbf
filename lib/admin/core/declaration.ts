/**
 * What the admin area knows of a model, under Django's names (ModelAdmin): the list, the forms and the history all work from
 * it, and nothing that it does not name is listed, searched, sorted, filtered or changed (AD-3).
 */
import type { PermissionName } from '../../permissions/user-permissions.ts'
import { type Row, valuesOf } from './rows.ts'

export type FieldKind =
  | 'text'
  | 'email'
  | 'boolean'
  | 'datetime'
  /** One of `choices`. */
  | 'choice'
  | 'groups'
  | 'permissions'
  | 'password'
  | 'integer'
  /** The id of an account. */
  | 'account'
  /** Read from left to right whatever the language: a network address, an identifier. */
  | 'code'

export interface AdminField {
  /** Django's verbose name with a capital, as forms, lists and change messages say it. */
  label: string
  kind: FieldKind
  /** The column, as Prisma names it; none for what another table holds. */
  column?: string
  /** Whether the column may be empty; such rows stand before all others. */
  nullable?: true
  /** What an empty one is called where it is shown, and not a dash. */
  emptyLabel?: string
  helpText?: string
  /** The keyboard that a phone shows for it. */
  inputType?: 'tel'
  /** For what is written by its declaration (objects/): the longest text, in characters; 255 without it. */
  maxLength?: number
  /** Whether it may be left empty. */
  blank?: boolean
  /** Whether no two rows may share it; the column has a unique index. */
  unique?: true
  /** What a new object has where its form says nothing else. */
  initial?: string | boolean
  /** What a `choice` takes. */
  choices?: readonly string[]
  /** For `groups` and `permissions`: where they are kept. */
  through?: Through
}

/** A table between two others: Prisma's relation of this model, whose rows have a `groupId` or `permissionId`. */
interface Through {
  relation: string
  table: string
}

/** Rows of another table that belong to an object and go with it (Django's CASCADE). */
interface Related {
  /** How many there are, as the API's detail calls it. */
  name: string
  /** As the page that asks before a deletion lists them. */
  label: string
  /** Prisma's name of them. */
  relation: string
  table: string
}

/** What Django's DateFieldListFilter offers. */
export const PERIODS = ['today', 'past_7_days', 'this_month', 'this_year'] as const
export type Period = (typeof PERIODS)[number]

export interface ListFilter {
  /** A field; also the query's parameter. */
  field: string
  /** Django's title, as "By staff status". */
  title: string
  /** An `email` is an account's email address, for a column that holds the account's id. */
  kind: 'boolean' | 'choice' | 'reference' | 'isSet' | 'text' | 'integer' | 'email' | 'since' | 'until' | 'period'
  /** What `choice` takes. */
  choices?: readonly string[]
  /** The words of choices whose names say less. */
  choiceLabels?: Readonly<Record<string, string>>
  /** The rows that have a value, as a condition of Prisma, where that is not a column's value. */
  where?: (value: string | number | boolean) => Record<string, unknown>
  /** The same as the keys of the rows, at most so many: few rows are found sooner by their keys than by a look at each. */
  keys?: (value: string | number | boolean, take: number) => Promise<number[]>
  /** For `until`: a day without a time is meant to its end; otherwise it is before the day. */
  wholeDay?: true
  /** The column, as Prisma names it, where the parameter is not a field. */
  column?: string
  /** For `reference`: the ids to choose from, with their names, and the page that has all where they are many. */
  options?: () => Promise<Option[]>
  optionsPage?: string
}

export interface Fieldset<Name extends string = string> {
  /** null for the first one, which has no heading (Django's `None`). */
  name: string | null
  fields: readonly Name[]
}

interface Option {
  value: string
  label: string
}

export interface AdminAction {
  name: string
  /** As the list's select shows it. */
  description: string
  permission: PermissionName
  /** What it is about besides the rows: a field of its form. Actions that have the same share it. */
  argument?: { field: string; label: string; options: () => Promise<Option[]> }
  /** It leads to a download: the list stays. */
  download?: true
  /** The button for an action that asks first, on the page of its name below the list; it is not in the select. */
  asks?: string
}

/** A model as it is declared; what is left out is as `modelAdmin()` completes it. */
export interface ModelDeclaration<Item extends { id: number | string } = { id: number | string }, Name extends string = string> {
  appLabel: string
  model: string
  /** The path's segment, in `/api/admin/users/` and `/admin/users`. */
  path: string
  verboseName: string
  verboseNamePlural: string
  /** The list's heading, where that is not the plural. */
  title?: string
  /** Whether the list may be had as CSV (`…/export/`). */
  exported?: true
  /** The Prisma model, as the client has it: `outboxMail`; and its table. */
  delegate: string
  table: string
  /** The key's column, as Prisma names it, whether it is text, and its largest number where that is not PostgreSQL's `integer`. */
  key: { column: string; text?: true; max?: number }
  fields: Readonly<Record<Name, AdminField>>
  listDisplay: readonly NoInfer<Name>[]
  /** Columns that can be shown besides those. */
  listOptional?: readonly NoInfer<Name>[]
  /** The columns by which a list may be ordered; each has an index, alone or with what `ordering` names after it. */
  sortableBy: readonly NoInfer<Name>[]
  listFilter?: readonly ListFilter[]
  /**
   * Whether the filters say at once how many rows each choice has, as far as that is quickly known: where every choice has an
   * index. Otherwise they say it when asked (Django's show_facets).
   */
  showFacets?: 'always'
  searchFields?: readonly NoInfer<Name>[]
  /** SQLite's trigram index of those fields (FTS5), where there is one; PostgreSQL finds its own. */
  searchIndex?: string
  /** As Django's: a field, descending with `-` in front. The last one is unique: no two rows share a place. */
  ordering: readonly string[]
  listPerPage?: number
  listMaxPerPage?: number
  fieldsets?: readonly Fieldset<NoInfer<Name>>[]
  addFieldsets?: readonly Fieldset<NoInfer<Name>>[]
  readonlyFields?: readonly NoInfer<Name>[]
  related?: readonly Related[]
  /** Fields that a stolen session must not change, besides groups and permissions: the password must have been entered recently. */
  sensitiveFields?: readonly NoInfer<Name>[]
  /** Whether adding an object leads to its page, to continue there. */
  addLeadsToObject?: true
  actions?: readonly AdminAction[]
  /** What the list reads of its rows besides, or in place of, their columns: Prisma's `include`, `select` or `omit`. */
  read?: object
  /** Rows as they are listed, in their order; without it their fields as they are. */
  items?(rows: Row[]): Item[] | Promise<Item[]>
}

/** What a declaration need not say: Django's page sizes, and a list that is only looked at. */
const DEFAULTS = {
  listOptional: [],
  listFilter: [],
  searchFields: [],
  listPerPage: 100,
  listMaxPerPage: 200,
  fieldsets: [],
  addFieldsets: [],
  readonlyFields: [],
  related: [],
  actions: [],
  sensitiveFields: [],
}

export type ModelAdmin<Item extends { id: number | string } = { id: number | string }, Name extends string = string> = ModelDeclaration<
  Item,
  Name
> &
  Required<Pick<ModelDeclaration<Item, Name>, keyof typeof DEFAULTS | 'items'>>

/** Declares a model. */
export const modelAdmin = <Item extends { id: number | string }, Name extends string>(
  declaration: ModelDeclaration<Item, Name>,
): ModelAdmin<Item, Name> => ({
  ...DEFAULTS,
  // Without `items` an Item is what the fields hold, which the compiler cannot tell from their kinds.
  items: (rows) => rows.map((row): Row => ({ id: row.id, ...valuesOf(declaration, row) })),
  ...declaration,
})

/** The field by which an object is called (Django's __str__): its list's first column. */
export const objectName = ({ listDisplay }: Pick<ModelAdmin, 'listDisplay'>, item: object): string =>
  String((item as Record<string, unknown>)[listDisplay[0] ?? 'id'] ?? '')

/** Every column that a list can show, in their order. */
export const allColumns = ({ listDisplay, listOptional }: Pick<ModelAdmin, 'listDisplay' | 'listOptional'>): readonly string[] => [
  ...listDisplay,
  ...listOptional,
]

/** What a model's list is called, with a capital. */
export function listTitle({ title, verboseNamePlural }: Pick<ModelAdmin, 'title' | 'verboseNamePlural'>): string {
  return title ?? verboseNamePlural.charAt(0).toUpperCase() + verboseNamePlural.slice(1)
}

/** Django's default permission for something done to a model. */
export const permissionFor = (
  { appLabel, model }: Pick<ModelAdmin, 'appLabel' | 'model'>,
  action: 'view' | 'add' | 'change' | 'delete',
): PermissionName => `${appLabel}.${action}_${model}`
