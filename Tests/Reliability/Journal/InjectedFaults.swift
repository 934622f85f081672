internal import Foundation

/// Row d again, on the real file system and an unmodified process: strace makes the n-th system call fail.
struct InjectedFaults {
  let order: RowOrder

  /// The calls that a writer's journal makes, apart from opening files, which the loader does too.
  private static let calls = ["fdatasync", "fsync", "pwrite64", "rename", "unlink"]
  private static let errors = ["EIO", "ENOSPC", "EDQUOT", "EROFS"]

  func run() async throws -> RowResult {
    var result = RowResult()
    guard ChildProcess.isInstalled("strace") else {
      result.skipped.append("system calls failing under strace: strace is not installed")
      return result
    }
    guard try await strace(call: "fdatasync", error: "EIO", number: 60_000, "probe", &result) == nil else {
      result.skipped.append("system calls failing under strace: tracing is not permitted here")
      return result
    }
    let limit = min(30 * Self.calls.count, order.size.units(ci: 6_000) / 50)
    result.add(
      try await inParallel(limit) { part in
        let (number, index) = (part / Self.calls.count + 1, part % Self.calls.count)
        let (call, error) = (Self.calls[index], Self.errors[(number + index) % Self.errors.count])
        var result = RowResult()
        if let problem = try await strace(call: call, error: error, number: number, "\(call)-\(number)", &result) {
          result.fail(
            "\(call) number \(number) of a process fails with \(error): \(problem)",
            reproduce: order.command(row: "d"))
        }
        result.count("runs under strace")
        return result
      })
    return result
  }

  private func strace(
    call: String, error: String, number: Int, _ name: String, _ result: inout RowResult
  ) async throws -> String? {
    let (directory, ledger) = ("\(order.scratch)/\(name)", "\(order.scratch)/\(name).ledger")
    let ending = try await ChildProcess.run([
      "timeout", "20", "strace", "-f", "-o", "/dev/null", "-e", "trace=\(call)",
      "-e", "inject=\(call):error=\(error):when=\(number)", ChildProcess.ownPath, "journal-writer", directory,
      "--ledger", ledger, "--seed", String(order.seed), "--count", "40", "--checkpoint", "15",
    ])
    if number == 60_000 { return ending.status == 0 ? nil : ending.output }
    if ending.status == 124 { return "the process hangs" }
    if ending.wasKilledBySignal || ending.status > 1 { return "the process ends with \(ending)" }
    result.count(ending.status == 0 ? "processes unharmed under strace" : "processes that stopped under strace")
    return WriterCheck.complaint(about: directory, ledger: ledger, seed: order.seed, &result)
  }
}
