import { expect, it } from 'vitest'
import { FairQueue } from './pool.ts'

/** The turns of all that waits. */
function turns(queue: FairQueue<string>): string[] {
  const order: string[] = []
  for (let turn = queue.shift(); turn; turn = queue.shift()) order.push(turn.item)
  return order
}

const queueOf = (...items: string[]) => {
  const queue = new FairQueue<string>(100, 100)
  for (const item of items) queue.push(item[0] as string, item)
  return queue
}

it('clients take turns, each one’s own items in their order', () => {
  expect(turns(queueOf('a1', 'a2', 'a3', 'b1', 'c1', 'c2'))).toEqual(['a1', 'b1', 'c1', 'a2', 'c2', 'a3'])
})

it('who comes for the first time in a long while goes before all who come without pause', () => {
  const queue = queueOf('a1', 'a2', 'b1', 'b2', 'c1', 'c2')
  for (let n = 0; n < 3; n++) queue.shift()
  expect(queue.ahead('v')).toBe(0)
  queue.push('v', 'v1')
  expect(turns(queue)).toEqual(['v1', 'a2', 'b2', 'c2'])
})

it('an empty queue remembers each client’s last turn: coming back makes no client new', () => {
  const queue = queueOf('a1')
  queue.shift()
  queue.push('a', 'a2')
  queue.push('v', 'v1')
  expect(turns(queue)).toEqual(['v1', 'a2'])
})

it('a client has no more than its share, and a full queue makes room for who has less in it', () => {
  const queue = new FairQueue<string>(4, 3)
  const push = (item: string) => queue.push(item[0] as string, item)
  for (const item of ['a1', 'a2', 'a3']) expect(push(item)).toEqual({ accepted: true })
  expect(push('a4'), 'its share').toEqual({ accepted: false })
  expect(push('b1')).toEqual({ accepted: true })
  expect(push('c1'), 'the last of the longest').toEqual({ accepted: true, putOut: 'a3' })
  expect(push('b2'), 'no longer than its own would be').toEqual({ accepted: false })
  expect([queue.size, turns(queue)]).toEqual([4, ['a1', 'b1', 'c1', 'a2']])
})

it('tells how many go before another one of a client', () => {
  const queue = queueOf('a1', 'a2', 'a3', 'b1')
  expect([queue.ahead('a'), queue.ahead('b'), queue.ahead('c')]).toEqual([4, 3, 2])
  queue.shift()
  expect([queue.ahead('a'), queue.ahead('c')], 'a has just had a turn').toEqual([3, 1])
  expect(new FairQueue(1, 1).ahead('a')).toBe(0)
})

it('what is taken out before its turn leaves the others theirs', () => {
  const queue = queueOf('a1', 'a2', 'b1')
  queue.remove('a', 'a1')
  queue.remove('a', 'not there')
  expect([queue.size, turns(queue)]).toEqual([2, ['a2', 'b1']])
})
