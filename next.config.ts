import type { NextConfig } from 'next'

const config: NextConfig = {
  poweredByHeader: false,
  // Every path is served with and without its trailing slash, as API clients of the original send them.
  skipTrailingSlashRedirect: true,
  // No page needs the optimizer, and it is the part of Next with the worst advisories.
  images: { unoptimized: true },
  reactStrictMode: true,
  // `next dev` calls itself localhost, and refuses its hot reload to a page opened by the address.
  allowedDevOrigins: ['127.0.0.1'],
  // Wherever the project lies, its packages are its own: a lock file in a folder above changes nothing.
  turbopack: { root: import.meta.dirname },
  // A cache left by another build broke this one for good (a Turbopack panic until .next was deleted); a build is seconds.
  // A page that may not be seen is refused as one that does not exist is, by an interruption instead of an error.
  experimental: { turbopackFileSystemCacheForBuild: false, authInterrupts: true },
  // Native modules and WebAssembly are loaded from node_modules, not bundled.
  serverExternalPackages: ['@libsql/client', 'libsql', '@prisma/adapter-libsql', '@prisma/adapter-pg', 'pg', 'hash-wasm', 'bcryptjs'],
  outputFileTracingIncludes: { '/*': ['./prisma/migrations/**/*'] },
  ...(process.env.NEXT_OUTPUT === 'standalone' && { output: 'standalone' as const }),
}

export default config
