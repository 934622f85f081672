internal import ArgumentParser
public import DurableWorkflows
internal import ExampleSupport
internal import Foundation
internal import ODBC

/// A starter's program: it asks a worker, prints the answer as JSON, and ends with a code that says how it went.
public struct StarterProgram: Sendable {
  private let name: String
  private let databaseSettings: String

  /// Creates a program.
  ///
  /// - Parameters:
  ///   - name: the program's name.
  ///   - settings: the variables that say where the database is, for example `DB_…`.
  public init(_ name: String, database settings: String) {
    self.name = name
    databaseSettings = settings
  }

  /// Prints what `body` answers. Errors become lines on the standard error.
  ///
  /// - Throws: `ExitCode`: 1 refused or failed, 3 not reachable.
  public func run(_ body: () async throws -> some Encodable) async throws {
    do {
      print(try json(try await body()))
    } catch {
      guard let code = exitCode(for: error) else { throw error }
      let lines =
        if let error = error as? any DomainError { [error.report] } else {
          StartupProblem.lines(for: error, database: databaseSettings)
        }
      for line in lines { FileHandle.standardError.write(Data("\(name): error: \(line)\n".utf8)) }
      throw ExitCode(code)
    }
  }

  /// Runs `body`, then `close`, whether or not the former throws.
  public func closing<Result>(
    _ close: () async -> Void, after body: () async throws -> Result
  ) async throws -> Result {
    do {
      let result = try await body()
      await close()
      return result
    } catch {
      await close()
      throw error
    }
  }

  /// `nil` for errors that the program does not expect.
  private func exitCode(for error: any Error) -> Int32? {
    switch error {
    case let error as any DomainError: error.isUnavailable ? 3 : 1
    case let error as WorkflowServiceError:
      error.code == .unavailable || error.code == .deadlineExceeded ? 3 : 1
    case is ODBCError: 3
    case is ConfigurationProblems, is SQLDatabaseError, is WorkflowFailedError, is PayloadCodecError: 1
    default: nil
    }
  }

  private func json(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }
}

/// The answer to commands that only start something.
public struct Started: Encodable {
  /// The workflow's id.
  public var workflowID: String
  /// The run's id.
  public var runID: String

  enum CodingKeys: String, CodingKey {
    case workflowID = "workflow_id"
    case runID = "run_id"
  }

  /// The ids of a run.
  public init<W: WorkflowDefinition>(_ handle: WorkflowHandle<W>) {
    workflowID = handle.execution.workflowID
    runID = handle.execution.runID
  }
}

/// The answer to commands that change nothing that could be shown.
public struct Done: Encodable {
  /// Always `accepted`.
  public var status = "accepted"

  /// Creates the answer.
  public init() {}
}
