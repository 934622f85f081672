@testable internal import DurableWorkflows
internal import Testing

@Suite struct BatchCodingTests {
  private static let operations: [BatchOperation] = [
    .terminate(), .terminate(details: [.null]), .cancel, .delete, .pause, .unpause,
    .signal(name: "s", input: [Payload(encoding: "x", data: [1, 2])], header: ["h": .null]),
    .reset(to: .firstWorkflowTask), .reset(to: .lastWorkflowTask, reapply: .signals),
    .reset(to: .event(-7), reapply: []), .reset(to: .buildID("build")),
  ]

  private static var records: [BatchRecord] {
    operations.map {
      .definition(
        BatchJob.Definition(
          jobID: "j", query: "q", operation: $0, reason: "r", identity: "i", maxOperationsPerSecond: 2.5,
          startTime: Timestamp(nanosecondsSinceEpoch: -1)))
    } + [
      .progress(jobID: "j", BatchJob.Progress(position: .max, total: 3)),
      .progress(
        jobID: "j",
        BatchJob.Progress(
          state: .failed, position: 1, total: 2, completed: 3, failed: 4, closeTime: .epoch, lastFailure: "f")),
    ]
  }

  @Test("what is written is read again")
  func again() throws {
    for record in Self.records { #expect(try BatchRecord(decoding: record.encoded) == record) }
  }

  @Test("bytes that nobody wrote are refused or read, and never trap")
  func mutated() {
    var draw = SeededDraw(seed: 5)
    for record in Self.records {
      for _ in 0..<2000 {
        var bytes = record.encoded
        for _ in 0...draw.below(3) { bytes[draw.below(bytes.count)] = UInt8(truncatingIfNeeded: draw.next()) }
        if draw.below(3) == 0 { bytes.removeLast(draw.below(bytes.count)) }
        guard let read = try? BatchRecord(decoding: bytes) else { continue }
        #expect((try? BatchRecord(decoding: read.encoded)) != nil)
      }
    }
  }
}
