/// What the owner of a lock writes into the lock file: who it is, and that it lives.
///
/// The text is `PROCESS\n`, and `SIGN\n` behind it when the owner gives signs of life: a number that it raises at
/// intervals, with twenty digits so that the text keeps its length. A new owner begins with the first line alone, so a
/// sign never belongs to an earlier one. Nothing here is a promise: whoever has the lock is the owner.
@_spi(Ownership) public struct LockSigns: Hashable, Sendable {
  /// The owner's process id, as its own process namespace has it.
  public var process: Int32
  /// The number of its last sign of life; `nil` if it gives none.
  public var sign: UInt64?

  public init(process: Int32, sign: UInt64?) {
    self.process = process
    self.sign = sign
  }

  /// More bytes than any text has.
  static let maximumCount = 64

  var encoded: [UInt8] {
    guard let sign else { return Array("\(process)\n".utf8) }
    let digits = String(sign)
    return Array("\(process)\n\(String(repeating: "0", count: 20 - digits.utf8.count))\(digits)\n".utf8)
  }

  /// Reads a text; `nil` when it names no process.
  init?(decoding bytes: some Sequence<UInt8>) {
    let lines = bytes.split(separator: 10, omittingEmptySubsequences: false).map { String(decoding: $0, as: UTF8.self) }
    guard let process = Int32(lines[0]), process > 0 else { return nil }
    self.process = process
    sign = lines.count > 2 ? UInt64(lines[1]) : nil
  }

  /// What stands in the lock file of the journal in a directory; `nil` when there is none or it names no process.
  public init?(journal directory: String, fileSystem: any JournalFileSystem) {
    let path = JournalFormat.path(directory, JournalFormat.lockName)
    var bytes = [UInt8](repeating: 0, count: Self.maximumCount)
    // Whatever keeps it from being read, nothing is known then.
    guard let file = try? fileSystem.open(path, .read) else { return nil }
    defer { file.close() }
    guard let count = try? file.readAll(into: &bytes, 0..<bytes.count, at: 0) else { return nil }
    self.init(decoding: bytes.prefix(count))
  }
}
