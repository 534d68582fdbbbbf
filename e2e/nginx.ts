/** A proxy or a shared HTTP cache in front of a server: Debian's nginx, on loopback, with a folder of its own. */
import { spawn, spawnSync } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { send } from '../lib/http/testing/send.ts'
import { freePort } from '../lib/testing/free-port.ts'
import { watch } from './server.ts'

export interface Nginx {
  url: string
  stop: () => Promise<void>
}

export const hasNginx = () => spawnSync('nginx', ['-v']).status === 0

const POLL_INTERVAL = 25
const POLLS = 400

const configuration = (directory: string, cache: string, server: string) => `
daemon off;
worker_processes 1;
user ${userInfo().username};
pid ${directory}/nginx.pid;
error_log ${directory}/error.log;
events { worker_connections 256; }
http {
  access_log off;
  client_body_temp_path ${directory}/body;
  proxy_temp_path ${directory}/proxy;
  fastcgi_temp_path ${directory}/fastcgi;
  uwsgi_temp_path ${directory}/uwsgi;
  scgi_temp_path ${directory}/scgi;
  ${cache}
  server {
    ${server}
  }
}
`

/**
 * Keeps what it may, and what says nothing about it for ten minutes; X-Cache says whether an answer was a kept one.
 * @param target the server's URL @throws when it does not start
 */
export async function startSharedCache(target: string): Promise<Nginx> {
  return startNginx(
    await freePort(),
    (directory) => `proxy_cache_path ${directory}/cache keys_zone=shared:1m;`,
    `proxy_cache shared;
    proxy_cache_key $scheme$host$request_uri;
    proxy_cache_methods GET HEAD;
    proxy_cache_valid any 10m;
    add_header X-Cache $upstream_cache_status always;
    location / { proxy_pass ${target}; proxy_http_version 1.1; proxy_set_header Host $host; }`,
  )
}

/** As deployments have it, with nginx's default buffers. @param port where it listens @param target the server's URL */
export const startReverseProxy = (port: number, target: string): Promise<Nginx> =>
  startNginx(
    port,
    () => '',
    `location / {
      proxy_pass ${target};
      proxy_set_header Host $http_host;
      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
      proxy_set_header X-Forwarded-Proto $scheme;
    }`,
  )

async function startNginx(port: number, cache: (directory: string) => string, server: string): Promise<Nginx> {
  const directory = await mkdtemp(join(tmpdir(), 'latchkey-nginx-'))
  const file = join(directory, 'nginx.conf')
  await writeFile(
    file,
    configuration(
      directory,
      cache(directory),
      `listen 127.0.0.1:${port};
    ${server}`,
    ),
  )
  const { child, exit, output } = watch(spawn('nginx', ['-p', directory, '-e', join(directory, 'error.log'), '-c', file]))
  const url = `http://127.0.0.1:${port}`
  const stop = async () => {
    child.kill('SIGTERM')
    await exit
    await rm(directory, { recursive: true, force: true })
  }
  for (let poll = 0; poll < POLLS; poll++) {
    if (
      await send(url, '/icon.svg').then(
        // A server that is not there yet is 502.
        ({ status }) => status === 200 || status === 502,
        () => false,
      )
    )
      return { url, stop }
    await setTimeout(POLL_INTERVAL)
  }
  const log = await readFile(join(directory, 'error.log'), 'utf8').catch(() => '')
  await stop()
  throw new Error(`nginx did not start: ${output()}${log}`)
}
