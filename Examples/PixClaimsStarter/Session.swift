internal import ArgumentParser
internal import DurableWorkflows
internal import ExampleSupport
internal import Foundation
internal import ODBC
internal import PixClaims
internal import WorkflowService

/// One conversation with the worker.
struct Session: Sendable {
  let api: ClaimsAPI
  let client: WorkflowClient
  let store: PixStore

  /// Connects, runs `body`, prints its answer as JSON, and ends the process with a code that says how it went.
  static func run(_ body: (Session) async throws -> some Encodable) async throws {
    do {
      let configuration = try PixConfiguration(ProcessInfo.processInfo.environment)
      var settings = configuration.database
      settings.minimumConnections = 1
      let database = try await PixDatabase.open(settings)
      do {
        try await connect(configuration, database, body)
      } catch {
        await database.close()
        throw error
      }
      await database.close()
    } catch let problems as PixConfiguration.Problems {
      for line in problems.list { report(line) }
      throw ExitCode(1)
    } catch let error as PixError {
      report("\(error.code.rawValue) (\(error.httpStatus)): \(error.message)")
      throw ExitCode(error.code == .unavailable ? 3 : 1)
    } catch let error as SQLDatabaseError {
      report(error.message)
      throw ExitCode(1)
    } catch let error as WorkflowServiceError {
      report(error.message)
      throw ExitCode(error.code == .unavailable || error.code == .deadlineExceeded ? 3 : 1)
    } catch let error as WorkflowFailedError {
      report(error.description)
      throw ExitCode(1)
    } catch let error as ODBCError {
      report("the database cannot be used: \(error.message); check POSTGRES_… or PIX_SQLITE_PATH")
      throw ExitCode(3)
    }
  }

  private static func connect(
    _ configuration: PixConfiguration, _ database: PixDatabase, _ body: (Session) async throws -> some Encodable
  ) async throws {
    let store = PixStore(database: database)
    let answer = try await withRemoteFrontend(address: "\(configuration.address)") { frontend in
      let client = WorkflowClient(
        frontend: frontend, namespace: configuration.namespace, taskQueue: configuration.taskQueue)
      let api = ClaimsAPI(store: store, client: client, options: .init(daySeconds: configuration.daySeconds))
      return try json(try await body(Session(api: api, client: client, store: store)))
    }
    print(answer)
  }

  private static func json(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }

  private static func report(_ line: String) {
    FileHandle.standardError.write(Data("pix-claims-starter: error: \(line)\n".utf8))
  }
}

/// The answer to commands that only start something.
struct Started: Encodable {
  var workflowID: String
  var runID: String

  enum CodingKeys: String, CodingKey {
    case workflowID = "workflow_id"
    case runID = "run_id"
  }

  init<W: WorkflowDefinition>(_ handle: WorkflowHandle<W>) {
    workflowID = handle.execution.workflowID
    runID = handle.execution.runID
  }
}

/// The answer to commands that change nothing that could be shown.
struct Done: Encodable {
  var status = "accepted"
}
