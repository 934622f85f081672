internal import ArgumentParser
internal import Foundation
internal import WorkflowJournal

/// Reads keys from files, so that none stands on a command line.
enum KeyFiles {
  /// The encryption with the keys of arguments of the form NUMBER=FILE; `nil` without any.
  static func encryption(_ arguments: [String]) throws -> JournalEncryption? {
    let keys = try arguments.map { argument in
      let parts = argument.split(separator: "=", maxSplits: 1)
      guard parts.count == 2, let number = UInt32(parts[0]) else {
        throw ValidationError("'\(argument)' is not of the form NUMBER=FILE.")
      }
      let text = try String(contentsOfFile: String(parts[1]), encoding: .utf8)
      return try key(number, text)
    }
    return keys.first.map { JournalEncryption(key: $0, formerKeys: Array(keys.dropFirst())) }
  }

  /// The key in `text`, which has 64 hexadecimal digits.
  static func key(_ number: UInt32, _ text: String) throws -> JournalKey {
    let digits = Array(text.trimmingCharacters(in: .whitespacesAndNewlines).utf8)
    let bytes = stride(from: 0, to: digits.count - digits.count % 2, by: 2).compactMap { index in
      UInt8(String(decoding: digits[index...(index + 1)], as: UTF8.self), radix: 16)
    }
    guard digits.count == 2 * JournalKey.byteCount, bytes.count == JournalKey.byteCount else {
      throw ValidationError("The file of key \(number) does not hold 64 hexadecimal digits.")
    }
    return try JournalKey(identifier: number, bytes: bytes)
  }
}
