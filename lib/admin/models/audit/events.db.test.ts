import { expect, it } from 'vitest'
import { commandSource, recordEvent } from '../../../audit/audit.ts'
import { database } from '../../../db/client.ts'
import { deletePermanently } from '../../../users/delete-account.ts'
import { newUser } from '../../../users/testing/new-user.ts'
import { listObjects } from '../../core/list-objects.ts'
import { auditAdmin } from './declaration.ts'

it('events name the accounts by their addresses, and of one that was deleted the deletion alone tells it', async () => {
  const [actor, subject] = [await newUser(), await newUser()]
  const [source, ids] = [commandSource('test', new Date()), { actorId: actor.id, subjectId: subject.id }]
  const listed = async () => (await listObjects(auditAdmin, { subject_id: subject.id })).items
  await recordEvent(database(), 'user_reset_sent', { ...ids, detail: {} }, source)
  await recordEvent(database(), 'signed_up', { actorId: null, subjectId: subject.id, detail: { method: 'password' } }, source)
  expect(await listed()).toMatchObject([
    { event: 'signed_up', actor_id: null, actor_email: null, subject_email: subject.email },
    { event: 'user_reset_sent', actor_email: actor.email, subject_email: subject.email },
  ])
  await database().$transaction((tx) => deletePermanently(tx, subject, actor.id, source))
  const [deletion, ...before] = await listed()
  expect(deletion).toMatchObject({ event: 'account_deleted', actor_email: actor.email, detail: { email: subject.email } })
  expect(deletion?.subject_email).toBeNull()
  expect(before).toMatchObject([{ subject_email: null }, { subject_id: subject.id, subject_email: null }])
  expect(JSON.stringify(before)).not.toContain(subject.email)
})
