internal import DurableWorkflows
internal import Testing

@testable internal import WorkflowCodecs

/// Would fail if codecs of other SDKs could not read what these write, or hostile bytes trapped.
@Suite("Payloads as bytes")
struct PayloadBytesTests {
  @Test("they are Temporal's message")
  func message() {
    let payload = Payload(metadata: ["encoding": Array("json/plain".utf8)], data: Array("\"hi\"".utf8))
    var expected: [UInt8] = [0x0A, 22, 0x0A, 8] + Array("encoding".utf8)
    expected += [0x12, 10] + Array("json/plain".utf8)
    expected += [0x12, 4] + Array("\"hi\"".utf8)
    #expect(PayloadBytes.encode(payload) == expected)
    #expect(PayloadBytes.decode(expected) == payload)
    // A field that is not known is skipped: a number, eight bytes, bytes, four bytes.
    let unknown: [UInt8] = [0x18, 0x96, 0x01, 0x21, 1, 2, 3, 4, 5, 6, 7, 8, 0x2A, 2, 9, 9, 0x35, 1, 2, 3, 4]
    #expect(PayloadBytes.decode(unknown + expected) == payload)
  }

  @Test("every payload comes back; what is cut off is refused or is a shorter payload, never a trap")
  func roundTrip() {
    var random = SystemRandomNumberGenerator()
    for size in [0, 1, 127, 128, 300, 70_000] {
      let data = (0..<size).map { _ in UInt8.random(in: 0...255, using: &random) }
      let payload = Payload(metadata: ["encoding": [1, 2], "": [], "ü": data], data: data)
      let bytes = PayloadBytes.encode(payload)
      #expect(PayloadBytes.decode(bytes) == payload)
      for cut in stride(from: 0, to: bytes.count, by: max(1, bytes.count / 50)) {
        #expect(PayloadBytes.decode(Array(bytes[..<cut])) != payload)
      }
    }
    for _ in 0..<20_000 {
      let noise = (0..<Int.random(in: 0..<40)).map { _ in UInt8.random(in: 0...255, using: &random) }
      _ = PayloadBytes.decode(noise)
    }
    #expect(PayloadBytes.decode([0x12, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01]) == nil)
  }
}
