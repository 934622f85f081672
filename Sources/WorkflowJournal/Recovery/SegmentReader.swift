/// Reads a segment or checkpoint file through a window that moves forward.
struct SegmentReader: ~Copyable {
  /// How much is read at once.
  private let windowSize: Int
  let path: String
  /// The size that the header states, which the file has.
  let size: Int
  private let file: any JournalFile
  /// The bytes of the file from `windowStart` on.
  private(set) var window: [UInt8] = []
  private var windowStart = 0
  private var windowCount = 0

  init(file: any JournalFile, path: String, size: Int, windowSize: Int = 4 << 20) {
    self.windowSize = windowSize
    self.file = file
    self.path = path
    self.size = size
  }

  /// Makes `count` bytes from `offset` available and returns where in ``window`` they begin. The caller has checked
  /// that they lie within ``size``.
  mutating func load(_ offset: Int, _ count: Int) throws(JournalError) -> Int {
    if offset >= windowStart, offset + count <= windowStart + windowCount {
      return offset - windowStart
    }
    let wanted = max(count, min(windowSize, size - offset))
    if window.count < wanted {
      window = [UInt8](repeating: 0, count: wanted)
    }
    windowStart = offset
    windowCount = 0
    do throws(JournalFileSystemError) {
      windowCount = try file.readAll(into: &window, 0..<wanted, at: offset)
    } catch {
      throw JournalError(error, doing: "Reading the journal")
    }
    guard windowCount >= count else {
      throw .damaged(
        "The file ends at byte \(offset + windowCount), not \(size)",
        file: path,
        offset: offset + windowCount
      )
    }
    return 0
  }

  /// Like ``load(_:_:)``, from the device even if the operating system has the bytes cached.
  mutating func fetch(_ offset: Int, _ count: Int) throws(JournalError) -> Int {
    file.discardCache(offset: offset, count: count)
    forget()
    return try load(offset, count)
  }

  /// How many bytes from `offset`, which was loaded, are at hand.
  func available(from offset: Int) -> Int {
    windowStart + windowCount - offset
  }

  /// Forgets the window, so that the next load reads the file again.
  mutating func forget() {
    windowCount = 0
  }
}
