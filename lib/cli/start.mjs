#!/usr/bin/env node
/**
 * `npm start`: Next's production server, which does not read HOSTNAME by itself as the standalone output does. In this very
 * process, so that signals and the exit code are the server's own.
 */
import { createRequire } from 'node:module'
import { hostname } from 'node:os'

const args = process.argv.slice(2)
const { HOSTNAME } = process.env
// Shells and containers set HOSTNAME to the machine's name, which is not meant as an address to listen on.
const named = HOSTNAME !== undefined && HOSTNAME !== '' && HOSTNAME !== hostname()
const chosen = args.some((arg) => /^(-H|--hostname(=|$))/.test(arg))

process.argv = [process.execPath, 'next', 'start', ...(named && !chosen ? ['--hostname', HOSTNAME] : []), ...args]
createRequire(import.meta.url)('next/dist/bin/next')
