internal import DurableWorkflows
internal import Foundation
internal import Testing

@testable internal import WorkflowCodecs

/// Bad keys are clear errors, and no key is ever printed.
@Suite("Encryption keys")
struct EncryptionKeysTests {
  private let bytes = [UInt8](repeating: 0xA5, count: 32)
  private var base64: String { Data(bytes).base64EncodedString() }

  private func refusal(_ make: () throws -> EncryptionKeys) -> PayloadCodecError? {
    #expect(throws: PayloadCodecError.self) { _ = try make() }
  }

  @Test("what is wrong is named, with the entry's number and not its text")
  func wrong() {
    for (text, expected) in [
      ("", "there is no key"), ("# none\n\n", "there is no key"), (base64, "entry 1"), (":\(base64)", "entry 1"),
      ("a:\(base64)\nb:***", "entry 2"), ("a:AAAA", "key 'a' has 3 bytes"), ("a:\(base64),a:\(base64)", "'a'"),
    ] {
      let error = refusal { try EncryptionKeys(text: text, source: "the text") }
      #expect(error?.code == .invalidKey)
      #expect(error?.message.contains(expected) == true, "\(text): \(error?.message ?? "")")
      #expect(error?.message.contains(base64) == false)
    }
    let none = refusal { try EncryptionKeys([]) }
    #expect(none?.code == .invalidKey)
  }

  @Test("text, variables and files give the same keys; the first one is the current one")
  func sources() throws {
    let text = "# rotated in November\n2026-11:\(base64)\n\n2025-01:\(Data(bytes.map { ~$0 }).base64EncodedString())\n"
    let path = FileManager.default.temporaryDirectory.appending(path: "keys-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    _ = FileManager.default.createFile(atPath: path, contents: Data(text.utf8), attributes: [.posixPermissions: 0o600])
    let all = [
      try EncryptionKeys(text: text), try EncryptionKeys(file: path),
      try EncryptionKeys(environment: "KEYS", variables: ["KEYS": text]),
      try EncryptionKeys(environment: "KEYS", variables: ["KEYS_FILE": path]),
      try EncryptionKeys([("2026-11", bytes), ("2025-01", bytes.map { ~$0 })]),
    ]
    let sealed = try all[0].seal([1, 2, 3])
    for keys in all {
      #expect(keys.currentID == "2026-11")
      #expect(try keys.open(sealed, keyID: "2026-11") == [1, 2, 3])
      let shown = "\(keys) \(String(reflecting: keys)) \(keys.customMirror.children.map { "\($0.value)" })"
      #expect(!shown.contains("165") && !shown.contains(base64))
    }
  }

  @Test("a file that everybody may read, or nobody can, is refused; so is an empty environment")
  func files() {
    let path = FileManager.default.temporaryDirectory.appending(path: "keys-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    let missing = refusal { try EncryptionKeys(file: path) }
    #expect(missing?.code == .unavailable)
    #expect(missing?.message.contains(path) == true)
    for mode in [0o604, 0o644, 0o602, 0o666] {
      try? FileManager.default.removeItem(atPath: path)
      _ = FileManager.default.createFile(
        atPath: path, contents: Data("a:\(base64)".utf8), attributes: [.posixPermissions: mode])
      try? FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
      let error = refusal { try EncryptionKeys(file: path) }
      #expect(error?.code == .invalidKey)
      #expect(error?.message.contains("chmod") == true)
    }
    let unset = refusal { try EncryptionKeys(environment: "KEYS", variables: [:]) }
    #expect(unset?.code == .unavailable)
    #expect(unset?.message.contains("KEYS_FILE") == true)
  }
}
