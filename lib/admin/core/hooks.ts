/** What a model does besides what its declaration says. Core calls the hooks around its own steps (change-objects.ts). */
import type { Transaction } from '../../db/client.ts'
import type { Effect } from '../../db/references.ts'
import type { FieldValues } from '../../fields/text.ts'
import type { AuthenticatedContext } from '../../http/endpoint.ts'
import type { UserPermissions } from '../../permissions/user-permissions.ts'
import type { FieldChanges } from './read-object.ts'
import type { Row } from './rows.ts'

type Happened = 'added' | 'changed' | 'deleted'

/** A row that is locked until the transaction ends, and the permissions of staff as they are now. */
export interface Held {
  row: Row
  permissions: UserPermissions
}

/** How an object is added where a row with its columns is not all. */
export interface Addition {
  create(tx: Transaction): Promise<{ id: number }>
  /** Once it is there, and staff are known to be allowed to add it. @returns the message in place of the form's, and what the event says besides */
  added?(tx: Transaction, id: number): Promise<{ status?: string; detail?: object }>
}

/** A change of a held object. */
export interface Changing<Input = FieldValues> extends Held {
  input: Input
  /** The fields whose columns differ; once it is checked, all that change. */
  fields: ReadonlySet<string>
}

export interface ChangeSteps<Input = FieldValues> {
  /** What staff may not change. @returns fields that count as changed although their columns do not differ */
  check?(tx: Transaction, changing: Changing<Input>): Promise<string[]>
  /** What else happens with the change. @returns further columns to write */
  write?(tx: Transaction, changing: Changing<Input>): Promise<object>
  written?(tx: Transaction, changing: Changing<Input>): Promise<void>
}

/** What the log says of something done to an object. */
export interface Record {
  happened: Happened
  id: number
  name: string
  fields: string[]
  changes: FieldChanges
  /** What the hooks of an addition say besides. */
  detail?: object | undefined
}

/** `Input` is what the model's own schemas yield. */
export interface Hooks<New = FieldValues, Change = FieldValues> {
  /** Before the transaction. */
  add?(input: New, context: AuthenticatedContext): Promise<Addition>
  /**
   * Locks the row of an object and checks who may do it.
   * @throws ApiError 404, 409; PermissionDenied
   */
  lock?(tx: Transaction, id: number, how: 'change' | 'delete', input: Change, context: AuthenticatedContext): Promise<Held>
  /** Before the transaction. */
  change?(input: Change, context: AuthenticatedContext): Promise<ChangeSteps<Change>>
  /** In place of deleting the row and recording that. */
  remove?(tx: Transaction, held: Held, logEntryId: number, context: AuthenticatedContext): Promise<void>
  /** The audit event, in place of `object_added` and its like. */
  record?(
    tx: Transaction,
    done: Record,
    who: { actorId: number; sessionId: string | null; logEntryId: number },
    context: AuthenticatedContext,
  ): Promise<void>
  /** The field error behind a unique violation, in place of "… already exists". */
  taken?(error: unknown, input: Partial<New & Change>): unknown
  /** An object as the API answers it, in place of its fields and of what is linked to it. */
  detail?(row: Row, linked: object): object
  /** Which of the form's fields staff may change of an object; without it all. */
  editable?(permissions: UserPermissions, object: { id: number }): Promise<Set<string>>
  mayDelete?(permissions: UserPermissions, object: { id: number }): Promise<boolean>
  /** What a deletion does to other rows. */
  deletionPreview?(id: number): Promise<{ label: string; count: number; effect?: Effect }[]>
  /** Whether the password must have been entered recently to add one. */
  addNeedsRecentAuthentication?: true
}
