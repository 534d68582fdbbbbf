/** `createsuperuser`: Django's, for the fields of this user model. */
import { commandSource, recordEvent } from '../audit/audit.ts'
import { database } from '../db/client.ts'
import { ValidationFailed } from '../errors.ts'
import { email, MAX_EMAIL_LENGTH } from '../fields/credentials.ts'
import { type Field, text } from '../fields/text.ts'
import { message } from '../http/messages.ts'
import { makePassword } from '../passwords/hash.ts'
import { settings } from '../settings.ts'
import { availableUsername, createUser } from '../users/create-user.ts'
import { takenFields } from '../users/taken-fields.ts'
import { askNewPassword, givenPassword } from './new-password.ts'
import { openPrompt, type Prompt } from './prompt.ts'
import { CommandError, processTerminal, say, type Terminal, warn } from './terminal.ts'

export interface SuperuserOptions {
  email?: string
  name?: string
  phone?: string
  /** false for --no-input */
  input: boolean
}

interface Identity {
  email: string
  name: string
  phone: string
}

const FIELDS: Record<keyof Identity, { label: string; field: Field<string> }> = {
  email: { label: 'Email', field: email({ label: 'Email', maxLength: MAX_EMAIL_LENGTH }) },
  name: { label: 'Name', field: text({ label: 'Name', maxLength: 255 }) },
  phone: { label: 'Phone', field: text({ label: 'Phone', maxLength: 20 }) },
}

/** The value in the form in which it is stored. @throws CommandError naming what is wrong */
async function check(name: keyof Identity, raw: string | undefined): Promise<string> {
  const { label, field } = FIELDS[name]
  if (raw === undefined) throw new CommandError(`You must use --${name} with --no-input.`, 2)
  const outcome = field.safeParse(raw)
  if (!outcome.success) throw new CommandError(`${label}: ${outcome.error.issues.map((issue) => message(issue.message)).join(' ')}`)
  const taken = await takenFields(name === 'name' ? {} : { [name]: outcome.data }, { ownPage: false })
  if (name in taken) throw new CommandError(`That ${name} is already taken.`)
  return outcome.data
}

/** @param password SUPERUSER_PASSWORD, used with --no-input only, without its last line break */
export async function createSuperuser(
  options: SuperuserOptions,
  password: string | undefined,
  terminal = processTerminal(),
): Promise<void> {
  const [identity, chosen] = options.input ? await askForAll(options, terminal) : await takeGiven(options, password)
  const passwordHash = await makePassword(chosen)
  const username = await availableUsername(identity.email)
  try {
    const source = commandSource('createsuperuser', new Date())
    await database().$transaction(async (tx) => {
      const permissions = { isStaff: true, isSuperuser: true, emailVerifiedAt: source.now }
      const { id } = await createUser(tx, { ...identity, username, passwordHash, ...permissions }, source.now)
      await recordEvent(tx, 'superuser_created', { actorId: null, subjectId: id, detail: {} }, source)
    })
  } catch (error) {
    if (error instanceof ValidationFailed) throw new CommandError(`That ${Object.keys(error.errors)[0]} is already taken.`)
    throw error
  }
  say(terminal, `Superuser created successfully. Sign in at ${settings().APP_URL.origin}/admin/`)
}

async function takeGiven(options: SuperuserOptions, given: string | undefined): Promise<[Identity, string]> {
  const identity = {
    email: await check('email', options.email),
    name: await check('name', options.name),
    phone: await check('phone', options.phone),
  }
  return [identity, await givenPassword('SUPERUSER_PASSWORD', given, { ...identity })]
}

async function askForAll(options: SuperuserOptions, terminal: Terminal): Promise<[Identity, string]> {
  const prompt = openPrompt(terminal)
  try {
    const identity = {
      email: await askUntilGood(prompt, terminal, 'email', options.email),
      name: await askUntilGood(prompt, terminal, 'name', options.name),
      phone: await askUntilGood(prompt, terminal, 'phone', options.phone),
    }
    for (;;) {
      const password = await askNewPassword(prompt, { ...identity }, terminal, true)
      if (password !== null) return [identity, password]
    }
  } finally {
    prompt.close()
  }
}

async function askUntilGood(prompt: Prompt, terminal: Terminal, name: keyof Identity, given: string | undefined): Promise<string> {
  if (given !== undefined) return check(name, given)
  for (;;) {
    try {
      return await check(name, await prompt.ask(`${FIELDS[name].label}: `))
    } catch (error) {
      if (!(error instanceof CommandError)) throw error
      warn(terminal, `Error: ${error.message}`)
    }
  }
}
