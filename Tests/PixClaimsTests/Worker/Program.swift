import Foundation

/// One of the programs, as the build left it beside the tests.
struct Program {
  let path: String

  /// The directory of the programs; `nil` when they are not built.
  static var directory: String? {
    var root = URL(filePath: #filePath)
    for _ in 0..<4 { root.deleteLastPathComponent() }
    let candidates =
      [ProcessInfo.processInfo.environment["PIX_BIN"]].compactMap { $0 }
      + [".build/debug", ".build/release"].map { root.appending(path: $0).path }
    return candidates.first { directory in
      ["pix-claims-worker", "pix-claims-starter"].allSatisfy {
        FileManager.default.isExecutableFile(atPath: directory + "/" + $0)
      }
    }
  }

  /// A program that runs, its output in files.
  struct Running {
    let process: Process
    let directory: String
    fileprivate let exits: AsyncStream<Int32>

    /// Waits for the end and returns the exit code. No thread waits: Swift's tasks share those of Dispatch.
    func status() async -> Int32 {
      for await status in exits { return status }
      return process.terminationStatus
    }

    var output: String { get throws { try String(contentsOfFile: directory + "/stdout", encoding: .utf8) } }
    var error: String { get throws { try String(contentsOfFile: directory + "/stderr", encoding: .utf8) } }
  }

  /// Starts the program in a directory of its own, without the test's own settings.
  func start(_ arguments: [String], environment: [String: String] = [:], in sandbox: Sandbox) throws -> Running {
    let directory = sandbox.path + "/program-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    let process = Process()
    process.executableURL = URL(filePath: path)
    process.arguments = arguments
    process.currentDirectoryURL = URL(filePath: directory)
    let prefixes = ["TEMPORAL_", "POSTGRES_", "PULSAR_", "PIX_", "BRIDGE_", "MAX_CONCURRENT_", "LOG_LEVEL"]
    let inherited = ProcessInfo.processInfo.environment.filter { name, _ in !prefixes.contains { name.hasPrefix($0) } }
    process.environment = inherited.merging(environment) { _, new in new }
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
    return Running(process: process, directory: directory, exits: exits)
  }
}
