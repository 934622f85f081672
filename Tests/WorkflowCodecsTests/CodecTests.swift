internal import DurableWorkflows
internal import Foundation
internal import Testing

@testable internal import WorkflowCodecs

/// Would fail if something did not come back, came back from the wrong key, or lay in the clear.
@Suite("Codecs")
struct CodecTests {
  private let context = PayloadContext(namespace: "default", workflowID: "order-17")
  private let secret = Payload(encoding: Payload.jsonPlain, data: Array("\"the secret\"".utf8))

  private func keys(_ ids: String...) throws -> EncryptionKeys {
    try EncryptionKeys(ids.map { id in (id, [UInt8](repeating: UInt8(id.utf8.first ?? 0), count: 32)) })
  }

  private func code(_ body: () throws -> Payload) -> PayloadCodecError.Code? {
    let error = #expect(throws: PayloadCodecError.self) { _ = try body() }
    return error?.code
  }

  @Test("encryption: a new nonce each time, rotation, missing and wrong keys, damage, payloads from before")
  func encryption() throws {
    let old = EncryptionCodec(try keys("a"))
    let sealed = try old.encode(secret, in: context)
    #expect(sealed.encoding == "binary/encrypted")
    #expect(sealed.metadata["encryption-key-id"] == Array("a".utf8))
    #expect(!sealed.data.contains(Array("secret".utf8)))
    #expect(try old.encode(secret, in: context) != sealed)
    #expect(try old.decode(sealed, in: context) == secret)
    let rotated = EncryptionCodec(try keys("b", "a"))
    #expect(try rotated.decode(sealed, in: context) == secret)
    #expect(try rotated.encode(secret, in: context).metadata["encryption-key-id"] == Array("b".utf8))
    #expect(try rotated.decode(secret, in: context) == secret, "what was never encrypted stays as it is")
    #expect(code { try EncryptionCodec(try keys("b")).decode(sealed, in: context) } == .missingKey)
    let other = EncryptionCodec(try EncryptionKeys([("a", [UInt8](repeating: 9, count: 32))]))
    #expect(code { try other.decode(sealed, in: context) } == .wrongKey)
    for index in sealed.data.indices {
      var damaged = sealed
      damaged.data[index] ^= 1
      #expect(code { try old.decode(damaged, in: context) } == .wrongKey)
    }
    for count in 0..<sealed.data.count {
      var cut = sealed
      cut.data = Array(sealed.data[..<count])
      #expect(code { try old.decode(cut, in: context) } == .wrongKey)
    }
  }

  @Test("compression: shorter or unchanged; damage and bombs are refused")
  func compression() throws {
    let codec = ZlibCodec()
    let long = Payload(encoding: Payload.jsonPlain, data: [UInt8](repeating: 0x41, count: 200_000))
    let short = try codec.encode(long, in: context)
    #expect(short.encoding == "binary/zlib" && short.data.count < 2000)
    #expect(try codec.decode(short, in: context) == long)
    #expect(try codec.encode(secret, in: context) == secret)
    let noise = Payload(encoding: Payload.binaryPlain, data: (0..<1000).map { _ in UInt8.random(in: 0...255) })
    #expect(try codec.encode(noise, in: context) == noise)
    #expect(code { try ZlibCodec(maximumSize: 100_000).decode(short, in: context) } == .damaged)
    for index in short.data.indices {
      var damaged = short
      damaged.data[index] ^= 0x10
      // The checksum of the stream covers everything but its own first bytes' unused bits.
      let decoded = try? codec.decode(damaged, in: context)
      #expect(decoded == nil || decoded == long)
      var cut = short
      cut.data = Array(short.data[..<index])
      #expect(code { try codec.decode(cut, in: context) } == .damaged)
    }
  }

  @Test("a chain: first compressed, then encrypted, and back")
  func chain() throws {
    let converter = DataConverter(codecs: [ZlibCodec(), EncryptionCodec(try keys("a"))])
    let text = String(repeating: "again and again ", count: 1000)
    let payload = try converter.payload(for: text)
    #expect(payload.encoding == "binary/encrypted")
    #expect(payload.data.count < 2000, "compressed before it was encrypted")
    #expect(try converter.value(of: payload, as: String.self) == text)
    // With the chain in the wrong order nothing fits.
    let wrong = DataConverter(codecs: [EncryptionCodec(try keys("a")), ZlibCodec()])
    #expect(throws: (any Error).self) { _ = try wrong.value(of: payload, as: String.self) }
  }

  @Test("failures: texts when asked, details always, the type never; decoding gives the failure back")
  func failures() throws {
    let cause = Failure(message: "the inner secret", info: .canceled(details: [secret]), stackTrace: "at secret.swift")
    let failure = Failure(
      message: "the outer secret",
      info: .application(type: "CardDeclined", isNonRetryable: true, details: [secret], nextRetryDelay: nil),
      cause: cause)
    for encodesFailures in [false, true] {
      let converter = DataConverter(codecs: [EncryptionCodec(try keys("a"))], encodesFailures: encodesFailures)
      let encoded = try converter.encoded(failure)
      #expect(encoded.applicationType == "CardDeclined")
      #expect((encoded.message == "Encoded failure") == encodesFailures)
      #expect((encoded.cause?.stackTrace == "") == encodesFailures)
      if case .application(_, true, let details, _) = encoded.info {
        #expect(details.first?.encoding == "binary/encrypted")
      } else {
        Issue.record("\(encoded)")
      }
      #expect(try converter.decoded(encoded) == failure)
      #expect(try converter.decoded(failure) == failure)
    }
  }
}
