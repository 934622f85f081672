import Foundation

/// One of the programs, as the build left it beside the tests.
struct Program {
  /// What a run of a program left behind.
  struct Outcome: Sendable {
    let status: Int32
    let output: String
    let error: String
  }

  let path: String

  /// The directory of the programs; nil when they are not built.
  static var directory: String? {
    var root = URL(filePath: #filePath)
    for _ in 0..<4 { root.deleteLastPathComponent() }
    let candidates =
      [ProcessInfo.processInfo.environment["CPG1_BIN"]].compactMap { $0 }
      + [".build/debug", ".build/release"].map { root.appending(path: $0).path }
    return candidates.first { directory in
      ["cpg1-worker", "cpg1-starter", "cpg1-tool"].allSatisfy {
        FileManager.default.isExecutableFile(atPath: directory + "/" + $0)
      }
    }
  }

  /// A program that runs.
  struct Running {
    let process: Process
    fileprivate let exits: AsyncStream<Int32>

    /// Waits for the end and returns the exit code. No thread waits: Swift's tasks share those of Dispatch.
    func status() async -> Int32 {
      for await status in exits { return status }
      return process.terminationStatus
    }
  }

  /// Starts the program, its output going to files in `directory`.
  func start(_ arguments: [String], environment: [String: String] = [:], in directory: String) throws -> Running {
    let process = Process()
    process.executableURL = URL(filePath: path)
    process.arguments = arguments
    var variables = ProcessInfo.processInfo.environment
    for name in variables.keys where name.hasPrefix("TEMPORAL_") || name.hasPrefix("MSSQL_") || name.hasPrefix("DB_") {
      variables[name] = nil
    }
    process.environment = variables.merging(environment) { _, new in new }
    process.standardInput = FileHandle.nullDevice
    for name in ["stdout", "stderr"] { try Data().write(to: URL(filePath: directory + "/" + name)) }
    process.standardOutput = try FileHandle(forWritingTo: URL(filePath: directory + "/stdout"))
    process.standardError = try FileHandle(forWritingTo: URL(filePath: directory + "/stderr"))
    let (exits, continuation) = AsyncStream.makeStream(of: Int32.self)
    process.terminationHandler = { ended in
      continuation.yield(ended.terminationStatus)
      continuation.finish()
    }
    try process.run()
    return Running(process: process, exits: exits)
  }

  /// Runs the program to its end.
  func run(
    _ arguments: [String],
    environment: [String: String] = [:],
    in sandbox: Sandbox
  ) async throws -> Outcome {
    let directory = sandbox.path + "/program-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    let status = try await start(arguments, environment: environment, in: directory).status()
    return Outcome(
      status: status,
      output: try String(contentsOfFile: directory + "/stdout", encoding: .utf8),
      error: try String(contentsOfFile: directory + "/stderr", encoding: .utf8)
    )
  }
}
