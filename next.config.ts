import type { NextConfig } from 'next'

const config: NextConfig = {
  poweredByHeader: false,
  // Every path is served with and without its trailing slash, as API clients of the original send them.
  skipTrailingSlashRedirect: true,
  // No page needs the optimizer, and it is the part of Next with the worst advisories.
  images: { unoptimized: true },
  reactStrictMode: true,
  // Native modules and WebAssembly are loaded from node_modules, not bundled.
  serverExternalPackages: ['@libsql/client', 'libsql', '@prisma/adapter-libsql', '@prisma/adapter-pg', 'pg', 'hash-wasm', 'bcryptjs'],
  outputFileTracingIncludes: { '/*': ['./prisma/migrations/**/*'] },
  ...(process.env.NEXT_OUTPUT === 'standalone' && { output: 'standalone' as const }),
  headers: async () => [
    {
      source: '/:path*',
      headers: [
        { key: 'X-Content-Type-Options', value: 'nosniff' },
        { key: 'X-Frame-Options', value: 'DENY' },
        { key: 'Referrer-Policy', value: 'same-origin' },
        { key: 'Cross-Origin-Opener-Policy', value: 'same-origin' },
        { key: 'Cross-Origin-Resource-Policy', value: 'same-origin' },
        { key: 'Permissions-Policy', value: 'camera=(), geolocation=(), microphone=(), payment=(), usb=()' },
      ],
    },
  ],
}

export default config
