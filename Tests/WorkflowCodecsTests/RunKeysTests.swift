internal import DurableWorkflows
internal import Foundation
internal import Testing

@testable internal import WorkflowCodecs

/// Destroying a run's key erases its data and no other.
@Suite("Keys of runs")
final class RunKeysTests {
  private let directory = FileManager.default.temporaryDirectory.appending(path: "run-keys-\(UUID().uuidString)").path
  private let payload = Payload(encoding: Payload.jsonPlain, data: Array("\"personal\"".utf8))

  deinit { try? FileManager.default.removeItem(atPath: directory) }

  private func master(_ ids: String...) throws -> EncryptionKeys {
    try EncryptionKeys(ids.map { id in (id, [UInt8](repeating: UInt8(id.utf8.first ?? 0), count: 32)) })
  }

  private func makeCodec(_ master: EncryptionKeys) throws -> (RunEncryptionCodec, RunKeys) {
    let keys = try RunKeys(directory: directory, master: master)
    return (RunEncryptionCodec(keys), keys)
  }

  private func code(_ body: () throws -> Payload) -> PayloadCodecError.Code? {
    let error = #expect(throws: PayloadCodecError.self) { _ = try body() }
    return error?.code
  }

  @Test("erased data is erased, now and after a restart; other runs, and later runs of the id, are not")
  func erasure() throws {
    let (codec, keys) = try makeCodec(try master("m"))
    let one = PayloadContext(workflowID: "one")
    let two = PayloadContext(workflowID: "two")
    let elsewhere = PayloadContext(namespace: "elsewhere", workflowID: "one")
    let sealed = try [one, two, elsewhere].map { try codec.encode(payload, in: $0) }
    for sealed in sealed { #expect(try codec.decode(sealed, in: PayloadContext()) == payload) }
    #expect(try keys.erase(workflowID: "one"))
    #expect(try !keys.erase(workflowID: "one"), "there is nothing left to erase")
    #expect(try !keys.erase(workflowID: "unknown"))
    let (again, _) = try makeCodec(try master("m"))
    for codec in [codec, again] {
      #expect(code { try codec.decode(sealed[0], in: one) } == .erased)
      #expect(try codec.decode(sealed[1], in: two) == payload)
      #expect(try codec.decode(sealed[2], in: elsewhere) == payload)
    }
    let later = try again.encode(payload, in: one)
    #expect(try again.decode(later, in: one) == payload)
    #expect(code { try again.decode(sealed[0], in: one) } == .erased)
  }

  @Test("files are the owner's alone, hold no key in the clear, and are needed")
  func files() throws {
    let (codec, _) = try makeCodec(try master("m"))
    let context = PayloadContext(workflowID: "one")
    let sealed = try codec.encode(payload, in: context)
    let name = try #require(FileManager.default.contentsOfDirectory(atPath: directory).first)
    let attributes = try FileManager.default.attributesOfItem(atPath: directory + "/" + name)
    #expect((attributes[.posixPermissions] as? NSNumber)?.intValue == 0o600)
    let (stranger, _) = try makeCodec(try EncryptionKeys([("m", [UInt8](repeating: 1, count: 32))]))
    #expect(code { try stranger.decode(sealed, in: context) } == .wrongKey)
    let (unnamed, _) = try makeCodec(try master("n"))
    #expect(code { try unnamed.decode(sealed, in: context) } == .missingKey)
    #expect(code { try codec.encode(payload, in: PayloadContext()) } == .unavailable, "no run is known")
    try "nonsense\n".write(toFile: directory + "/" + name, atomically: false, encoding: .utf8)
    let (fresh, _) = try makeCodec(try master("m"))
    #expect(code { try fresh.decode(sealed, in: context) } == .damaged)
    try FileManager.default.removeItem(atPath: directory + "/" + name)
    #expect(code { try fresh.decode(sealed, in: context) } == .missingKey)
    var foreign = sealed
    foreign.metadata[RunEncryptionCodec.runKeyKey] = Array("../../etc/passwd/1".utf8)
    #expect(code { try fresh.decode(foreign, in: context) } == .damaged)
  }

  @Test("the master key rotates: old keys are wrapped again, then the old master key is not needed any more")
  func rotation() throws {
    let (codec, keys) = try makeCodec(try master("m"))
    let context = PayloadContext(workflowID: "one")
    let sealed = try codec.encode(payload, in: context)
    #expect(try keys.rewrap() == 0)
    let (_, both) = try makeCodec(try master("n", "m"))
    #expect(try both.rewrap() == 1)
    let (rotated, _) = try makeCodec(try master("n"))
    #expect(try rotated.decode(sealed, in: context) == payload)
  }
}
