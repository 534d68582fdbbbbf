import { execFileSync } from 'node:child_process'
import { networkInterfaces } from 'node:os'
import { join } from 'node:path'
import type { NextConfig } from 'next'
import { PHASE_DEVELOPMENT_SERVER, PHASE_PRODUCTION_BUILD } from 'next/constants'

const config: NextConfig = {
  poweredByHeader: false,
  // Every path is served with and without its trailing slash, as API clients of the original send them.
  skipTrailingSlashRedirect: true,
  // No page needs the optimizer, and it is the part of Next with the worst advisories.
  images: { unoptimized: true },
  reactStrictMode: true,
  // `next dev` allows hot reload from localhost alone, but prints this machine's network addresses too.
  allowedDevOrigins: Object.values(networkInterfaces()).flatMap((addresses) => addresses?.map(({ address }) => address) ?? []),
  // Next would take a lock file in a parent folder for the project's root.
  turbopack: { root: import.meta.dirname },
  // A cache left by another build broke this one for good (a Turbopack panic until .next was deleted); a build is seconds.
  // A page that may not be seen is refused as one that does not exist is, by an interruption instead of an error.
  experimental: { turbopackFileSystemCacheForBuild: false, authInterrupts: true },
  // Native modules and WebAssembly are loaded from node_modules, not bundled; so is @next/env, whose state Next shares with us.
  serverExternalPackages: [
    '@next/env',
    '@libsql/client',
    'libsql',
    '@prisma/adapter-libsql',
    '@prisma/adapter-pg',
    'pg',
    'hash-wasm',
    'bcryptjs',
  ],
  outputFileTracingIncludes: { '/*': ['./prisma/migrations/**/*'] },
  ...(process.env.NEXT_OUTPUT === 'standalone' && { output: 'standalone' as const }),
}

/** Plain `next dev` and `next build` work on a fresh clone: what is derived from the schema is made before anything imports it. */
export default function configure(phase: string): NextConfig {
  if (phase === PHASE_DEVELOPMENT_SERVER || phase === PHASE_PRODUCTION_BUILD) {
    execFileSync(process.execPath, [join(import.meta.dirname, 'prisma', 'generate.mjs')], { stdio: 'inherit' })
  }
  return config
}
