/// Where a list goes on: a position in its order, so that pages stay stable while runs start and close.
struct VisibilityPageToken: Hashable {
  enum Position: Hashable {
    /// Behind a run that was open when the list began.
    case open(start: Int64, key: UInt64)
    case closed(close: Int64, start: Int64, key: UInt64)
    /// Behind a run, in an order that the query asks for.
    case ordered([VisibilityOrderValue], key: UInt64)
  }

  /// The index that the list began with.
  var stamp: UInt64
  /// How many runs had closed when the list began: those that closed later keep their place among the open ones.
  var closes: UInt64
  /// Of the query.
  var hash: UInt32
  var position: Position

  var encoded: [UInt8] {
    var writer = ByteWriter(reserving: 48)
    writer.byte(1)
    writer.unsigned(stamp)
    writer.unsigned(closes)
    writer.unsigned(UInt64(hash))
    switch position {
    case .open(let start, let key):
      writer.byte(0)
      writer.signed(start)
      writer.unsigned(key)
    case .closed(let close, let start, let key):
      writer.byte(1)
      writer.signed(close)
      writer.signed(start)
      writer.unsigned(key)
    case .ordered(let values, let key):
      writer.byte(2)
      writer.array(values) { $1.write(to: &$0) }
      writer.unsigned(key)
    }
    return writer.bytes
  }

  init(stamp: UInt64, closes: UInt64, hash: UInt32, position: Position) {
    self.stamp = stamp
    self.closes = closes
    self.hash = hash
    self.position = position
  }

  /// `nil` if the bytes are no token.
  init?(decoding bytes: [UInt8]) {
    do {
      var reader = ByteReader(bytes)
      guard try reader.byte() == 1 else { return nil }
      stamp = try reader.unsigned()
      closes = try reader.unsigned()
      hash = UInt32(truncatingIfNeeded: try reader.unsigned())
      switch try reader.byte() {
      case 0: position = .open(start: try reader.signed(), key: try reader.unsigned())
      case 1: position = .closed(close: try reader.signed(), start: try reader.signed(), key: try reader.unsigned())
      case 2:
        let values = try reader.array { reader throws(RecordCodingError) in try VisibilityOrderValue(from: &reader) }
        position = .ordered(values, key: try reader.unsigned())
      default: return nil
      }
      if !reader.isAtEnd { return nil }
    } catch {
      return nil
    }
  }
}

/// A value as orders compare it: what a run does not have is larger than everything.
enum VisibilityOrderValue: Hashable, Comparable {
  case int(Int64)
  case double(Double)
  case text([UInt8])
  case none

  init(_ value: VisibilityValue?) {
    self =
      switch value {
      case .int(let number): .int(number)
      case .bool(let flag): .int(flag ? 1 : 0)
      case .double(let number): .double(number)
      case .text(let text): .text(Array(text.utf8))
      case nil: .none
      }
  }

  static func < (left: VisibilityOrderValue, right: VisibilityOrderValue) -> Bool {
    switch (left, right) {
    case (.none, _): false
    case (_, .none): true
    case (.int(let left), .int(let right)): left < right
    case (.double(let left), .double(let right)): left < right
    case (.text(let left), .text(let right)): left.lexicographicallyPrecedes(right)
    // Values of one attribute are of one kind.
    default: false
    }
  }

  func write(to writer: inout ByteWriter) {
    switch self {
    case .none: writer.byte(0)
    case .int(let number):
      writer.byte(1)
      writer.signed(number)
    case .double(let number):
      writer.byte(2)
      writer.unsigned(number.bitPattern)
    case .text(let text):
      writer.byte(3)
      writer.blob(text)
    }
  }

  init(from reader: inout ByteReader) throws(RecordCodingError) {
    switch try reader.byte() {
    case 0: self = .none
    case 1: self = .int(try reader.signed())
    case 2: self = .double(Double(bitPattern: try reader.unsigned()))
    case 3: self = .text(try reader.blob())
    case let kind: throw RecordCodingError("order value \(kind) is unknown", at: reader.remaining)
    }
  }
}
