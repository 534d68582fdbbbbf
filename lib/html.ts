/** HTML written without React: for emails, for the page of a failure, and for what is rendered once and sent many times. */

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

/** A text as content, or as the value of an attribute in quotes. */
export const escapeHtml = (text: string): string => text.replaceAll(/[&<>"']/g, (character) => ENTITIES[character] as string)

/** Markup that html`` made; nothing else is put into markup unescaped. */
export class Markup {
  readonly #text: string
  constructor(text: string) {
    this.#text = text
  }
  toString(): string {
    return this.#text
  }
}

type Value = string | number | null | false | Markup | readonly Value[]

const markupOf = (value: Value): string => {
  if (value === null || value === false) return ''
  if (value instanceof Markup) return String(value)
  return typeof value === 'object' ? value.map(markupOf).join('') : escapeHtml(String(value))
}

/** Markup with values in it, which are escaped; lists are joined, null and false are left out. Attributes need their quotes. */
export const html = (markup: TemplateStringsArray, ...values: Value[]): Markup =>
  new Markup(String.raw({ raw: markup.map((part) => part.replaceAll(/\n\s*/g, '')) }, ...values.map(markupOf)))
