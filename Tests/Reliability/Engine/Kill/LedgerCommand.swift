internal import ArgumentParser
#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// The ledger: a process of its own that writes down every attempt of every step before it answers, so that what the
/// engine says can be compared with what it did.
///
/// One thread, one connection at a time: what a killed worker has sent is read to its end before the next worker's
/// connection is looked at. It ends when its parent does.
struct LedgerCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ledger", abstract: "Keeps the ledger of a kill loop.", shouldDisplay: false)

  @Option(help: "The file that attempts are written to.")
  var file: String

  @Option(help: "The path of the socket that workers connect to.")
  var socket: String

  func run() throws {
    let descriptor = open(file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw ProcessError("creating \(file)") }
    let listener = try StreamSocket.listen(at: socket)
    StreamSocket.send(LineBuffer.line(["ready"]), to: PeerProcess.inheritedDescriptor)
    var ledger = Ledger(file: descriptor)
    while let connection = nextConnection(listener) {
      try ledger.serve(connection)
      _ = close(connection)
    }
  }

  /// The next worker's connection; `nil` when the parent is gone.
  private func nextConnection(_ listener: Int32) -> Int32? {
    var polled = [
      pollfd(fd: listener, events: Int16(POLLIN), revents: 0),
      pollfd(fd: PeerProcess.inheritedDescriptor, events: Int16(POLLIN), revents: 0),
    ]
    while true {
      guard poll(&polled, nfds_t(polled.count), -1) > 0 else { continue }
      if polled[1].revents != 0 { return nil }
      let connection = accept(listener, nil, nil)
      if connection >= 0 { return connection }
    }
  }
}

/// The entries that were made, by key.
private struct Ledger {
  let file: Int32
  private var receipts: [String: UInt64] = [:]
  private var lastReceipt: UInt64 = 0

  init(file: Int32) { self.file = file }

  /// Answers a worker until it is gone.
  mutating func serve(_ connection: Int32) throws {
    var buffer = [UInt8](repeating: 0, count: 64 << 10)
    var bytes: [UInt8] = []
    while true {
      let count = StreamSocket.receive(into: &buffer, from: connection)
      guard count > 0 else { return }
      bytes.append(contentsOf: buffer[..<count])
      var entries: [UInt8] = []
      var replies: [UInt8] = []
      var offset = 0
      while let request = LedgerRequest(bytes, at: &offset) {
        let entry = entry(for: request)
        entry.append(to: &entries)
        LedgerReply(number: request.number, receipt: entry.receipt, isRefused: entry.kind == .refused)
          .append(to: &replies)
      }
      bytes.removeFirst(offset)
      if entries.isEmpty { continue }
      try record(entries)
      // A worker that was killed meanwhile gets no answer: its connection ends at the next receive.
      StreamSocket.send(replies, to: connection)
    }
  }

  private mutating func entry(for request: LedgerRequest) -> LedgerEntry {
    var entry = LedgerEntry(
      kind: .accepted, life: request.life, attempt: request.attempt, receipt: 0, key: request.key)
    if request.mustFail {
      entry.kind = .refused
    } else if let receipt = receipts[request.key] {
      entry.kind = .repeated
      entry.receipt = receipt
    } else {
      lastReceipt += 1
      receipts[request.key] = lastReceipt
      entry.receipt = lastReceipt
    }
    return entry
  }

  /// Writes and syncs.
  private func record(_ entries: [UInt8]) throws {
    var written = 0
    while written < entries.count {
      let count = entries.withUnsafeBytes { write(file, $0.baseAddress.map { $0 + written }, entries.count - written) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw ProcessError("writing to the ledger") }
      written += count
    }
    guard fdatasync(file) == 0 else { throw ProcessError("syncing the ledger") }
  }
}
