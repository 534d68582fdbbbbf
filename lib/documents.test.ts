/** The documents: links and paths lead to what exists, and each decision record has its parts. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'

const ROOT = resolve(import.meta.dirname, '..')
const read = (file: string) => readFileSync(join(ROOT, file), 'utf8')

const documents = [
  ...readdirSync(ROOT).filter((name) => name.endsWith('.md')),
  ...readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.md'))
    .map((path) => join('docs', path)),
]

/** The fragments that GitHub gives the headings of a document, and those of its named anchors. */
function anchorsOf(text: string): string[] {
  const headings = [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading]) =>
    (heading as string)
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replace(/\s/g, '-'),
  )
  return [...headings, ...[...text.matchAll(/<a id="([^"]+)">/g)].map(([, id]) => id as string)]
}

it('links between documents lead somewhere', () => {
  const broken = documents.flatMap((file) =>
    [...read(file).matchAll(/\]\((?!https?:|mailto:)([^)#\s]*)(?:#([^)\s]+))?\)/g)]
      .filter(([, path, anchor]) => {
        const target = path ? join(dirname(file), path) : file
        if (!existsSync(join(ROOT, target))) return true
        return anchor !== undefined && !anchorsOf(read(target)).includes(anchor)
      })
      .map(([link]) => `${file}: ${link}`),
  )
  expect(broken).toEqual([])
})

it('paths that documents name exist, but those of examples', () => {
  const EXAMPLES = /^(?:app\/reports|lib\/admin\/teams)\//
  const missing = documents.flatMap((file) =>
    [...read(file).matchAll(/`((?:app|docs|e2e|lib|prisma)\/[\w./[\]-]*)`/g)]
      .map(([, path]) => path as string)
      .filter((path) => !EXAMPLES.test(path) && !existsSync(join(ROOT, path)))
      .map((path) => `${file}: ${path}`),
  )
  expect(missing).toEqual([])
})

describe('decision records', () => {
  const records = readdirSync(join(ROOT, 'docs/decisions')).filter((name) => /^\d/.test(name))

  it.each(records)('%s has title, date, status, context, decision, consequences and what would reverse it', (record) => {
    expect(read(`docs/decisions/${record}`)).toMatch(
      new RegExp(
        `^# ${record.slice(0, 3)}: .+\\nDate: \\d{4}-\\d\\d-\\d\\d.* · Status: .+\\n\\nContext: [^]+\\n\\nDecision:\\s[^]+\\n\\nConsequences: [^]+\\n\\nReverse if: .+\\n$`,
      ),
    )
  })

  it.each(records)('%s can be read in a minute: at most 300 words', (record) => {
    expect(read(`docs/decisions/${record}`).split(/\s+/).length).toBeLessThanOrEqual(300)
  })

  it('the index lists each record with its title, date and status', () => {
    const rows = records.map((record) => {
      const [, number, title, date, status] = /^# (\d+): (.+)\nDate: (\S{10}).* · Status: (.+)/.exec(read(`docs/decisions/${record}`)) ?? []
      return `| [${number}](${record}) | ${title} | ${date} | ${status} |`
    })
    expect(
      read('docs/decisions/README.md')
        .split('\n')
        .filter((line) => line.startsWith('| [')),
    ).toEqual(rows)
  })
})
