/** For tests: an account of its own for each call. */
import { randomBytes } from 'node:crypto'
import { database, type User } from '../../db/client.ts'

export function newUser(more: Partial<Omit<User, 'id'>> = {}): Promise<User> {
  const unique = randomBytes(6).toString('hex')
  const data = {
    email: `${unique}@example.com`,
    username: `${unique}@example.com`,
    phone: unique,
    name: 'Test',
    firstName: '',
    lastName: '',
    password: '!',
    isActive: true,
    isStaff: false,
    isSuperuser: false,
    dateJoined: new Date(),
    lastLogin: null,
    ...more,
  }
  return database().user.create({ data })
}
