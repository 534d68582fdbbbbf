/** The commands about users and groups, as `manage` offers them. */
import { Argument, type Command } from 'commander'
import { addGroupBy, changeMembership, deleteGroupBy, listGroups } from './group.ts'
import { auditMfa, resetMfa } from './mfa.ts'
import type { Terminal } from './terminal.ts'
import { changeUserBy, deleteUserBy, listUsers, showUser, type UserListOptions } from './user.ts'

const ADDRESS = 'the account’s e-mail address'

export function addAdministration(program: Command, terminal: Terminal): void {
  const mfa = program
    .command('mfa')
    .description('look at second factors and remove them')
    .addHelpText('after', '\nExample:\n  npm run manage -- mfa audit staff')
  mfa
    .command('audit')
    .description('list who would have to add a second factor at the next login')
    .addArgument(new Argument('<whom>', 'a value of MFA_REQUIRED').choices(['superusers', 'staff', 'everyone']))
    .option('--limit <number>', 'how many', '100')
    .option('--json', 'as JSON')
    .action((whom: 'superusers' | 'staff' | 'everyone', options: { limit: string; json?: boolean }) => auditMfa(whom, options, terminal))
  mfa
    .command('reset')
    .description('remove the second factor of an owner who has lost it, and tell the owner')
    .argument('<email>', ADDRESS)
    .requiredOption('--reason <text>', 'for the owner and the audit log')
    .option('--json', 'the outcome as JSON')
    .addHelpText('after', "\nExample:\n  npm run manage -- mfa reset ada@example.com --reason 'lost phone, checked by call'")
    .action((email: string, options: { reason: string; json?: boolean }) => resetMfa(email, options, terminal))

  const user = program
    .command('user')
    .description('look at accounts and change them')
    .addHelpText('after', '\nExample:\n  npm run manage -- user promote ada@example.com')
  user
    .command('list')
    .description('list accounts by their address')
    .option('--search <words>', 'every word in the address, the name or the phone number')
    .option('--staff', 'staff alone')
    .option('--superusers', 'superusers alone')
    .option('--inactive', 'inactive accounts alone')
    .option('--limit <number>', 'how many', '100')
    .option('--json', 'as JSON')
    .action((options: UserListOptions) => listUsers(options, terminal))
  user
    .command('show')
    .description('print one account')
    .argument('<email>', ADDRESS)
    .option('--json', 'as JSON')
    .action((email: string, options: { json?: boolean }) => showUser(email, options, terminal))
  for (const [name, description] of [
    ['activate', 'open an account'],
    ['deactivate', 'close an account and end its sessions'],
    ['demote', 'take superuser and staff status away'],
  ] as const) {
    user
      .command(name)
      .description(description)
      .argument('<email>', ADDRESS)
      .option('--json', 'the account as JSON')
      .action((email: string, options: { json?: boolean }) => changeUserBy(name, email, options, terminal))
  }
  user
    .command('promote')
    .description('make an account a superuser')
    .argument('<email>', ADDRESS)
    .option('--staff', 'staff alone, who may do what they are permitted')
    .option('--json', 'the account as JSON')
    .action((email: string, { staff, json }: { staff?: boolean; json?: boolean }) =>
      changeUserBy(staff ? 'promoteToStaff' : 'promote', email, { ...(json && { json }) }, terminal),
    )
  user
    .command('delete')
    .description('delete an account with everything kept about it')
    .argument('<email>', ADDRESS)
    .option('--yes', 'ask nothing')
    .option('--json', 'what was deleted as JSON')
    .action((email: string, options: { yes?: boolean; json?: boolean }) => deleteUserBy(email, options, terminal))

  const group = program
    .command('group')
    .description('list groups and change them')
    .addHelpText('after', '\nExample:\n  npm run manage -- group add Support --permission accounts.view_user accounts.change_user')
  group
    .command('list')
    .description('list groups with what they permit')
    .option('--json', 'as JSON')
    .action((options: { json?: boolean }) => listGroups(options, terminal))
  group
    .command('add')
    .description('add a group')
    .argument('<name>', 'its name')
    .option('--permission <names...>', 'what it permits, as accounts.view_user')
    .action((name: string, options: { permission?: string[] }) => addGroupBy(name, options, terminal))
  group
    .command('delete')
    .description('delete a group')
    .argument('<name>', 'its name')
    .option('--yes', 'ask nothing')
    .action((name: string, options: { yes?: boolean }) => deleteGroupBy(name, options, terminal))
  for (const [name, description, member] of [
    ['addmember', 'put an account into a group', true],
    ['removemember', 'take an account out of a group', false],
  ] as const) {
    group
      .command(name)
      .description(description)
      .argument('<name>', 'the group’s name')
      .argument('<email>', ADDRESS)
      .action((given: string, email: string) => changeMembership(given, email, member, terminal))
  }
}
