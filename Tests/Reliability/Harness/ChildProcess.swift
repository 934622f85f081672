internal import Foundation

/// Programs that rows start and wait for.
enum ChildProcess {
  /// A program that ended with another status than 0.
  struct Failure: Error, CustomStringConvertible {
    var command: [String]
    var status: Int32
    var output: String
    var description: String { "\(command.joined(separator: " ")) ended with status \(status): \(output)" }
  }

  /// How a program ended.
  struct Ending: Sendable {
    /// The exit status, or the number of the signal that ended it.
    var status: Int32
    var wasKilledBySignal: Bool
    /// Its standard output and standard error.
    var output: String
  }

  /// This executable.
  static var ownPath: String {
    (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? CommandLine.arguments[0]
  }

  /// Whether a program is on the search path.
  static func isInstalled(_ program: String) -> Bool {
    (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
      .contains { FileManager.default.isExecutableFile(atPath: "\($0)/\(program)") }
  }

  /// Runs a program found on the search path to its end.
  static func run(_ command: [String], in directory: String? = nil) async throws -> Ending {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = command
    if let directory { process.currentDirectoryURL = URL(fileURLWithPath: directory) }
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = pipe
    process.standardInput = FileHandle.nullDevice
    try process.run()
    let output = try pipe.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    return Ending(
      status: process.terminationStatus,
      wasKilledBySignal: process.terminationReason == .uncaughtSignal,
      output: String(decoding: output, as: UTF8.self))
  }

  /// The trimmed output of a program that must succeed.
  @discardableResult
  static func output(_ command: [String], in directory: String? = nil) async throws -> String {
    let ending = try await run(command, in: directory)
    let output = ending.output.trimmingCharacters(in: .whitespacesAndNewlines)
    guard ending.status == 0, !ending.wasKilledBySignal else {
      throw Failure(command: command, status: ending.status, output: output)
    }
    return output
  }
}
