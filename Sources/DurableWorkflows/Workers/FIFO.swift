/// First in, first out, in constant time.
struct FIFO<Element> {
  private var elements: [Element] = []
  private var head = 0

  var isEmpty: Bool { head == elements.count }
  var count: Int { elements.count - head }
  var first: Element? { head < elements.count ? elements[head] : nil }

  /// All elements in order.
  var all: ArraySlice<Element> { elements[head...] }

  mutating func append(_ element: Element) { elements.append(element) }

  mutating func popFirst() -> Element? {
    guard head < elements.count else { return nil }
    defer {
      head += 1
      if head == elements.count {
        elements.removeAll(keepingCapacity: elements.capacity <= 1024)
        head = 0
      } else if head > 1024, head * 2 > elements.count {
        elements.removeFirst(head)
        head = 0
      }
    }
    return elements[head]
  }

  /// Leaves out what `isKept` refuses.
  mutating func filter(_ isKept: (Element) -> Bool) {
    elements = elements[head...].filter(isKept)
    head = 0
  }
}

extension FIFO: Sendable where Element: Sendable {}
