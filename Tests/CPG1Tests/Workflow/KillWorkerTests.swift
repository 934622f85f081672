import Foundation
import Testing

/// The real worker, killed with SIGKILL. The full version of the script kills it twenty times.
@Suite struct KillWorkerTests {
  private static let root: URL = {
    var root = URL(filePath: #filePath)
    for _ in 0..<4 { root.deleteLastPathComponent() }
    return root
  }()

  /// Where the build put the worker: beside the tests.
  private static var binaries: String? {
    let candidates =
      [ProcessInfo.processInfo.environment["CPG1_BIN"]].compactMap { $0 }
      + [".build/debug", ".build/release"].map { root.appending(path: $0).path }
    return candidates.first { directory in
      ["cpg1-worker", "cpg1-starter", "cpg1-tool"].allSatisfy {
        FileManager.default.isExecutableFile(atPath: directory + "/" + $0)
      }
    }
  }

  @Test(.enabled(if: binaries != nil, "the programs are not built"), .timeLimit(.minutes(5)))
  func aKilledRunEndsLikeAnUndisturbedOne() async throws {
    let sandbox = try Sandbox()
    let script = Self.root.appending(path: "Tests/CPG1Tests/kill-worker.sh").path
    let output = sandbox.path + "/output"
    try Data().write(to: URL(filePath: output))
    let process = Process()
    process.executableURL = URL(filePath: "/bin/bash")
    process.arguments = [script, try #require(Self.binaries), SampleData.directory.path, sandbox.path + "/out", "3"]
    let handle = try FileHandle(forWritingTo: URL(filePath: output))
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = handle
    process.standardError = handle
    let status = try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Int32, any Error>) in
      process.terminationHandler = { continuation.resume(returning: $0.terminationStatus) }
      do {
        try process.run()
      } catch {
        continuation.resume(throwing: error)
      }
    }
    let text = try String(contentsOfFile: output, encoding: .utf8)
    #expect(status == 0, "\(text)")
  }
}
