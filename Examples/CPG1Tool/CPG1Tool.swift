internal import ArgumentParser
internal import CPG1
internal import Foundation
internal import ODBC

/// Helpers around the reconciliation: sample data, evidence, comparison.
@main
struct CPG1Tool: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cpg1-tool",
    abstract: "Loads sample data, verifies evidence, compares results.",
    subcommands: [Load.self, VerifyEvidence.self, Compare.self, Drivers.self, Wait.self, History.self]
  )
}

/// A failure with one line for people.
struct ToolFailure: Error, CustomStringConvertible {
  let description: String
}

struct Load: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Executes a data set's schema.sql over ODBC. It drops and creates the tables named there."
  )

  @Option(
    help: "The ODBC connection string (default DB_CONNECTION_STRING, which other users of the machine cannot see)."
  )
  var connection: String?

  @Option(help: "The data set's directory.")
  var data: String

  func run() async throws {
    guard let string = connection ?? ProcessInfo.processInfo.environment["DB_CONNECTION_STRING"] else {
      throw ToolFailure(description: "no database: set DB_CONNECTION_STRING or give --connection")
    }
    let path = data + "/schema.sql"
    let script: String
    do {
      script = try String(contentsOfFile: path, encoding: .utf8)
    } catch {
      throw ToolFailure(description: "'\(path)' cannot be read; --data must name a data set with a schema.sql")
    }
    let connection = try await ODBCConnection.connect(string)
    do {
      let count = try await connection.executeScript(script)
      print(
        "Loaded \(path): \(count) statements into \(connection.info.databaseName) \(connection.info.databaseVersion)"
      )
    } catch {
      await connection.close()
      throw error
    }
    await connection.close()
  }
}

struct VerifyEvidence: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify-evidence",
    abstract: "Recomputes all hashes of evidence packages; exit code 1 if anything differs."
  )

  @Argument(help: "Package folders, or directories of packages.")
  var directories: [String]

  func run() throws {
    var folders: [String] = []
    for directory in directories { folders += try Self.packages(in: directory) }
    var failures = 0
    for folder in folders {
      let result = EvidenceVerifier.verify(folder: folder)
      print("\(result.isValid ? "OK     " : "CHANGED") \(folder)")
      for problem in result.problems { print("          \(problem)") }
      for gap in result.notVerified { print("          not verified: \(gap)") }
      if !result.isValid { failures += 1 }
    }
    print("\(folders.count) packages, \(failures) changed")
    if failures > 0 { throw ExitCode(1) }
  }

  private static func packages(in directory: String) throws -> [String] {
    let names: [String]
    do {
      names = try FileManager.default.contentsOfDirectory(atPath: directory)
    } catch {
      throw ToolFailure(description: "'\(directory)' cannot be read; give evidence packages or a directory of them")
    }
    if names.contains(where: { $0.hasPrefix("00_") || $0.hasPrefix("01_") || $0.hasPrefix("08_") }) {
      return [directory]
    }
    let suffix = "_evidence.zip"
    // A zip without its folder is reported too: someone has removed the folder.
    let packages = Set(
      names.filter { name in
        var isDirectory: ObjCBool = false
        return !name.hasPrefix(".")
          && FileManager.default.fileExists(atPath: directory + "/" + name, isDirectory: &isDirectory)
          && isDirectory.boolValue
      }
    ).union(names.filter { $0.hasSuffix(suffix) }.map { String($0.dropLast(suffix.count)) })
    guard !packages.isEmpty else { throw ToolFailure(description: "'\(directory)' holds no evidence package") }
    return packages.sorted().map { directory + "/" + $0 }
  }
}

struct Drivers: AsyncParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Lists the installed ODBC drivers, as odbcinst -q -d does.")

  func run() async throws {
    let drivers = try await ODBC.drivers()
    guard !drivers.isEmpty else {
      throw ToolFailure(description: "no ODBC driver is installed; install one, for example libsqliteodbc")
    }
    for driver in drivers { print("[\(driver.name)]") }
  }
}
