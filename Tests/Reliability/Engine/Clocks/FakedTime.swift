internal import Foundation

/// One check from end to end: a real process on a real disk, whose wall clock libfaketime puts back and forward.
enum FakedTime {
  private static let libraries = [
    "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1", "/usr/lib/aarch64-linux-gnu/faketime/libfaketimeMT.so.1",
    "/usr/lib/faketime/libfaketimeMT.so.1",
  ]

  static func run(_ order: RowOrder, _ result: inout RowResult) async throws {
    guard let library = libraries.first(where: { FileManager.default.fileExists(atPath: $0) }) else {
      result.skipped.append("a real process under libfaketime: it is not installed (apt-get install faketime)")
      return
    }
    let environment = ProcessInfo.processInfo.environment
    guard environment["TSAN_OPTIONS"] == nil, environment["ASAN_OPTIONS"] == nil else {
      result.skipped.append("a real process under libfaketime: it cannot be loaded beside a sanitizer")
      return
    }
    let file = order.scratch + "/clock"
    func setClock(_ offset: String) throws { try Data((offset + "\n").utf8).write(to: URL(fileURLWithPath: file)) }
    try setClock("+0")
    // Through `env`: the library changes the environment of the first process that it is loaded into, and Swift's
    // runtime then finds no arguments.
    let process = try PeerProcess.start(
      [
        PeerProcess.executable, "clock-probe", "--journal", order.scratch + "/probe", "--timers", "1000", "--timers",
        "3600000",
      ],
      executable: "/usr/bin/env",
      environment: [
        "LD_PRELOAD": library, "FAKETIME_TIMESTAMP_FILE": file, "FAKETIME_NO_CACHE": "1", "DONT_FAKE_MONOTONIC": "1",
      ])
    defer {
      process.kill()
      process.wait()
    }
    var lines = LineBuffer()
    func line() throws -> [String] {
      var buffer = [UInt8](repeating: 0, count: 256)
      while true {
        if let line = lines.next() { return line }
        let count = StreamSocket.receive(into: &buffer, from: process.socket)
        guard count > 0 else { throw ProcessError("talking to the process under libfaketime", errno: 0) }
        lines.append(buffer[..<count])
      }
    }
    func fired() throws -> [String] {
      StreamSocket.send([10], to: process.socket)
      return try line()
    }
    func expect(_ expected: [String], _ moment: String, within patience: Duration = .zero) async throws {
      let end = ContinuousClock.now + patience
      var seen = try fired()
      while seen != expected, ContinuousClock.now < end {
        try await Task.sleep(for: .milliseconds(20))
        seen = try fired()
      }
      result.count("checks on a faked clock")
      if seen != expected {
        result.fail(
          "\(moment), the timers of 1 s and 1 h have fired \(seen) times instead of \(expected)",
          reproduce: order.command(row: "j"))
      }
    }
    _ = try line()
    try setClock("-600")
    // Real time passes, but the wall has not come to the deadline.
    try await Task.sleep(for: .milliseconds(1500))
    try await expect(["0", "0"], "with the clock put back by 10 min")
    try setClock("+0")
    try await expect(["1", "0"], "with the clock right again", within: .seconds(5))
    try setClock("+7200")
    try await expect(["1", "1"], "with the clock put forward by 2 h", within: .seconds(5))
    try setClock("-7200")
    try await expect(["1", "1"], "with the clock put back by 2 h")
  }
}
