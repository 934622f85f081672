import Foundation
import Testing

/// The real worker, killed with SIGKILL. By itself the script kills it twenty times.
@Suite(.serialized) struct KillWorkerTests {
  @Test(.enabled(if: Program.directory != nil, "the programs are not built"), .timeLimit(.minutes(5)))
  func aKilledRunEndsLikeAnUndisturbedOne() async throws {
    let sandbox = try Sandbox()
    var script = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    script.append(path: "kill-worker.sh")
    let outcome = try await Program(path: "/bin/bash").run(
      [
        script.path, try #require(Program.directory), SampleData.directory.path, sandbox.path + "/out", "3",
      ],
      in: sandbox
    )
    #expect(outcome.status == 0, "\(outcome.output)\n\(outcome.error)")
  }
}
