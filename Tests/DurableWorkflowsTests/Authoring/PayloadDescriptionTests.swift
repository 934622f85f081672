internal import DurableWorkflows
internal import Testing

/// Would fail if a payload's data came into a log by being printed.
@Suite("Payloads in texts")
struct PayloadDescriptionTests {
  @Test("encoding and length, never the data")
  func redacted() throws {
    let payload = try JSONPayloadConverter().payload(for: "the secret")
    #expect("\(payload)" == "json/plain, 12 bytes")
    #expect(String(reflecting: [payload]) == "[json/plain, 12 bytes]")
    let failure = Failure(
      message: "no", info: .application(type: "T", isNonRetryable: false, details: [payload], nextRetryDelay: nil))
    for text in ["\(failure)", "\(Payload(metadata: [:], data: payload.data))"] {
      // The characters, and the bytes of "sec" as numbers.
      #expect(!text.contains("secret") && !text.contains("115, 101, 99"))
    }
  }
}
