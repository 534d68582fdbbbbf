import { defineConfig } from 'prisma/config'

// Names the schema for Prisma's own CLI; the connection is made by lib/db/client.ts.
export default defineConfig({ schema: 'prisma/schema.prisma' })
