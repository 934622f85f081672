public import Foundation

/// One of the examples' programs, as the build left it beside the tests.
public struct ExampleProgram: Sendable {
  /// Where it is.
  public let path: String

  /// A program at a path.
  public init(path: String) { self.path = path }

  /// The directory in which all of these programs are; `nil` when they are not built.
  ///
  /// - Parameter variable: the environment variable that may name the directory.
  public static func directory(of names: [String], variable: String) -> String? {
    var root = URL(filePath: #filePath)
    for _ in 0..<3 { root.deleteLastPathComponent() }
    let candidates =
      [ProcessInfo.processInfo.environment[variable]].compactMap { $0 }
      + [".build/debug", ".build/release"].map { root.appending(path: $0).path }
    return candidates.first { directory in
      names.allSatisfy { FileManager.default.isExecutableFile(atPath: directory + "/" + $0) }
    }
  }

  /// A program that runs, its output in files.
  public struct Running: Sendable {
    /// The process.
    public let process: Process
    /// Where its output is.
    public let directory: String
    fileprivate let exits: AsyncStream<Int32>

    /// Waits for the end and returns the exit code. No thread waits: Swift's tasks share those of Dispatch.
    public func status() async -> Int32 {
      for await status in exits { return status }
      return process.terminationStatus
    }

    /// What it has written to its standard output so far.
    public var output: String { get throws { try String(contentsOfFile: directory + "/stdout", encoding: .utf8) } }
    /// What it has written to its standard error so far.
    public var error: String { get throws { try String(contentsOfFile: directory + "/stderr", encoding: .utf8) } }
  }

  /// Starts the program in a directory of its own.
  ///
  /// - Parameters:
  ///   - environment: variables that it gets.
  ///   - prefixes: the test's own variables with these beginnings are withheld.
  ///   - parent: where its directory is made.
  public func start(
    _ arguments: [String], environment: [String: String] = [:], withholding prefixes: [String], in parent: String
  ) throws -> Running {
    let directory = parent + "/program-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    let process = Process()
    process.executableURL = URL(filePath: path)
    process.arguments = arguments
    process.currentDirectoryURL = URL(filePath: directory)
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
