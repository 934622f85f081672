internal import Foundation

/// Runs the parts of a row side by side, one thread each, as many at once as the machine has cores, and adds what they
/// found.
func inParallel(
  _ parts: Int, _ body: @escaping @Sendable (_ part: Int) async throws -> RowResult
) async throws -> RowResult {
  try await withThrowingTaskGroup(of: RowResult.self) { group in
    var next = 0
    var result = RowResult()
    let width = max(1, min(parts, ProcessInfo.processInfo.activeProcessorCount))
    func start() {
      guard next < parts else { return }
      let part = next
      next += 1
      group.addTask { try await body(part) }
    }
    for _ in 0..<width { start() }
    while let finished = try await group.next() {
      result.add(finished)
      start()
    }
    return result
  }
}
