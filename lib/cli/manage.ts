/** Starts `npm run manage -- COMMAND`. */
import { disconnectDatabase } from '../db/client.ts'
import { ensureDevelopmentSecret } from './development-secret.ts'
import { loadEnvFiles } from './env-files.ts'
import { runProgram } from './program.ts'

const production = process.env.NODE_ENV === 'production'
const envFileProblems = loadEnvFiles(process.cwd(), production)
const madeSecret = !production && ensureDevelopmentSecret(process.env, process.cwd())
try {
  process.exitCode = await runProgram(process.argv.slice(2), { envFileProblems, madeSecret })
} finally {
  await disconnectDatabase()
}
