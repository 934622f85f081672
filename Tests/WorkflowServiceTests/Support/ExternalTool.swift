import Foundation
import Synchronization

/// A program that the tests use when it is installed.
struct ExternalTool {
  let path: String

  /// The real `temporal` command line tool.
  static let temporal = ExternalTool(named: "temporal", variable: "TEMPORAL_CLI")
  /// A Python that can import `temporalio`.
  static let python = ExternalTool(named: "python3", variable: "TEMPORALIO_PYTHON", check: ["-c", "import temporalio"])

  /// Finds a program by an environment variable or in PATH; `nil` when it is not there or its check fails.
  init?(named name: String, variable: String, check: [String]? = nil) {
    let environment = ProcessInfo.processInfo.environment
    let candidates =
      environment[variable].map { [$0] }
      ?? (environment["PATH"] ?? "").split(separator: ":").map { "\($0)/\(name)" }
    guard let path = candidates.first(where: FileManager.default.isExecutableFile(atPath:)) else { return nil }
    self.path = path
    if let check {
      let process = Process()
      process.executableURL = URL(filePath: path)
      process.arguments = check
      process.standardOutput = FileHandle.nullDevice
      process.standardError = FileHandle.nullDevice
      guard (try? process.run()) != nil else { return nil }
      process.waitUntilExit()
      guard process.terminationStatus == 0 else { return nil }
    }
  }

  /// What a run of the program left behind.
  struct Output: Sendable {
    var status: Int32
    var text: String
  }

  /// Runs the program to its end and returns its output and errors in one text.
  func run(_ arguments: [String]) async throws -> Output {
    let process = Process()
    let pipe = Pipe()
    process.executableURL = URL(filePath: path)
    process.arguments = arguments
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = pipe
    process.standardError = pipe
    let collected = Mutex(Data())
    let ended = AsyncStream<Void> { continuation in
      pipe.fileHandleForReading.readabilityHandler = { handle in
        let data = handle.availableData
        if data.isEmpty {
          handle.readabilityHandler = nil
          continuation.finish()
        } else {
          collected.withLock { $0.append(data) }
        }
      }
    }
    try process.run()
    for await _ in ended {}
    process.waitUntilExit()
    return Output(
      status: process.terminationStatus, text: String(decoding: collected.withLock { $0 }, as: UTF8.self))
  }
}
