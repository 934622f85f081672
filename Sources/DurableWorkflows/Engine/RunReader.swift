internal import WorkflowJournal

/// Where the checkpoint keeps its runs.
struct ImageIndex: Sendable {
  /// Records in earlier segments are in the images, and nowhere else.
  var firstSegment: UInt32 = 0
  private var keys: [UInt64] = []
  private var pointers: [RecordPointer] = []
  /// The records of events that follow an image.
  private var following: [UInt64: [RecordPointer]] = [:]

  var count: Int { keys.count }

  mutating func reserveCapacity(_ count: Int) {
    keys.reserveCapacity(count)
    pointers.reserveCapacity(count)
  }

  /// Adds the image of a run; images stand in the order of their keys.
  mutating func append(_ key: RunKey, _ pointer: RecordPointer) throws(RecordCodingError) {
    if let last = keys.last, last >= key.rawValue {
      throw RecordCodingError("the image of run \(key) stands behind that of run \(last)", at: 0)
    }
    keys.append(key.rawValue)
    pointers.append(pointer)
  }

  /// Adds a record of events that follows the image of its run.
  mutating func append(following pointer: RecordPointer, of key: RunKey) {
    following[key.rawValue, default: []].append(pointer)
  }

  func image(of key: RunKey) -> RecordPointer? {
    var low = 0
    var high = keys.count
    while low < high {
      let middle = (low + high) / 2
      if keys[middle] < key.rawValue { low = middle + 1 } else { high = middle }
    }
    return low < keys.count && keys[low] == key.rawValue ? pointers[low] : nil
  }

  func following(_ key: RunKey) -> [RecordPointer] { following[key.rawValue] ?? [] }

  /// The pointers that do not lie before the checkpoint.
  func current(_ pointers: [RecordPointer]) -> [RecordPointer] {
    guard let first = pointers.first, first.segment < firstSegment else { return pointers }
    return pointers.filter { $0.segment >= firstSegment }
  }
}

/// Reads the records of single runs: those of the image in the checkpoint, then those behind the checkpoint.
struct RunReader {
  var images = ImageIndex()
  let read: (RecordPointer) throws -> [UInt8]

  /// The bodies of a run's records of events, in order.
  ///
  /// - Parameter tail: the records that are not in the checkpoint; those that have come into it meanwhile are skipped.
  func eventRecords(of key: RunKey, tail: [RecordPointer]) throws -> [[UInt8]] {
    var bodies: [[UInt8]] = []
    try forEachEventRecord(of: key, tail: tail) { bodies.append($0) }
    return bodies
  }

  /// Calls `body` with the bodies of a run's records of events, in order, which are read one at a time.
  ///
  /// - Parameter tail: the records that are not in the checkpoint; those that have come into it meanwhile are skipped.
  func forEachEventRecord(of key: RunKey, tail: [RecordPointer], _ body: ([UInt8]) throws -> Void) throws {
    if let image = try image(of: key) { try forEachEventRecord(of: image, body) }
    for pointer in images.current(tail) { try body(try read(pointer)) }
  }

  /// The body of a run's last record of events.
  func lastEventRecord(of key: RunKey, tail: [RecordPointer]) throws -> [UInt8]? {
    if let last = images.current(tail).last { return try read(last) }
    if let last = images.following(key).last { return try read(last) }
    return try image(of: key)?.events.last
  }

  /// The state of a run that lies; `nil` if there are no records of it.
  func state(of key: RunKey, _ entry: LyingRuns.Entry) throws -> RunState? {
    var state: RunState?
    if let image = try image(of: key) {
      try forEachEventRecord(of: image) { _ = try RunRecord.fold(events: $0, into: &state) }
      for body in image.states { try RunRecord.fold(state: body, into: &state) }
    }
    for pointer in images.current(entry.tail) { try RunRecord.fold(events: read(pointer), into: &state) }
    if !entry.resetPoints.isEmpty { state?.resetPoints = entry.resetPoints }
    // An open run lies only without these, and what ended them behind the checkpoint was no event.
    state?.hasLocalActivities = false
    state?.quarantine = nil
    return state
  }

  func image(of key: RunKey) throws -> RunImage? {
    guard let pointer = images.image(of: key) else { return nil }
    return try RunImage(decoding: read(pointer))
  }

  private func forEachEventRecord(of image: RunImage, _ body: ([UInt8]) throws -> Void) throws {
    if image.followingRecords == 0 {
      for record in image.events { try body(record) }
      return
    }
    let pointers = images.following(image.summary.key)
    guard pointers.count == image.followingRecords else {
      throw RecordCodingError(
        "the image of run \(image.summary.key) names \(image.followingRecords) records; \(pointers.count) follow it",
        at: 0)
    }
    for pointer in pointers { try body(try read(pointer)) }
  }
}
