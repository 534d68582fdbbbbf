/** Does something with each of some things, so many of them at the same time. */
export async function eachOf<Thing>(things: Thing[], atOnce: number, act: (thing: Thing) => Promise<void>): Promise<void> {
  const queue = things.values()
  const work = async () => {
    for (const thing of queue) await act(thing)
  }
  await Promise.all(Array.from({ length: atOnce }, work))
}
