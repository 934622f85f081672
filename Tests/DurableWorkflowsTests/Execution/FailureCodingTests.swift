internal import Testing

@testable internal import DurableWorkflows

/// Would fail if encoded attributes were lost in a journal, or changed the bytes of failures without them.
@Suite("Failures as bytes")
struct FailureCodingTests {
  private func bytes(_ failure: Failure) -> [UInt8] {
    var writer = ByteWriter()
    writer.failure(failure)
    return writer.bytes
  }

  private func decoded(_ bytes: [UInt8]) throws -> Failure {
    var reader = ByteReader(bytes)
    return try reader.failure()
  }

  private var chain: Failure {
    Failure(
      message: "outer", info: .activity(
        scheduledEventID: 5, startedEventID: 6, identity: "w", activityType: "charge", activityID: "1",
        retryState: .nonRetryableFailure),
      cause: Failure(
        message: "inner",
        info: .application(type: "T", isNonRetryable: true, details: [.null], nextRetryDelay: .seconds(3)),
        stackTrace: "at"))
  }

  @Test("encoded attributes come back, at every depth")
  func encoded() throws {
    var failure = chain
    failure.encodedAttributes = Payload(encoding: "binary/encrypted", data: [1, 2, 3])
    #expect(try decoded(bytes(failure)) == failure)
    failure.cause?.encodedAttributes = Payload(metadata: ["encoding": [1], "key": [2]], data: [])
    #expect(try decoded(bytes(failure)) == failure)
    failure.encodedAttributes = nil
    #expect(try decoded(bytes(failure)) == failure)
  }

  @Test("a failure without them has the bytes that it always had")
  func compatible() throws {
    let failure = Failure(message: "m", info: .server(isNonRetryable: true), source: "s", stackTrace: "t")
    #expect(bytes(failure) == [1, 0x6D, 1, 0x73, 1, 0x74, 5, 1, 0])
    #expect(try decoded(bytes(chain)) == chain)
  }

  @Test("a mark without what belongs to it is refused")
  func cut() throws {
    var failure = chain
    failure.encodedAttributes = Payload(encoding: "binary/encrypted", data: [1, 2, 3])
    let bytes = bytes(failure)
    for count in 0..<bytes.count {
      #expect(throws: RecordCodingError.self) { _ = try decoded(Array(bytes[..<count])) }
    }
  }
}
