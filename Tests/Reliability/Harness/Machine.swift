internal import Foundation

/// The machine that a row ran on.
struct Machine: Codable {
  /// The operating system and its version.
  var system: String
  /// The number of processor cores.
  var cores: Int
  /// The memory in GiB.
  var memory: Double
  /// How the executable was built.
  var build: String

  /// This machine.
  static var current: Machine {
    let information = ProcessInfo.processInfo
    #if DEBUG
      let build = "debug"
    #else
      let build = "release"
    #endif
    return Machine(
      system: kernel() ?? information.operatingSystemVersionString,
      cores: information.activeProcessorCount,
      memory: (Double(information.physicalMemory) / Double(1 << 30) * 10).rounded() / 10,
      build: build)
  }

  private static func kernel() -> String? {
    let path = "/proc/sys/kernel/osrelease"
    guard let release = try? String(contentsOfFile: path, encoding: .utf8) else { return nil }
    return "Linux " + release.trimmingCharacters(in: .whitespacesAndNewlines)
  }
}

/// The commit of the working tree that the command is run in.
enum SourceCommit {
  /// The short hash, with `+` when sources were changed since; `unknown` outside a working tree.
  static func current() async -> String {
    guard let hash = try? await ChildProcess.output(["git", "rev-parse", "--short=12", "HEAD"]) else {
      return "unknown"
    }
    let changes = (try? await ChildProcess.output(["git", "status", "--porcelain", "--", "Sources"])) ?? ""
    return hash + (changes.isEmpty ? "" : "+")
  }
}
