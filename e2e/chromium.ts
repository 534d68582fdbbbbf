/** Finds a Chromium, whatever the machine has, and gets one where it has none. */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { chromium, type LaunchOptions } from '@playwright/test'
import { projectDirectory } from './places.ts'

/** The headless shell, which Playwright itself takes where it may choose, works half as long on each page as the whole browser. */
const SYSTEM_NAMES = ['chromium-headless-shell', 'chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']

const isRoot = () => process.getuid?.() === 0

/** @throws with the one line that helps when there is no browser and none can be had */
export function chromiumLaunchOptions(): LaunchOptions {
  const args = ['--disable-gpu', '--disable-background-networking', ...(isRoot() ? ['--no-sandbox'] : [])]
  return { executablePath: findChromium() ?? installChromium(), args }
}

function findChromium(): string | null {
  const given = process.env.PLAYWRIGHT_CHROMIUM_PATH
  if (given) {
    if (!existsSync(given)) throw new Error(`PLAYWRIGHT_CHROMIUM_PATH names ${given}, which does not exist.`)
    return given
  }
  const bundled = chromium.executablePath()
  if (existsSync(bundled)) return bundled
  const directories = ['/usr/bin', ...(process.env.PATH ?? '').split(delimiter)]
  return SYSTEM_NAMES.flatMap((name) => directories.map((directory) => join(directory, name))).find(existsSync) ?? null
}

function installChromium(): string {
  run('npx', ['playwright', 'install', 'chromium'])
  const installed = findChromium()
  if (installed !== null) return installed
  if (isRoot() && run('apt-get', ['update', '-qq']))
    run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium-headless-shell'])
  const packaged = findChromium()
  if (packaged !== null) return packaged
  throw new Error('There is no Chromium. Install one, or name it: PLAYWRIGHT_CHROMIUM_PATH=/path/to/chromium npm test')
}

function run(command: string, args: string[]): boolean {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  return spawnSync(command, args, { cwd: projectDirectory, env, stdio: 'ignore', timeout: 300_000 }).status === 0
}
