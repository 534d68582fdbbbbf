/** A queue that is fair by client: clients take turns, so one that sends many items delays only itself. */

/** Clients whose last turn is remembered; more than are ever active at once, and little memory. */
const REMEMBERED = 10_000

interface Turn<Item> {
  item: Item
  client: string
}

/**
 * Of the clients that wait, the one whose last turn is the longest ago is next: who comes once goes before everyone who
 * comes all the time, and those take turns. Each client's own items stay in their order.
 */
export class FairQueue<Item> {
  readonly #waiting = new Map<string, Item[]>()
  /** Clients that have had a turn, the longest ago first. */
  readonly #served = new Map<string, number>()
  #turns = 0
  #size = 0

  /**
   * @param limit most items in all
   * @param clientLimit most items of one client
   */
  constructor(
    private readonly limit: number,
    private readonly clientLimit: number,
  ) {}

  get size(): number {
    return this.#size
  }

  /**
   * Adds an item. A full queue makes room for a client that has fewer in it than another: that one's last is put out.
   * @returns `accepted`, and the item that was put out for it
   */
  push(client: string, item: Item): { accepted: boolean; putOut?: Item } {
    const own = this.#waiting.get(client) ?? []
    if (own.length >= this.clientLimit) return { accepted: false }
    let putOut: Item | undefined
    if (this.#size >= this.limit) {
      const [longest, items] = [...this.#waiting].reduce((most, entry) => (entry[1].length > most[1].length ? entry : most))
      if (items.length <= own.length + 1) return { accepted: false }
      putOut = items.at(-1)
      if (putOut !== undefined) this.remove(longest, putOut)
    }
    own.push(item)
    this.#waiting.set(client, own)
    this.#size++
    return { accepted: true, ...(putOut !== undefined && { putOut }) }
  }

  /** Takes the next item out; undefined when none waits. */
  shift(): Turn<Item> | undefined {
    let next: string | undefined
    for (const client of this.#waiting.keys()) if (next === undefined || this.#lastTurn(client) < this.#lastTurn(next)) next = client
    if (next === undefined) return undefined
    const [item] = this.#waiting.get(next) ?? []
    if (item === undefined) return undefined
    this.remove(next, item)
    this.#served.delete(next)
    this.#served.set(next, ++this.#turns)
    if (this.#served.size > REMEMBERED) this.#served.delete(this.#served.keys().next().value as string)
    return { item, client: next }
  }

  /** Takes one item out before its turn. */
  remove(client: string, item: Item): void {
    const own = this.#waiting.get(client)
    const index = own?.indexOf(item) ?? -1
    if (!own || index < 0) return
    own.splice(index, 1)
    this.#size--
    if (own.length === 0) this.#waiting.delete(client)
  }

  /** How many items would have their turn before another one of this client, if no others arrived. */
  ahead(client: string): number {
    const own = this.#waiting.get(client)?.length ?? 0
    let before = own
    for (const [other, items] of this.#waiting) {
      if (other === client) continue
      // As many turns as this client takes; one more where the other's is due first.
      const first = this.#lastTurn(other) <= this.#lastTurn(client) ? 1 : 0
      before += Math.min(items.length, own + first)
    }
    return before
  }

  #lastTurn(client: string): number {
    return this.#served.get(client) ?? 0
  }
}
