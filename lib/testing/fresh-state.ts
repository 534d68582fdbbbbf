/** Vitest's set-up of each test file: none sees what another one left in the process. */
import { resetState } from './process-states.ts'

const scope = globalThis as typeof globalThis & { latchkeyEnv?: NodeJS.ProcessEnv }
// The first file's is the project's own.
scope.latchkeyEnv ??= { ...process.env }
for (const name of Object.keys(process.env)) if (!(name in scope.latchkeyEnv)) delete process.env[name]
Object.assign(process.env, scope.latchkeyEnv)

resetState()
