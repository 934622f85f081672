internal import Crypto
internal import DurableWorkflows
internal import Foundation

/// The keys of an encryption: the current one encrypts, all of them decrypt.
///
/// To rotate, put a new key before the others; keep the old ones for as long as there are histories with them. Keys are
/// never printed.
public struct EncryptionKeys: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  /// The length of a key in bytes: AES-256.
  public static let byteCount = 32

  /// The name of the key that encrypts.
  public let currentID: String
  private let keys: [String: SymmetricKey]

  /// Keys by name, the current one first.
  ///
  /// - Throws: ``PayloadCodecError``, code `invalidKey`: no key, an empty name, two keys of one name, a key of another
  ///   length than ``byteCount``.
  public init(_ keys: [(id: String, bytes: [UInt8])]) throws {
    guard let current = keys.first else { throw Self.invalid("there is no key; give at least one") }
    var known: [String: SymmetricKey] = [:]
    for (id, bytes) in keys {
      guard !id.isEmpty else { throw Self.invalid("a key has no name; name it, for example 2026-11") }
      guard bytes.count == Self.byteCount else {
        throw Self.invalid("key '\(id)' has \(bytes.count) bytes; \(Self.byteCount) are needed")
      }
      guard known.updateValue(SymmetricKey(data: bytes), forKey: id) == nil else {
        throw Self.invalid("two keys have the name '\(id)'; names must differ")
      }
    }
    currentID = current.id
    self.keys = known
  }

  /// Keys from text: one per line or between commas, `name:key`, the key in Base64; the current one first. Empty lines
  /// and lines that begin with `#` do not count.
  ///
  /// - Parameter source: what the text is, for messages, which never hold the text itself.
  /// - Throws: ``PayloadCodecError``, code `invalidKey`, with the number of the entry.
  public init(text: String, source: String = "the keys") throws {
    var keys: [(id: String, bytes: [UInt8])] = []
    let entries = text.split(whereSeparator: { $0.isNewline || $0 == "," })
      .map { $0.trimmingCharacters(in: .whitespaces) }
    for (index, entry) in entries.enumerated() where !entry.isEmpty && !entry.hasPrefix("#") {
      guard let colon = entry.lastIndex(of: ":"), colon != entry.startIndex else {
        throw Self.invalid("entry \(index + 1) of \(source) has no name; write name:key")
      }
      let encoded = String(entry[entry.index(after: colon)...])
      guard let data = Data(base64Encoded: encoded) else {
        throw Self.invalid("entry \(index + 1) of \(source) is not Base64")
      }
      keys.append((String(entry[..<colon]), Array(data)))
    }
    do {
      try self.init(keys)
    } catch let error as PayloadCodecError {
      throw Self.invalid("\(source): \(error.message)")
    }
  }

  /// Keys from a file, which must not be readable by everybody.
  ///
  /// - Throws: ``PayloadCodecError``: `unavailable` when it cannot be read; `invalidKey` when everybody can read it, or
  ///   its text is wrong.
  public init(file path: String) throws {
    let attributes: [FileAttributeKey: Any]
    let data: Data
    do {
      // Of the file that a symbolic link, as secrets often are, leads to.
      let target = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
      attributes = try FileManager.default.attributesOfItem(atPath: target)
      data = try Data(contentsOf: URL(fileURLWithPath: target))
    } catch {
      throw PayloadCodecError(
        .unavailable, "the key file '\(path)' cannot be read; check that it exists and who may read it")
    }
    let permissions = (attributes[.posixPermissions] as? NSNumber)?.intValue ?? 0
    guard permissions & 0o007 == 0 else {
      throw Self.invalid(
        "everybody may read or change the key file '\(path)' (mode \(String(permissions, radix: 8))); "
          + "take that away: chmod o= '\(path)'")
    }
    try self.init(text: String(decoding: data, as: UTF8.self), source: "the key file '\(path)'")
  }

  /// Keys from the environment: from the variable `name`, or from the file that `name_FILE` names.
  ///
  /// - Parameters:
  ///   - name: the variable's name.
  ///   - variables: the environment; `nil` for the process's own.
  /// - Throws: ``PayloadCodecError``: `unavailable` when neither is set; otherwise like ``init(text:source:)`` and
  ///   ``init(file:)``.
  public init(environment name: String, variables: [String: String]? = nil) throws {
    let variables = variables ?? ProcessInfo.processInfo.environment
    if let text = variables[name], !text.isEmpty {
      try self.init(text: text, source: "the variable \(name)")
    } else if let path = variables[name + "_FILE"], !path.isEmpty {
      try self.init(file: path)
    } else {
      throw PayloadCodecError(.unavailable, "neither \(name) nor \(name)_FILE is set; one of them has to name the keys")
    }
  }

  /// A new random key.
  public static func randomKey() -> [UInt8] { SymmetricKey(size: .bits256).withUnsafeBytes { Array($0) } }

  /// The names, without the keys.
  public var description: String { "EncryptionKeys(\(keys.keys.sorted().joined(separator: ", ")))" }

  /// Like ``description``.
  public var debugDescription: String { description }

  /// Nothing of the keys.
  public var customMirror: Mirror { Mirror(self, children: ["currentID": currentID]) }

  private static func invalid(_ message: String) -> PayloadCodecError { PayloadCodecError(.invalidKey, message) }

  // MARK: Sealing

  /// Encrypts with the current key: nonce, text, tag.
  func seal(_ bytes: [UInt8], authenticating data: [UInt8] = []) throws -> [UInt8] {
    guard let key = keys[currentID] else { throw Self.invalid("there is no key") }
    return try AESGCM.seal(bytes, with: key, authenticating: data)
  }

  /// Decrypts with a key by name.
  /// - Throws: ``PayloadCodecError``: `missingKey`, `wrongKey`.
  func open(_ bytes: [UInt8], keyID: String, authenticating data: [UInt8] = []) throws -> [UInt8] {
    guard let key = keys[keyID] else {
      throw PayloadCodecError(
        .missingKey,
        "the key '\(keyID)' is needed and was not given; the keys are [\(keys.keys.sorted().joined(separator: ", "))]")
    }
    guard let opened = AESGCM.open(bytes, with: key, authenticating: data) else {
      throw PayloadCodecError(
        .wrongKey,
        "the key that was given as '\(keyID)' does not decrypt the data: it is another key, or the data is damaged")
    }
    return opened
  }
}

/// AES-GCM over arrays, with the nonce before the text and the tag behind it.
enum AESGCM {
  static func seal(_ bytes: [UInt8], with key: SymmetricKey, authenticating data: [UInt8] = []) throws -> [UInt8] {
    let box = try AES.GCM.seal(bytes, using: key, authenticating: data)
    return Array(box.nonce) + Array(box.ciphertext) + Array(box.tag)
  }

  static func open(_ bytes: [UInt8], with key: SymmetricKey, authenticating data: [UInt8] = []) -> [UInt8]? {
    guard let box = try? AES.GCM.SealedBox(combined: bytes) else { return nil }
    return (try? AES.GCM.open(box, using: key, authenticating: data)).map { Array($0) }
  }
}
