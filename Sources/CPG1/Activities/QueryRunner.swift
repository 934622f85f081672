internal import ODBC
internal import Synchronization

/// How far a fetch has come; the heartbeat reads it while the fetch writes it.
final class FetchProgress: Sendable {
  private let count = Mutex(0)

  var rows: Int {
    get { count.withLock { $0 } }
    set { count.withLock { $0 = newValue } }
  }
}

/// What executing an item's query gave.
struct QueryOutcome: Sendable {
  let statements: [BoundStatement]
  let frame: Frame
  let validation: ValidationReport
}

/// Executes the query of a catalog item and its validation queries in one read-only transaction, so that all of them
/// see one state of the database.
struct QueryRunner {
  let database: DatabaseSettings

  func run(_ item: CatalogItem, values: [String: ParameterValue], progress: FetchProgress) async throws -> QueryOutcome
  {
    // Bound before the connection is opened: bad parameters need no database.
    let statements = try item.bind(values)
    let completeness = try item.bindCompleteness(values)
    let witness = try item.bindPositiveAccuracy(values)
    let violations = try item.bindNegativeAccuracy(values)
    let connection = try await ODBCConnection.connect(database.connectionString, options: database.options)
    do {
      let outcome = try await connection.withTransaction(isolation: database.isolation) { connection in
        let frame = try await fetch(item, statements, on: connection, progress: progress)
        let report = ValidationReport(
          expectedCount: try await count(completeness, on: connection),
          actualCount: frame.rowCount,
          witnessCount: try await optionalCount(witness, on: connection),
          violationCount: try await optionalCount(violations, on: connection)
        )
        return QueryOutcome(statements: statements, frame: frame, validation: report)
      }
      await connection.close()
      return outcome
    } catch {
      await connection.close()
      throw error
    }
  }

  private func fetch(
    _ item: CatalogItem,
    _ statements: [BoundStatement],
    on connection: ODBCConnection,
    progress: FetchProgress
  ) async throws -> Frame {
    var receiver = FrameReceiver(columns: item.columns)
    for statement in statements {
      let rows: ODBCRows
      do {
        rows = try await connection.query(
          statement.sql,
          parameters: statement.parameters.map(\.odbc),
          columnTypes: FrameReceiver.requestedTypes(item.columns)
        )
      } catch let error as ODBCError where error.code == .invalidArgument {
        throw CPG1Error(
          .missingColumn,
          "the query of \(item.id) does not return what its column contract says: \(error.message) "
            + "Correct \(item.id).sql or the columns in \(item.id).json",
          cause: error
        )
      }
      let names = rows.columns.map(\.name)
      guard names == item.columns.map(\.name) else {
        await rows.close()
        throw CPG1Error(
          .missingColumn,
          "the query of \(item.id) returns the columns \(names.joined(separator: ", ")), but its contract lists "
            + "\(item.columns.map(\.name).joined(separator: ", ")); "
            + "correct \(item.id).sql or the columns in \(item.id).json"
        )
      }
      for try await batch in rows.batches {
        try receiver.append(batch)
        progress.rows = receiver.rowCount
      }
    }
    return receiver.finish()
  }

  private func optionalCount(_ statements: [BoundStatement]?, on connection: ODBCConnection) async throws -> Int? {
    guard let statements else { return nil }
    return try await count(statements, on: connection)
  }

  private func count(_ statements: [BoundStatement], on connection: ODBCConnection) async throws -> Int {
    var total = 0
    for statement in statements {
      let rows = try await connection.query(
        statement.sql,
        parameters: statement.parameters.map(\.odbc),
        columnTypes: [0: .integer]
      )
      var count: Int64?
      for try await batch in rows.batches where !batch.isEmpty { count = batch.vectors.first?[0].integer }
      guard let count else {
        throw CPG1Error(
          .invalidData,
          "a counting query returned no number; check the validation conditions of the item"
        )
      }
      total += Int(count)
    }
    return total
  }
}
