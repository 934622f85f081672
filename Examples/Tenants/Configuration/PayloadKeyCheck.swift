internal import DurableWorkflows
internal import ExampleSupport
internal import Foundation
public import WorkflowCodecs

/// Notes beside a journal with which keys its payloads are encrypted, so that no worker without them starts: its runs
/// would only block.
///
/// The file has a line for every key: an encrypted text in Base64, and the key's name.
public struct PayloadKeyCheck: Sendable {
  private static let text = Array("tenants".utf8)

  /// The file.
  public let path: String
  private let journal: String

  /// The check of a journal's keys.
  ///
  /// - Parameter journal: the journal's directory, which need not be there yet.
  public init(journal: String) {
    var directory = journal[...]
    while directory.count > 1, directory.last == "/" { directory.removeLast() }
    self.journal = String(directory)
    path = self.journal + ".keys"
  }

  /// Looks whether every key that was ever in use is there and right, and notes the current one. To be called before
  /// anything is encrypted.
  ///
  /// - Throws: `ConfigurationProblems` with a line for every key that is missing or wrong.
  public func verify(_ keys: EncryptionKeys) throws {
    let codec = EncryptionCodec(keys)
    var lines = try read()
    let problems = lines.compactMap { problem(of: $0, codec) }
    guard problems.isEmpty else { throw ConfigurationProblems(list: problems) }
    let known = lines.map { $0.drop { $0 != " " }.dropFirst() }
    if known.contains(keys.currentID[...]) { return }
    do {
      let sample = try codec.encode(Payload(metadata: [:], data: Self.text), in: PayloadContext())
      lines.append("\(Data(sample.data).base64EncodedString()) \(keys.currentID)"[...])
    } catch {
      throw ConfigurationProblems(list: ["\(TenantConfiguration.payloadKeysName): nothing can be encrypted: \(error)"])
    }
    try write(lines)
  }

  private func problem(of line: Substring, _ codec: EncryptionCodec) -> String? {
    let name = line.drop { $0 != " " }.dropFirst()
    guard let data = Data(base64Encoded: String(line.prefix { $0 != " " })), !name.isEmpty else {
      return "'\(path)' has a line that is none of its own: '\(line)'; restore the file from a backup"
    }
    let sample = Payload(
      metadata: [
        Payload.encodingKey: Array(EncryptionCodec.encoding.utf8), EncryptionCodec.keyIDKey: Array(name.utf8),
      ], data: Array(data))
    do {
      _ = try codec.decode(sample, in: PayloadContext())
      return nil
    } catch let error as PayloadCodecError where error.code == .missingKey {
      return "\(TenantConfiguration.payloadKeysName) lacks the key '\(name)', with which '\(journal)' is encrypted; "
        + "add it behind the current one (when no run needs it any more, take its line out of '\(path)')"
    } catch {
      return "\(TenantConfiguration.payloadKeysName): the key '\(name)' is not the one with which '\(journal)' is "
        + "encrypted; give that one, or the new key another name"
    }
  }

  private func read() throws -> [Substring] {
    guard FileManager.default.fileExists(atPath: path) else { return [] }
    do {
      return try String(contentsOf: URL(filePath: path), encoding: .utf8).split(whereSeparator: \.isNewline)
    } catch {
      throw ConfigurationProblems(list: [
        "'\(path)', which notes the keys of '\(journal)', cannot be read; correct its permissions"
      ])
    }
  }

  private func write(_ lines: [Substring]) throws {
    try FileDirectory.make(of: path, for: "--journal")
    do {
      try Data(lines.map { "\($0)\n" }.joined().utf8).write(to: URL(filePath: path), options: .atomic)
    } catch {
      let reason = (error as NSError).localizedDescription
      throw ConfigurationProblems(list: ["'\(path)', which notes the keys, cannot be written: \(reason)"])
    }
  }
}
