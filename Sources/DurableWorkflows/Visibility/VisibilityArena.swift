/// The parts of rows that have no fixed length, packed one behind the other.
///
/// What is replaced stays as garbage until ``VisibilityIndex`` copies the rest to a new arena. Not `Sendable`: it
/// belongs to the index that made it.
final class VisibilityArena {
  private static let chunkSize = 1 << 20

  private var chunks: [(bytes: UnsafeMutableRawPointer, size: Int)] = []
  private var used = 0
  /// Bytes of chunks.
  private(set) var size = 0
  /// Bytes of entries that are in use.
  private(set) var live = 0
  /// Bytes of entries that were released.
  private(set) var garbage = 0

  deinit { for chunk in chunks { chunk.bytes.deallocate() } }

  /// Where an entry lies: the chunk's number and the place in it.
  typealias Place = UInt64

  /// Adds an entry.
  func append(_ entry: borrowing Span<UInt8>) -> Place {
    let needed = entry.count + 4
    if chunks.isEmpty || used + needed > (chunks.last?.size ?? 0) {
      let size = max(VisibilityArena.chunkSize, needed)
      chunks.append((UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 8), size))
      used = 0
      self.size += size
    }
    let chunk = chunks[chunks.count - 1].bytes
    let place = UInt64(chunks.count - 1) << 32 | UInt64(used)
    chunk.storeBytes(of: UInt32(entry.count), toByteOffset: used, as: UInt32.self)
    entry.withUnsafeBytes { source in
      if let base = source.baseAddress {
        chunk.advanced(by: used + 4).copyMemory(from: base, byteCount: source.count)
      }
    }
    used += needed
    live += needed
    return place
  }

  /// The bytes of an entry; valid until the arena is gone.
  @inline(__always)
  func entry(_ place: Place) -> UnsafeRawBufferPointer {
    let start = UnsafeRawPointer(chunks[Int(place >> 32)].bytes).advanced(by: Int(place & 0xFFFF_FFFF))
    return UnsafeRawBufferPointer(start: start + 4, count: Int(start.loadUnaligned(as: UInt32.self)))
  }

  /// The entry is in use no more.
  func release(_ place: Place) {
    let count = entry(place).count + 4
    live -= count
    garbage += count
  }

  /// Whether copying what is in use would give back most of the memory.
  var isWasteful: Bool { garbage > live && garbage > 16 << 20 }
}

/// Reads an entry of the arena where it lies. The index wrote the entry; every access is checked all the same.
struct VisibilityCursor {
  private let bytes: UnsafeRawBufferPointer
  private(set) var position = 0

  init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

  @inline(__always)
  mutating func byte() -> UInt8 {
    precondition(position < bytes.count)
    defer { position += 1 }
    return bytes[position]
  }

  @inline(__always)
  mutating func unsigned() -> UInt64 {
    var value: UInt64 = 0
    var shift: UInt64 = 0
    while true {
      let next = byte()
      value |= UInt64(next & 0x7F) << shift
      if next & 0x80 == 0 { return value }
      shift += 7
    }
  }

  mutating func signed() -> Int64 {
    let raw = unsigned()
    return Int64(bitPattern: (raw >> 1) ^ (~(raw & 1) &+ 1))
  }

  @inline(__always)
  mutating func take(_ count: Int) -> UnsafeRawBufferPointer {
    precondition(count >= 0 && position + count <= bytes.count)
    defer { position += count }
    return UnsafeRawBufferPointer(rebasing: bytes[position..<position + count])
  }

  @inline(__always)
  mutating func blob() -> UnsafeRawBufferPointer { take(Int(unsigned())) }

  mutating func text() -> String { String(decoding: blob(), as: UTF8.self) }

  @inline(__always)
  mutating func skipBlob() { _ = take(Int(unsigned())) }
}

extension UnsafeRawBufferPointer {
  /// Byte by byte, which for UTF-8 is the order of Unicode's scalars.
  func isLess(than other: [UInt8]) -> Bool { lexicographicallyPrecedes(other) }

  @inline(__always)
  func equals(_ other: [UInt8]) -> Bool { count == other.count && elementsEqual(other) }

  func begins(with prefix: [UInt8]) -> Bool {
    count >= prefix.count && self[..<prefix.count].elementsEqual(prefix)
  }
}
