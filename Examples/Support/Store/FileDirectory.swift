internal import Foundation
internal import ODBC

/// Makes the directories of files that a setting names.
public enum FileDirectory {
  /// Makes the directory of a file, unless it is there.
  ///
  /// - Parameters:
  ///   - file: the file's path.
  ///   - setting: what names the file, for the message.
  /// - Throws: ``ConfigurationProblems`` that names the setting and the directory.
  public static func make(of file: String, for setting: String) throws {
    let directory = URL(filePath: file).deletingLastPathComponent().path(percentEncoded: false)
    do {
      try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    } catch {
      let reason = (error as NSError).localizedDescription
      throw ConfigurationProblems(list: ["\(setting): the directory '\(directory)' cannot be made: \(reason)"])
    }
  }
}

extension SQLDatabase.Settings {
  /// Makes the directory in which an SQLite database is to be; other databases need none.
  ///
  /// - Parameter setting: what names the database's file, for the message.
  /// - Throws: ``ConfigurationProblems``.
  public func makeDirectory(for setting: String) throws {
    guard dialect == .sqlite, let path = connectionString.value(for: "Database") else { return }
    try FileDirectory.make(of: path, for: setting)
  }
}
