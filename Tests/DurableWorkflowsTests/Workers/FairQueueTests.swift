internal import Testing
@testable internal import DurableWorkflows

/// The order in which the waiting attempts of a queue have their turn.
@Suite("Priority and fairness")
struct FairQueueTests {
  private func task(_ number: Int) -> QueuedTask {
    QueuedTask(run: RunKey(rawValue: 1), scheduledEventID: Int64(number))
  }

  private func order(_ backlog: TaskBacklog, atMost limit: Int = .max) -> [Int] {
    var backlog = backlog
    var order: [Int] = []
    while order.count < limit, let next = backlog.first {
      order.append(Int(next.scheduledEventID))
      backlog.removeFirst()
    }
    return order
  }

  @Test("without priorities and keys: first in, first out")
  func plain() {
    var backlog = TaskBacklog()
    for number in 0..<5000 { backlog.append(task(number)) }
    #expect(backlog.count == 5000)
    #expect(order(backlog) == Array(0..<5000))
  }

  @Test("the most urgent level first, in order within a level; what has no key is at level 3")
  func levels() {
    var backlog = TaskBacklog()
    for (number, key) in [5, nil, 1, 3, 2, 4, 1].enumerated() {
      backlog.append(task(number), Priority(priorityKey: key))
    }
    #expect(order(backlog) == [2, 6, 4, 1, 3, 5, 0])
    #expect(backlog.countsByLevel == [2, 1, 2, 1, 1])
  }

  @Test("a key with 100,000 waiting attempts delays another key's by less than their own number")
  func noisyNeighbour() {
    var backlog = TaskBacklog()
    for number in 0..<100_000 { backlog.append(task(number), Priority(fairnessKey: "noisy")) }
    for number in 100_000..<101_000 { backlog.append(task(number), Priority(fairnessKey: "quiet")) }
    let order = order(backlog, atMost: 2000)
    #expect(order.filter { $0 >= 100_000 } == Array(100_000..<101_000), "in their own order")
  }

  @Test("a key that asks for one attempt after the other has every second turn, no more and no less")
  func closedLoop() {
    var backlog = TaskBacklog()
    for number in 0..<10_000 { backlog.append(task(number), Priority(fairnessKey: "noisy")) }
    var quiet = 0
    backlog.append(task(20_000), Priority(fairnessKey: "quiet"))
    for _ in 0..<1000 {
      guard let next = backlog.first else { break }
      backlog.removeFirst()
      if next.scheduledEventID >= 20_000 {
        quiet += 1
        backlog.append(task(20_000 + quiet), Priority(fairnessKey: "quiet"))
      }
    }
    #expect((499...501).contains(quiet))
  }

  @Test("turns are in proportion to weights", arguments: [(4.0, 1.0), (0.5, 2.0), (1000.0, 100.0)] as [(Float, Float)])
  func weights(first: Float, second: Float) {
    var backlog = TaskBacklog()
    for number in 0..<20_000 {
      backlog.append(task(number), Priority(fairnessKey: "a", fairnessWeight: first))
      backlog.append(task(100_000 + number), Priority(fairnessKey: "b", fairnessWeight: second))
    }
    let firsts = order(backlog, atMost: 10_000).filter { $0 < 100_000 }.count
    let expected = 10_000 * Double(first / (first + second))
    #expect(abs(Double(firsts) - expected) <= 2)
  }

  @Test("attempts without a key are a key of their own, and an idle key has no credit")
  func unkeyed() {
    var backlog = TaskBacklog()
    for number in 0..<100 { backlog.append(task(number)) }
    for _ in 0..<50 { backlog.removeFirst() }
    for number in 1000..<1010 { backlog.append(task(number), Priority(fairnessKey: "late")) }
    let next = order(backlog, atMost: 20)
    #expect(next.filter { $0 >= 1000 }.count == 10)
    #expect(next.filter { $0 < 1000 } == Array(50..<60))
  }

  @Test("keys that are idle are forgotten: memory follows what waits")
  func bounded() {
    var queue = FairQueue()
    for _ in 0..<2 { queue.append(task(0), key: "", weight: 1) }
    for number in 1...50_000 {
      queue.append(task(number), key: "key \(number)", weight: number % 3 == 0 ? 0.001 : 1)
      // Until the key has had its turn; the queue is never empty.
      while let next = queue.first {
        queue.removeFirst()
        if next.scheduledEventID != 0 { break }
        queue.append(task(0), key: "", weight: 1)
      }
    }
    #expect(queue.count == 2)
    #expect(queue.rememberedKeys < 5000)
  }

  @Test("what no longer matters is left out and counts as nobody's turn")
  func filtering() {
    var backlog = TaskBacklog()
    for number in 0..<10 {
      backlog.append(task(number), Priority(fairnessKey: number % 2 == 0 ? "even" : "odd"))
      backlog.append(task(100 + number), Priority(priorityKey: 1))
    }
    backlog.filter { $0.scheduledEventID % 2 == 0 }
    #expect(backlog.count == 10)
    #expect(order(backlog) == [100, 102, 104, 106, 108, 0, 2, 4, 6, 8])
    var grown = TaskBacklog()
    for number in 0..<10_000 {
      grown.append(task(number))
      grown.filterIfGrown { $0.scheduledEventID % 100 == 0 }
    }
    #expect(grown.count < 5000)
    #expect(order(grown).filter { $0 % 100 == 0 } == Array(stride(from: 0, to: 10_000, by: 100)))
  }

  @Test("against a model: within a level every key gets its share, whatever is added and taken in between")
  func random() {
    var generator = SeededValues(seed: 17)
    for _ in 0..<200 {
      var queue = FairQueue()
      var waiting: [String: [Int]] = [:]
      var number = 0
      for _ in 0..<300 {
        if Bool.random(using: &generator) || waiting.isEmpty {
          let key = ["", "a", "b", "c"].randomElement(using: &generator) ?? ""
          queue.append(task(number), key: key, weight: 1)
          waiting[key, default: []].append(number)
          number += 1
        } else if let next = queue.first {
          queue.removeFirst()
          let key = waiting.first { $0.value.first == Int(next.scheduledEventID) }?.key
          #expect(key != nil, "attempts of a key keep their order")
          waiting[key ?? ""]?.removeFirst()
          if waiting[key ?? ""]?.isEmpty == true { waiting[key ?? ""] = nil }
        }
        #expect(queue.count == waiting.values.reduce(0) { $0 + $1.count })
      }
    }
  }
}
